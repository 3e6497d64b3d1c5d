package receivable

import (
	"context"
	"math"

	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/sales/payment"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/i18n"
	"regulars/app/sys/journal"
)

// Reason is a sentence of how a customer pays.
type Reason interface {
	Sentence(l *i18n.Locale, currency string) string
}

// Habit is how a customer pays, as their evaluation knows it.
type Habit struct {
	Score   *float64 // of payment, 0 to 100; nil when it is not known yet
	Total   *float64 // of the whole evaluation
	Reasons []Reason
}

// Habits tells how customers pay; insight/evaluation knows.
type Habits interface {
	Paying(ctx context.Context, customer int64) (Habit, error)
}

// The bounds of the light. 50 is a usual customer of the shop.
const (
	good, poor      = 60, 35
	lateish, tooOld = 14, 60 // days
)

// Tone is the light: accent, warm or bad, "" while nothing is known.
func (h Habit) Tone(oldest int) string {
	switch {
	case oldest > tooOld || (h.Score != nil && *h.Score < poor):
		return "bad"
	case oldest > lateish || (h.Score != nil && *h.Score < good):
		return "warm"
	case h.Score != nil:
		return "accent"
	}
	return ""
}

// Standing is what to know before one sells to a customer on account.
type Standing struct {
	CustomerID int64
	Currency   string
	Habit      Habit
	Owed       int64 // in the shop's currency
	Overdue    int64
	Oldest     int // days
	Limit      int64
	HasLimit   bool
	Version    int64 // of the limit
	Hint       int64 // a limit that fits what they buy; 0 with too little known
	MayLimit   bool
}

// Tone is the light.
func (s Standing) Tone() string { return s.Habit.Tone(s.Oldest) }

// Beyond tells that they owe more than they may, once so much is added.
func (s Standing) Beyond() bool { return s.HasLimit && s.Owed > s.Limit }

// Over is by how much.
func (s Standing) Over() int64 { return s.Owed - s.Limit }

// Past is by how much they would owe more than they may with so much more on
// account; 0 without a limit, within it, or when they owe too much as it is.
func (s Standing) Past(amount int64, currency string) int64 {
	if !s.HasLimit || s.Beyond() || currency != s.Currency {
		return 0
	}
	return max(0, s.Owed+amount-s.Limit)
}

// Sentences say why the light is what it is, at most two.
func (s Standing) Sentences(l *i18n.Locale) (out []string) {
	for _, r := range s.Habit.Reasons {
		if len(out) < 2 {
			out = append(out, r.Sentence(l, s.Currency))
		}
	}
	return out
}

// bought is what the hint of a limit rests on.
type bought struct {
	Settled int     `db:"settled"` // purchases that were paid in full
	Paid    int64   `db:"paid"`    // for purchases of the last year
	Months  float64 `db:"months"`  // since the first of them, 1 to 12
}

// hint is twice what they pay in a month, by how good they are: 80 is a good
// customer. Fewer than three paid orders say too little.
func hint(b bought, h Habit) int64 {
	if b.Settled < 3 || b.Paid <= 0 || h.Total == nil {
		return 0
	}
	monthly := float64(b.Paid) / math.Max(1, math.Min(12, b.Months))
	return int64(math.Round(2*monthly**h.Total/80/100)) * 100
}

// StandingOf reads how a visible customer stands.
func (s *Service) StandingOf(ctx context.Context, customer int64) (Standing, error) {
	actor := auth.From(ctx)
	st := Standing{CustomerID: customer, MayLimit: actor.Can(payment.Settings)}
	if err := actor.May(payment.Read); err != nil {
		return st, err
	}
	if _, err := s.Customers.MustSee(ctx, customer); err != nil {
		return st, err
	}
	q := s.DB.Reader(ctx)
	day, b, err := today(ctx, q, s.DB)
	if err != nil {
		return st, err
	}
	st.Currency = b.Currency
	list, err := itemsOf(ctx, q, customer)
	if err != nil {
		return st, err
	}
	for _, i := range list {
		if i.Currency != b.Currency {
			continue
		}
		st.Owed += i.Open
		if i.Late(day) {
			st.Overdue, st.Oldest = st.Overdue+i.Open, max(st.Oldest, i.Days(day))
		}
	}
	if err := limitOf(ctx, q, &st); err != nil {
		return st, err
	}
	if s.Habits == nil {
		return st, nil
	}
	if st.Habit, err = s.Habits.Paying(ctx, customer); err != nil {
		return st, err
	}
	past, err := boughtBy(ctx, q, customer, b.Currency, day)
	st.Hint = hint(past, st.Habit)
	return st, err
}

// SetLimit says how far a customer may go into debt; nil takes the limit away.
func (s *Service) SetLimit(ctx context.Context, customer int64, amount *int64) error {
	if err := auth.From(ctx).May(payment.Settings); err != nil {
		return err
	}
	return s.DB.Write(ctx, "credit_limit.set", func(ctx context.Context, tx *db.Tx) error {
		who, err := s.Customers.MustSee(ctx, customer)
		if err != nil {
			return err
		}
		if err := s.Customers.MustEdit(ctx, customer); err != nil {
			return err
		}
		_, b, err := today(ctx, tx, s.DB)
		if err != nil {
			return err
		}
		journal.About(tx, "customer", customer, who.Name)
		if amount == nil {
			return removeLimit(ctx, tx, customer)
		}
		c := &errs.Check{}
		c.That(*amount >= 0, "limit", "error.money")
		c.That(*amount <= payment.MaxAmount, "limit", "error.money_too_big")
		if err := c.Err(); err != nil {
			return err
		}
		return putLimit(ctx, tx, customer, *amount, b.Currency)
	})
}

// limitField reads a limit as typed: nil is none.
func limitField(typed, currency string) (*int64, error) {
	if typed == "" {
		return nil, nil
	}
	n, err := payment.ParseAmount(typed, currency)
	c := &errs.Check{}
	c.That(err == nil, "limit", "error.money")
	return &n, c.Err()
}

// Typed is the limit as a form shows it.
func (s Standing) Typed() string {
	if !s.HasLimit {
		return ""
	}
	return money.Decimal(s.Limit, s.Currency)
}
