// Working hours: a weekly timetable, holidays, and the make-up workdays of the
// Chinese calendar. Deadlines count only open time, measured in real elapsed
// time, so the night of a clock change neither gives nor takes an hour.

package cal

import (
	"strings"
	"time"

	"regulars/app/kit/errs"
)

// Span is one opening, in minutes after midnight: From <= time < To.
type Span struct{ From, To int }

// Spans are the openings of one day, in order and apart; none is a day off.
type Spans []Span

// Week has the openings per time.Weekday, Sunday first.
type Week [7]Spans

// ParseSpans reads "09:00-12:00,13:30-18:00"; "" is a day off.
func ParseSpans(s string) (Spans, error) {
	if strings.TrimSpace(s) == "" {
		return nil, nil
	}
	var spans Spans
	last := 0
	for _, part := range strings.Split(s, ",") {
		from, to, _ := strings.Cut(strings.TrimSpace(part), "-")
		a, err := ParseClock(strings.TrimSpace(from))
		b, err2 := ParseClock(strings.TrimSpace(to))
		if err != nil || err2 != nil || a >= b || a < last {
			return nil, errs.New(errs.Invalid, "error.hours")
		}
		spans = append(spans, Span{a, b})
		last = b
	}
	return spans, nil
}

// String is what ParseSpans reads.
func (s Spans) String() string {
	parts := make([]string, len(s))
	for i, p := range s {
		parts[i] = clockText(p.From) + "-" + clockText(p.To)
	}
	return strings.Join(parts, ",")
}

// Hours answers questions about open time in one zone. It is read-only and
// safe to share.
type Hours struct {
	loc      *time.Location
	week     Week
	usual    Spans // what a make-up workday takes when its weekday is off
	holidays map[Date]bool
	makeup   map[Date]bool
}

// horizon ends a search through a calendar that is closed for good.
const horizon = 40 * 366

// NewHours refuses a week without any opening, in which no deadline would ever
// come. A day that is both a holiday and a make-up day is a workday.
func NewHours(loc *time.Location, week Week, holidays, makeup []Date) (*Hours, error) {
	h := &Hours{loc: loc, week: week, holidays: set(holidays), makeup: set(makeup)}
	for i := range week {
		if spans := week[(i+1)%7]; len(spans) > 0 && h.usual == nil {
			h.usual = spans // Monday first
		}
	}
	if h.usual == nil {
		return nil, errs.New(errs.Invalid, "error.hours")
	}
	return h, nil
}

// In is the same timetable on another place's wall clock.
func (h *Hours) In(loc *time.Location) *Hours {
	moved := *h
	moved.loc = loc
	return &moved
}

// Workday tells whether there is any opening that day.
func (h *Hours) Workday(d Date) bool { return len(h.spans(d)) > 0 }

// NextWorkday is the first workday after d; "" if there is none for 40 years.
func (h *Hours) NextWorkday(d Date) Date {
	for range horizon {
		if d = d.AddDays(1); d == "" || h.Workday(d) {
			return d
		}
	}
	return ""
}

// Open tells whether t is in an opening.
func (h *Hours) Open(t time.Time) bool {
	return h.Next(t).Equal(t)
}

// Next is t while open, else the next opening.
func (h *Hours) Next(t time.Time) time.Time {
	found := t
	h.walk(t, func(from, _ time.Time) bool {
		found = from
		return false
	})
	return found
}

// Add is the earliest instant by which the given working time has passed since
// start. With no time to pass it is start, open or not.
func (h *Hours) Add(start time.Time, work time.Duration) time.Time {
	if work <= 0 {
		return start
	}
	due := start
	h.walk(start, func(from, to time.Time) bool {
		if open := to.Sub(from); open < work {
			work -= open
			due = to
			return true
		}
		due = from.Add(work)
		return false
	})
	return due
}

// Between is the working time from a to b; negative when b is earlier.
func (h *Hours) Between(a, b time.Time) time.Duration {
	if b.Before(a) {
		return -h.Between(b, a)
	}
	var total time.Duration
	h.walk(a, func(from, to time.Time) bool {
		if !from.Before(b) {
			return false
		}
		total += min(to.Sub(from), b.Sub(from))
		return true
	})
	return total
}

// walk visits the openings from t on, the first cut at t, until visit says
// enough.
func (h *Hours) walk(t time.Time, visit func(from, to time.Time) bool) {
	d := DateOf(t, h.loc)
	for range horizon {
		for _, s := range h.spans(d) {
			from, to := atMinute(d, s.From, h.loc), atMinute(d, s.To, h.loc)
			if from.Before(t) {
				from = t
			}
			if from.Before(to) && !visit(from, to) {
				return
			}
		}
		if d = d.AddDays(1); d == "" {
			return
		}
	}
}

func (h *Hours) spans(d Date) Spans {
	usual := h.week[d.Weekday()]
	switch {
	case h.makeup[d] && len(usual) == 0:
		return h.usual
	case h.holidays[d] && !h.makeup[d]:
		return nil
	}
	return usual
}

func set(dates []Date) map[Date]bool {
	m := make(map[Date]bool, len(dates))
	for _, d := range dates {
		m[d] = true
	}
	return m
}
