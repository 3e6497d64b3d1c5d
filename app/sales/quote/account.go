package quote

import (
	"context"

	"regulars/app/customer/invoicetitle"
)

// What a quote shows of its customer beside the people.

// Titles are what a customer's invoices are made out to.
type Titles interface {
	Of(ctx context.Context, customer int64) ([]invoicetitle.Title, error)
}

// Accounts says how a customer pays, for the templates; sales/receivable has it.
type Accounts interface {
	OfCustomer(ctx context.Context, customer int64) (any, error)
}

// account is how a customer pays, for whoever may know.
func (s *Service) account(ctx context.Context, customer int64) (any, error) {
	if s.d.Accounts == nil {
		return nil, nil
	}
	return s.d.Accounts.OfCustomer(ctx, customer)
}
