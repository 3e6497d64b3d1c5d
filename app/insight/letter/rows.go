package letter

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/slot"
	"regulars/app/sales/order"
	"regulars/app/sales/payment"
	"regulars/app/sys/auth"
	"regulars/app/sys/setting"
)

// What no list can tell is opened here: who stands behind a figure about
// customers, and the money of some days. It is read anew, as lists are.

// Ask is which days, and whose: a team's, or without one all that the reader sees.
type Ask struct {
	Since, Until string
	Team         int64
	Skip         int
}

// shown is how many rows a page holds, and longest how many days it may be about.
const (
	shown   = 100
	longest = 400
)

// days checks what was asked for.
func (s *Service) days(ctx context.Context, a *Ask) (slot.Span, error) {
	c := &errs.Check{}
	span := slot.Span{Since: cal.Date(a.Since), Until: cal.Date(a.Until)}
	c.That(a.Since != "" && span.Since.Valid(), "since", "error.date")
	c.That(a.Until != "" && span.Until.Valid(), "until", "error.date")
	if c.Err() == nil {
		c.That(span.Since <= span.Until && span.Days() <= longest, "until", "satisfaction.error.order")
	}
	c.That(a.Skip >= 0, "skip", "error.choice")
	if err := c.Err(); err != nil {
		return span, err
	}
	var err error
	a.Team, err = s.readers().Whose(ctx, s.DB.Reader(ctx), auth.From(ctx), a.Team)
	return span, err
}

// Person is a customer behind a figure.
type Person struct {
	ID          int64    `db:"id"`
	Name        string   `db:"name"`
	Kind        string   `db:"kind"`
	LastOrderOn cal.Date `db:"last_order_on"`
	Revenue     int64    `db:"revenue"`
}

// People are those behind a figure, those who bought most of all first.
type People struct {
	Ask
	slot.Span
	Of       string
	AsOf     cal.Date
	Silence  int
	Total    int
	Currency string
	Rows     []Person
}

// Who are the customers behind a figure. How long a silence has to be is known
// from the pauses up to asOf.
func (s *Service) Who(ctx context.Context, a Ask, of, asOf string) (People, error) {
	actor := auth.From(ctx)
	if err := errors.Join(actor.May(Read), actor.May(customers), actor.May(order.Read)); err != nil {
		return People{}, err
	}
	span, err := s.days(ctx, &a)
	if err != nil {
		return People{}, err
	}
	out := People{Ask: a, Span: span, Of: of, AsOf: cal.Date(asOf)}
	if asOf == "" {
		out.AsOf = span.Until
	}
	c := &errs.Check{}
	c.That(slices.Contains(lifeKeys, of), "of", "error.choice")
	c.That(out.AsOf.Valid() && out.AsOf >= span.Until, "as_of", "error.date")
	if err := c.Err(); err != nil {
		return out, err
	}
	q := s.DB.Reader(ctx)
	b, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return out, err
	}
	all, err := readLives(ctx, q, out.AsOf, a.Team != 0)
	if err != nil {
		return out, err
	}
	ids := all.who(of, span, a.Team)
	out.Silence, out.Currency, out.Total = all.silence, b.Currency, len(ids)
	out.Rows, err = peopleOf(ctx, q, actor, ids, a.Skip)
	return out, err
}

// Next is how many rows to skip for the following page, 0 at the end.
func (p People) Next() int { return next(p.Skip, p.Total) }

func next(skip, total int) int {
	if skip+shown < total {
		return skip + shown
	}
	return 0
}

// Flows is the money of some days.
type Flows struct {
	Ask
	slot.Span
	Total    int
	Sum      int64
	Currency string
	Rows     []flow
}

// Next is how many rows to skip for the following page, 0 at the end.
func (p Flows) Next() int { return next(p.Skip, p.Total) }

// Money lists what came in, the newest first.
func (s *Service) Money(ctx context.Context, a Ask) (Flows, error) {
	actor := auth.From(ctx)
	if err := errors.Join(actor.May(Read), actor.May(payment.Read)); err != nil {
		return Flows{}, err
	}
	span, err := s.days(ctx, &a)
	if err != nil {
		return Flows{}, err
	}
	q := s.DB.Reader(ctx)
	b, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return Flows{}, err
	}
	out := Flows{Ask: a, Span: span, Currency: b.Currency}
	sum, err := readCash(ctx, q, span, a.Team, b.Currency)
	if err != nil {
		return out, err
	}
	out.Total, out.Sum = sum.Moves, sum.Total
	only, err := order.OnlyIn(ctx, q, b.Currency)
	if err != nil {
		return out, err
	}
	if err := q.Select(ctx, &out.Rows, sqlMoney, span.Since, span.Until, a.Team, b.Currency, only, shown, a.Skip); err != nil {
		return out, fmt.Errorf("list what was received: %w", err)
	}
	var ids []int64
	for _, r := range out.Rows {
		ids = append(ids, r.CustomerID)
	}
	names, err := namesOf(ctx, q, actor, ids)
	for i := range out.Rows {
		out.Rows[i].Name = names[out.Rows[i].CustomerID]
	}
	return out, err
}

// Href is where a movement of money stands.
func (f flow) Href() string {
	if f.ReceiptID != 0 {
		return fmt.Sprintf("/receipts/%d", f.ReceiptID)
	}
	return fmt.Sprintf("/orders/%d", f.OrderID)
}
