package receivable

import (
	"context"

	"regulars/app/kit/cal"
	"regulars/app/sales/payment"
	"regulars/app/sys/auth"
)

// Terms is what the page of an order shows of how it is paid, and the form of a
// new one of its customer. Without an order it is only about the customer.
type Terms struct {
	Plan
	CustomerID int64
	Credit     []Receipt // with money left
	Standing   Standing
	Today      cal.Date
	MayWrite   bool
}

// Current are the receipts whose money could pay for the order.
func (t Terms) Current() (out []Receipt) {
	for _, r := range t.Credit {
		if r.Currency == t.Order.Currency && t.Order.ID != 0 {
			out = append(out, r)
		}
	}
	return out
}

// Surplus is what was paid beyond the order.
func (t Terms) Surplus() int64 { return t.Order.Surplus() }

// OfOrder reads the terms of an order that the caller has shown to be visible.
func (s *Service) OfOrder(ctx context.Context, order int64) (any, error) {
	if !auth.From(ctx).Can(payment.Read) {
		return nil, nil
	}
	p, err := s.Plan(ctx, order)
	if err != nil {
		return nil, err
	}
	t, err := s.terms(ctx, p.Order.CustomerID)
	t.Plan = p
	return t, err
}

// OfCustomer reads the terms of a customer that the caller has shown to be visible.
func (s *Service) OfCustomer(ctx context.Context, customer int64) (any, error) {
	if !auth.From(ctx).Can(payment.Read) {
		return nil, nil
	}
	t, err := s.terms(ctx, customer)
	return t, err
}

func (s *Service) terms(ctx context.Context, customer int64) (Terms, error) {
	q := s.DB.Reader(ctx)
	t := Terms{CustomerID: customer, MayWrite: auth.From(ctx).Can(payment.Write)}
	var err error
	if t.Today, _, err = today(ctx, q, s.DB); err != nil {
		return t, err
	}
	if t.Credit, err = openReceipts(ctx, q, customer); err != nil {
		return t, err
	}
	t.Standing, err = s.StandingOf(ctx, customer)
	return t, err
}
