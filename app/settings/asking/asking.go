// Package asking is the page of when and whom the house asks: quiet hours, how
// much one customer gets, whether they must have agreed, and the days off. The
// rules themselves are kept and obeyed by customer/consent, the gate of
// everything that is sent.
package asking

import (
	"context"

	"regulars/app/customer/consent"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// Who may read and change when and whom the house asks.
const (
	Read  = "asking.read"
	Write = "asking.write"
)

// Service reads and changes the rules.
type Service struct {
	db      *db.DB
	daysOff func(ctx context.Context) ([]string, error)
}

// New makes the service. daysOff lists the holidays that are entered with the
// working hours.
func New(d *db.DB, daysOff func(ctx context.Context) ([]string, error)) *Service {
	return &Service{db: d, daysOff: daysOff}
}

// Rules are what holds now.
func (s *Service) Rules(ctx context.Context) (consent.Rules, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return consent.Rules{}, err
	}
	return consent.ReadRules(ctx, s.db.Reader(ctx))
}

// Save changes them.
func (s *Service) Save(ctx context.Context, r consent.Rules) error {
	if err := auth.From(ctx).May(Write); err != nil {
		return err
	}
	return s.db.Write(ctx, "asking.save", func(ctx context.Context, tx *db.Tx) error { return consent.PutRules(ctx, tx, r) })
}
