package quote

import "context"

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
