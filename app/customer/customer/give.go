package customer

import (
	"context"

	"regulars/app/sys/auth"
)

// Giving is a change of owners outside of handing over and of the pools.
type Giving struct {
	Taken  bool // somebody has them
	Pooled bool // it takes them out of a pool, or from a colleague into one
}

// OnGive lets somebody say whether customers may simply be given another owner:
// where colleagues are asked first, handing over and the pools are the way.
func (s *Service) OnGive(may func(ctx context.Context, g Giving) error) { s.mayGive = may }

// give checks a change of owner.
func (s *Service) give(ctx context.Context, from, to int64) error {
	if from == to || s.mayGive == nil {
		return nil
	}
	return s.mayGive(ctx, Giving{Taken: from != 0, Pooled: from == 0 || to == 0 && from != auth.From(ctx).UserID})
}
