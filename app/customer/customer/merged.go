package customer

import (
	"context"

	"regulars/app/kit/errs"
)

// OnMerged says how to find the customer that a merged one became, 0 for none.
func (s *Service) OnMerged(find func(ctx context.Context, id int64) (int64, error)) { s.became = find }

// mergedInto is the customer to look at instead of one that is not there, when
// the actor may see them.
func (s *Service) mergedInto(ctx context.Context, id int64, missing error) (int64, error) {
	if s.became == nil || !errs.Is(missing, errs.NotFound) {
		return 0, missing
	}
	to, err := s.became(ctx, id)
	if err != nil {
		return 0, err
	}
	if _, err := s.MustSee(ctx, to); to == 0 || err != nil {
		return 0, missing
	}
	return to, nil
}
