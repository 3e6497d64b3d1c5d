package feedback

import (
	"context"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/sys/db"
	"regulars/app/sys/setting"
)

// waitForAnswer is how many days after asking again count as no answer.
const waitForAnswer = 21

// The shares of the clock at which the managers and the business owner are told;
// the first warning is the shop's to choose.
const (
	escalateAt = 1.0
	ownerAt    = 2.0
)

// Days tells the shop's working hours.
type Days interface {
	Hours(ctx context.Context) (*cal.Hours, error)
}

// usualDays is Monday to Friday, 09:00 to 18:00, where the shop is.
type usualDays struct{ db *db.DB }

// UsualDays is the timetable of a shop that has not said otherwise.
func UsualDays(d *db.DB) Days { return usualDays{d} }

// Hours implements Days.
func (u usualDays) Hours(ctx context.Context) (*cal.Hours, error) {
	b, err := setting.ReadBusiness(ctx, u.db.Reader(ctx))
	if err != nil {
		return nil, err
	}
	open := cal.Spans{{From: 9 * 60, To: 18 * 60}}
	return cal.NewHours(b.Zone(), cal.Week{1: open, 2: open, 3: open, 4: open, 5: open}, nil, nil)
}

// pace is what the clocks of the shop's cases go by.
type pace struct {
	hours *cal.Hours
	rules Rules
}

func (s *Service) pace(ctx context.Context, q db.Q) (pace, error) {
	rules, err := readRules(ctx, q)
	if err != nil {
		return pace{}, err
	}
	h, err := s.Days.Hours(ctx)
	return pace{h, rules}, err
}

// deadlines are when a case that begins at t has to be answered and put right.
func (p pace) deadlines(t time.Time, red bool) (respond, resolve time.Time) {
	within := p.rules.ReplyHours
	if red {
		within = p.rules.RedHours
	}
	return p.hours.Add(t, time.Duration(within)*time.Hour), p.hours.Add(t, time.Duration(p.rules.ResolveDays)*workday(p.hours, t))
}

// workday is the working time of a usual day: the longest of the week around t.
func workday(h *cal.Hours, t time.Time) time.Duration {
	longest := time.Duration(0)
	for i := range 7 {
		from := t.AddDate(0, 0, i)
		longest = max(longest, h.Between(from, from.AddDate(0, 0, 1)))
	}
	return longest
}

// Clock is how one deadline of a case stands.
type Clock struct {
	Due   time.Time
	Used  time.Duration // working time gone
	Total time.Duration
	Day   time.Duration // working time of a usual day
	Warn  float64       // the share at which it warns
	Done  bool
}

// Share is how much of the time is gone; 1 is the deadline.
func (c Clock) Share() float64 {
	if c.Total <= 0 {
		return 0
	}
	return float64(c.Used) / float64(c.Total)
}

// left is the working time that remains; negative when it is late.
func (c Clock) left() time.Duration { return c.Total - c.Used }

// Late tells whether the deadline has passed.
func (c Clock) Late() bool { return c.Used > c.Total }

// Warm tells whether so much of the time is gone that it warns.
func (c Clock) Warm() bool { return c.Share() >= c.Warn }

func (p pace) clock(from, due, done, now time.Time) Clock {
	end := now
	if !done.IsZero() {
		end = done
	}
	return Clock{Due: due, Used: p.hours.Between(from, end), Total: p.hours.Between(from, due), Day: workday(p.hours, from),
		Warn: float64(p.rules.WarnPercent) / 100, Done: !done.IsZero()}
}

// reply is the clock of the first reply, resolve the one of putting it right.
func (c Case) reply(p pace, now time.Time) Clock {
	return p.clock(c.ClockAt.Time, c.RespondBy.Time, c.RespondedAt.Time, now)
}

func (c Case) resolve(p pace, now time.Time) Clock {
	return p.clock(c.ClockAt.Time, c.ResolveBy.Time, c.ResolvedAt.Time, now)
}

// running is the clock that counts now: first the reply, then putting it
// right; none once the case is resolved.
func (c Case) running(p pace, now time.Time) (Clock, bool) {
	switch {
	case !c.Open() || !c.ResolvedAt.IsZero():
		return Clock{}, false
	case c.RespondedAt.IsZero():
		return c.reply(p, now), true
	}
	return c.resolve(p, now), true
}

// alertFor is how loudly a clock asks for somebody: 0 not at all, 1 a warning,
// 2 to the managers, 3 to the business owner.
func alertFor(c Clock) int {
	switch share := c.Share(); {
	case share >= ownerAt:
		return 3
	case share >= escalateAt:
		return 2
	case share >= c.Warn:
		return 1
	}
	return 0
}

// due is the next deadline of a case, what lists sort by.
func (c Case) due(zone *time.Location) time.Time {
	switch {
	case !c.Open():
		return c.ClosedAt.Time
	case !c.AskedAt.IsZero():
		return c.AskedAt.AddDate(0, 0, waitForAnswer)
	case !c.ResolvedAt.IsZero():
		return cal.Date(c.RecheckOn).Time(zone)
	case c.RespondedAt.IsZero():
		return c.RespondBy.Time
	}
	return c.ResolveBy.Time
}
