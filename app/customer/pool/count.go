package pool

import (
	"context"
	"fmt"
	"log/slog"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/safego"
)

// After new rules everybody's day has to be counted again. Who is left stands in
// the database itself, so that a process that ends in the middle goes on where
// it was; each few are a change of their own, between which others write.

const (
	opCount = "pool.count"
	some    = 200 // counted in one transaction
)

// Start counts beside the work who is noted, also what an earlier process left,
// until ctx ends.
func (s *Service) Start(ctx context.Context) {
	ctx = auth.With(ctx, auth.System("job"))
	s.wake()
	safego.Go("pools", func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-s.nudge:
			}
			if err := s.Drain(ctx); err != nil && ctx.Err() == nil {
				slog.Error("who goes back to a pool was not counted", "error", err)
			}
		}
	})
}

func (s *Service) wake() {
	select {
	case s.nudge <- struct{}{}:
	default:
	}
}

// Drain counts everybody who is noted. Whoever else asks waits for its end.
func (s *Service) Drain(ctx context.Context) error {
	s.counting.Lock()
	defer s.counting.Unlock()
	for ctx.Err() == nil {
		var ids []int64
		if err := s.db.Write(ctx, opCount, func(ctx context.Context, tx *db.Tx) error {
			tx.Quiet()
			if err := tx.Select(ctx, &ids, sqlWhom, some); err != nil {
				return fmt.Errorf("list who has to be counted: %w", err)
			}
			return count(ctx, tx, ids)
		}); err != nil {
			return err
		}
		if len(ids) < some {
			return nil
		}
	}
	return ctx.Err()
}

// Counting is of how many it is still being counted when they go back.
func (s *Service) Counting(ctx context.Context) (int, error) {
	return number(ctx, s.db.Reader(ctx), sqlHowMany)
}
