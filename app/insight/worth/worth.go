// Package worth foresees how often each customer will buy within twelve months
// and what is left of it: BG/NBD for how often, Gamma-Gamma for how much, both
// fitted anew every week. The model must first show on the shop's own past that
// it foresees better than two simple guesses; until then, and whenever it no
// longer does, nothing is shown, and the page says why.
package worth

import (
	"context"
	"math"
	"sync"

	"regulars/app/insight/prediction"
	"regulars/app/kit/btyd"
	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
)

// Months is how far ahead is looked.
const Months = 12

// Terms are what the owner set, in percent. Without a margin what is bought is
// told, not what is left of it.
type Terms struct {
	Margin   *float64 `json:"margin,omitempty"` // nil: from the costs of products, where most are known
	Discount float64  `json:"discount"`         // a year
}

const (
	Setting         = "worth.terms" // the name under which they are kept
	defaultDiscount = 10
	knownCosts      = .5 // the share of sales whose products' costs must be known
)

func readTerms(ctx context.Context, q db.Q) (Terms, error) {
	t := Terms{Discount: defaultDiscount}
	return t, setting.Get(ctx, q, Setting, &t)
}

// The sources of a margin.
const (
	Owner   = "owner"
	Costs   = "costs"
	Revenue = "revenue" // no margin is known: the whole sale is told
)

// Model is the last fit with what became of its trial.
type Model struct {
	Day    cal.Date    `json:"day"`
	Params btyd.Params `json:"params"` // time in weeks
	Doubt  btyd.Doubt  `json:"doubt"`
	Shown  bool        `json:"shown"`
	N      int         `json:"n"`
	Repeat int         `json:"repeat"`
	Gain   float64     `json:"gain"`

	Trial     btyd.Trial `json:"trial"`
	TrialDays int        `json:"trial_days"` // how much of the newest past was held back

	Spend  btyd.Spend `json:"spend"`
	Margin float64    `json:"margin"` // 0 to 1
	Source string     `json:"source"`
	Yearly float64    `json:"yearly"` // discount, in percent

	Orders float64 `json:"orders"` // of everybody together
	Worth  int64   `json:"worth"`
}

// Alive tells whether the chance that somebody still is a customer may be shown.
func (m Model) Alive() bool { return m.Shown && m.Doubt == btyd.Sure }

// Reason is why nothing is shown, or why who has left is not told; "" for
// neither.
func (m Model) Reason() string {
	switch {
	case m.Shown || m.Doubt != btyd.Sure && m.Doubt != btyd.NoEnd && m.Doubt != btyd.NoGain:
		return string(m.Doubt)
	case m.Trial.Customers == 0:
		return "no_trial"
	case m.Trial.Actual == 0:
		return "no_sales"
	}
	return "not_better"
}

// figure is the name of Model among the figures.
const figure = "worth"

// Service fits, foresees and shows.
type Service struct {
	db *db.DB
	mu sync.Mutex // one run at a time

	walk *prediction.Service
}

// New makes the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// Read is the last fit; made is false before the first.
func (s *Service) Read(ctx context.Context) (m Model, asOf db.Time, made bool, err error) {
	if err := prediction.MaySee(ctx); err != nil {
		return m, asOf, false, err
	}
	asOf, made, err = prediction.Figure(ctx, s.db.Reader(ctx), figure, &m)
	return m, asOf, made, err
}

// Expected is what is foreseen of a customer.
type Expected struct {
	CustomerID int64   `db:"customer_id"`
	Orders     float64 `db:"orders"`
	Worth      int64   `db:"worth"`
	Alive      float64 `db:"alive"` // below 0: not told
}

// Of is what is foreseen of a customer whom the actor may see, with the model.
func (s *Service) Of(ctx context.Context, customer int64) (e Expected, m Model, found bool, err error) {
	actor := auth.From(ctx)
	if err := actor.May("customer.read"); err != nil {
		return e, m, false, err
	}
	q := s.db.Reader(ctx)
	var there int
	if err := db.OrNotFound(q.Get(ctx, &there, sqlVisible, append([]any{customer}, actor.Scope().Args()...)...)); err != nil {
		return e, m, false, err
	}
	if found, err = db.Found(q.Get(ctx, &e, sqlOne, customer)); err != nil || !found {
		return e, m, false, err
	}
	_, found, err = prediction.Figure(ctx, q, figure, &m)
	return e, m, found, err
}

// Terms are what the owner set.
func (s *Service) Terms(ctx context.Context) (Terms, error) {
	if err := auth.From(ctx).May(prediction.Read); err != nil {
		return Terms{}, err
	}
	return readTerms(ctx, s.db.Reader(ctx))
}

// SetTerms changes margin and discount; the figures follow beside the work.
func (s *Service) SetTerms(ctx context.Context, t Terms) error {
	if err := auth.From(ctx).May(prediction.Write); err != nil {
		return err
	}
	c := &errs.Check{}
	c.That(t.Margin == nil || *t.Margin > 0 && *t.Margin <= 100, "margin", "worth.error.percent")
	c.That(t.Discount >= 0 && t.Discount <= 100 && !math.IsNaN(t.Discount), "discount", "worth.error.percent")
	if err := c.Err(); err != nil {
		return err
	}
	return s.db.Write(ctx, "worth.terms", func(ctx context.Context, tx *db.Tx) error {
		journal.About(tx, "setting", 0, "")
		tx.AfterCommit(s.wake)
		return setting.Put(ctx, tx, Setting, t)
	})
}

// standOn is a customer as a model sees them on a day; ok is false for those who
// had not bought by then.
func standOn(days []cal.Date, on cal.Date) (s stand, ok bool) {
	n := 0
	for _, d := range days {
		if d <= on {
			n++
		}
	}
	if n == 0 {
		return s, false
	}
	return stand{int32(n - 1), int32(days[n-1].Sub(days[0])), int32(on.Sub(days[0])), int32(len(days) - n)}, true
}

// repeats are what the purchases after the first came to.
func repeats(h prediction.History) (n int, mean float64) {
	first := true
	for _, d := range h.Days {
		if !d.Order {
			continue
		}
		if !first {
			n++
			mean += float64(max(0, d.Total))
		}
		first = false
	}
	if n > 0 {
		mean /= float64(n)
	}
	return n, mean
}
