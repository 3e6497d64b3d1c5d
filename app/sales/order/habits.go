package order

import (
	"context"
	"math"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/stats"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/view/chart"
)

// Habits is how a customer buys, for their record page.
type Habits struct {
	CustomerID int64
	Orders     int
	Total      int64
	Owed       int64 // of purchases; below zero when they paid too much
	Currency   string
	FirstOn    cal.Date
	LastOn     cal.Date
	Gap        float64  // usual days between purchases; 0 when unknown
	Expected   cal.Date // "" when unknown
	Late       int      // days behind their own rhythm
	Latest     []Order
	Strip      chart.Rhythm
	Months     []time.Time // the axis below the strip; zero where no name stands
	MayWrite   bool
}

// Average is what one purchase comes to.
func (h Habits) Average() int64 {
	if h.Orders == 0 {
		return 0
	}
	return int64(math.Round(float64(h.Total) / float64(h.Orders)))
}

// Credit is what a customer has paid too much.
func (h Habits) Credit() int64 { return -h.Owed }

// Drawn is the strip with what it says to those who cannot see it.
func (h Habits) Drawn(label string) chart.Rhythm {
	strip := h.Strip
	strip.Label = label
	return strip
}

// Days is Gap in whole days.
func (h Habits) Days() int { return int(h.Gap + .5) }

// Rhythm is the usual number of days between purchases on these dates, and
// when the next one is due; zero values when there are fewer than three.
func Rhythm(dates []cal.Date) (gap float64, expected cal.Date) {
	gap, ok := stats.PurchaseRhythm(dates)
	if !ok {
		return 0, ""
	}
	last := dates[0]
	for _, d := range dates {
		last = max(last, d)
	}
	return gap, last.AddDays(int(gap + .5))
}

// Gap is the rhythm of a customer by their latest purchases, for whoever keeps
// what is derived of customers.
func Gap(ctx context.Context, q db.Q, customer int64) (gap float64, expected cal.Date, err error) {
	dates, err := days(ctx, q, customer)
	if err != nil {
		return 0, "", err
	}
	gap, expected = Rhythm(dates)
	return gap, expected, nil
}

// HabitsOf reads how a visible customer buys, seen from today.
func (s *Service) HabitsOf(ctx context.Context, customer int64, currency string, now time.Time, zone *time.Location) (Habits, error) {
	actor := auth.From(ctx)
	h := Habits{CustomerID: customer, Currency: currency, MayWrite: actor.Can(Write)}
	if err := actor.May(Read); err != nil {
		return h, err
	}
	who, err := s.customers.MustSee(ctx, customer)
	if err != nil {
		return h, err
	}
	q := s.db.Reader(ctx)
	f, err := readFigures(ctx, q, customer)
	if err != nil {
		return h, err
	}
	h.Orders, h.Total, h.Owed, h.FirstOn, h.LastOn = f.Orders, f.Total, f.Total-f.Paid, f.FirstOn, f.LastOn
	if !who.NoProfiling {
		if err := s.foretell(ctx, q, &h, cal.Today(now, zone)); err != nil {
			return h, err
		}
	}
	if h.Latest, err = latest(ctx, q, customer); err != nil {
		return h, err
	}
	return h, h.draw(ctx, q, now, zone)
}

// OnUnheard says which alarms mean nothing in the shop: then nobody is called late,
// or told when they come next.
func (s *Service) OnUnheard(tried func(ctx context.Context) (late, due bool, err error)) {
	s.unheard = tried
}

// foretell reads the customer's rhythm, and as far as that means something in this
// shop what follows of it.
func (s *Service) foretell(ctx context.Context, q db.Q, h *Habits, today cal.Date) error {
	gap, expected, err := Gap(ctx, q, h.CustomerID)
	if err != nil || expected == "" {
		return err
	}
	h.Gap = gap
	late, due := false, false
	if s.unheard != nil {
		if late, due, err = s.unheard(ctx); err != nil {
			return err
		}
	}
	if !due {
		h.Expected = expected
	}
	if !due && !late {
		h.Late = max(0, today.Sub(expected))
	}
	return nil
}

// draw fills the strip: a tick per day with purchases in the last year.
func (h *Habits) draw(ctx context.Context, q db.Q, now time.Time, zone *time.Location) error {
	local := now.In(zone)
	h.Months = months(local)
	h.Strip = chart.Rhythm{From: local.AddDate(-1, 0, 0), Now: local, Wide: true}
	hits, err := ticks(ctx, q, h.CustomerID, cal.DateOf(h.Strip.From, zone))
	if err != nil {
		return err
	}
	for _, t := range hits {
		h.Strip.Hits = append(h.Strip.Hits, chart.Hit{At: t.On.Time(zone), Amount: float64(t.Total)})
	}
	if h.Expected != "" {
		h.Strip.Due = h.Expected.Time(zone)
		if h.Late == 0 && h.Strip.Due.Before(local) {
			h.Strip.Due = local // today is not late yet
		}
	}
	return nil
}

// months are the twelve months of the axis, every other left out for want of room.
func months(now time.Time) []time.Time {
	middle := time.Date(now.Year(), now.Month(), 15, 12, 0, 0, 0, now.Location())
	out := make([]time.Time, 12)
	for i := 0; i < len(out); i += 2 {
		out[i] = middle.AddDate(0, i-11, 0)
	}
	return out
}
