// Package outlook carries a shop's sales on: by month and by week, from what the
// whole periods before came to. It climbs a ladder as history grows (a mean with
// its range, smoothing, seasons), takes what did best on the shop's own past,
// shows what the same time last year says beside it, and hides the curve when
// that would have been as good. This is about all sales; what open deals and
// targets say of a month is the forecast of app/sales/target.
package outlook

import (
	"context"
	"slices"
	"time"

	"regulars/app/insight/prediction"
	"regulars/app/kit/cal"
	"regulars/app/kit/forecast"
	"regulars/app/sys/db"
)

const (
	shown      = 24 // periods of the past on the page
	checked    = 6  // periods that are foretold once more from before
	least      = 8  // whole periods, for more than a mean
	whole      = 3  // days after its begin on which a first period still counts as whole
	weeksKept  = 160
	monthsKept = 84
)

// Period is a stretch of time with what was sold.
type Period struct {
	From  cal.Date `json:"from"`
	Total int64    `json:"total"` // minor units
}

// Ahead is a period to come.
type Ahead struct {
	From  cal.Date `json:"from"`
	Value int64    `json:"value"`
	Low   int64    `json:"low"`
	High  int64    `json:"high"`
	Naive int64    `json:"naive"` // the same time last year, or the last value
}

// Check is what would have been foretold of a period that is over.
type Check struct {
	From  cal.Date `json:"from"`
	Value int64    `json:"value"`
	Low   int64    `json:"low"`
	High  int64    `json:"high"`
	Was   int64    `json:"was"`
}

// Inside tells whether it came out within the range.
func (c Check) Inside() bool { return c.Was >= c.Low && c.Was <= c.High }

// Course is how sales went and go on by one kind of period.
type Course struct {
	N      int             `json:"n"`    // whole periods
	Past   []Period        `json:"past"` // the newest of them, the oldest first
	Now    Period          `json:"now"`  // the running one
	Ahead  []Ahead         `json:"ahead"`
	Checks []Check         `json:"checks"` // the newest first
	Method forecast.Method `json:"method"`
	Season bool            `json:"season"` // Naive is the same time last year
	Tries  int             `json:"tries"`
	Error  float64         `json:"error"` // MASE
	Base   float64         `json:"base"`  // of what is shown beside it
	Better bool            `json:"better"`
	Below  bool            `json:"below,omitempty"` // so much came back that what follows from it is no sale
}

// Reason is why no curve is shown, "" when one is.
func (c Course) Reason() string {
	switch {
	case c.N == 0:
		return "nothing"
	case c.N < least:
		return "few"
	case !c.Better || c.Below:
		return "not_better"
	}
	return ""
}

// Outlook is what a night found.
type Outlook struct {
	Day    cal.Date `json:"day"`
	Months Course   `json:"months"`
	Weeks  Course   `json:"weeks"`
}

// The kinds of periods.
const (
	Months = "month"
	Weeks  = "week"
)

// kind is how a period begins and how many make a year.
type kind struct {
	begin  func(d cal.Date) cal.Date
	next   func(d cal.Date) cal.Date
	season int
	steps  int // ahead
	kept   int
}

var kinds = map[string]kind{
	Months: {func(d cal.Date) cal.Date { return d[:8] + "01" }, func(d cal.Date) cal.Date { return d.AddDays(31)[:8] + "01" }, 12, 6, monthsKept},
	Weeks:  {cal.Date.Monday, func(d cal.Date) cal.Date { return d.AddDays(7) }, 52, 8, weeksKept},
}

// day is what was sold on one.
type day struct {
	on    cal.Date
	total int64
}

// periods adds days up: the whole periods in order, and the running one.
func (k kind) periods(days []day, today cal.Date) (out []Period, now Period) {
	if len(days) == 0 {
		return nil, Period{From: k.begin(today)}
	}
	from := k.begin(days[0].on)
	if days[0].on.Sub(from) > whole {
		from = k.next(from)
	}
	at := 0
	for from <= k.begin(today) {
		p, end := Period{From: from}, k.next(from)
		for ; at < len(days) && days[at].on < end; at++ {
			if days[at].on >= from {
				p.Total += days[at].total
			}
		}
		if end > today {
			now = p
		} else {
			out = append(out, p)
		}
		from = end
	}
	if now.From == "" {
		now.From = k.begin(today)
	}
	return out[max(0, len(out)-k.kept):], now
}

// carry makes the course of a kind of period.
func (k kind) carry(days []day, today cal.Date) Course {
	past, now := k.periods(days, today)
	c := Course{N: len(past), Now: now, Past: past[max(0, len(past)-shown):], Season: len(past) >= k.season}
	xs := make([]float64, len(past))
	for i, p := range past {
		xs[i] = float64(p.Total)
	}
	f, ok := forecast.Of(xs, k.season, k.steps)
	if !ok {
		return c
	}
	c.Method, c.Tries, c.Better = f.Method, f.Tries, f.Better()
	if f.Tries > 0 {
		c.Error, c.Base = f.MASE, f.NaiveMASE
	}
	from := now.From
	for i, p := range f.Points {
		c.Ahead = append(c.Ahead, Ahead{From: from, Value: sales(p.Value), Low: sales(p.Low), High: sales(p.High), Naive: int64(f.Naive[i])})
		c.Below = c.Below || p.Value < 0 && slices.ContainsFunc(past[max(0, len(past)-least):], func(p Period) bool { return p.Total < 0 })
		from = k.next(from)
	}
	for i := len(past) - 1; i >= max(least, len(past)-checked); i-- {
		if f, ok := forecast.Of(xs[:i:i], k.season, 1); ok && c.Better {
			c.Checks = append(c.Checks, Check{From: past[i].From, Value: sales(f.Points[0].Value), Low: sales(f.Points[0].Low), High: sales(f.Points[0].High), Was: past[i].Total})
		}
	}
	return c
}

// sales are what is foretold: a time in which more came back than was sold there can
// have been, but none is expected.
func sales(v float64) int64 { return int64(max(0, v)) }

// Service makes and shows it.
type Service struct{ prediction.Nightly[Outlook] }

// New makes the service.
func New(d *db.DB) *Service {
	return &Service{prediction.Nightly[Outlook]{DB: d, Name: "outlook", Make: carry}}
}

// carry carries on what was sold up to now.
func carry(ctx context.Context, q db.Q, today cal.Date) (Outlook, error) {
	days, err := sold(ctx, q, today)
	if err != nil {
		return Outlook{}, err
	}
	return Outlook{Day: today, Months: kinds[Months].carry(days, today), Weeks: kinds[Weeks].carry(days, today)}, nil
}

// named is a period in the reader's language.
type words interface {
	Month(t time.Time) string
	Date(t time.Time) string
	Zone() *time.Location
}

func named(l words, by string, from cal.Date) string {
	if by == Months {
		return l.Month(from.Time(l.Zone()))
	}
	return l.Date(from.Time(l.Zone()))
}
