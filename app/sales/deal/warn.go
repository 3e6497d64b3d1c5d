package deal

import (
	"context"
	"fmt"

	"regulars/app/staff/notify"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// Warn tells whoever has a deal that it has stood in its stage for longer than it
// may: once for each stay.
func (s *Service) Warn(ctx context.Context) error {
	ctx = auth.With(ctx, auth.System("job"))
	for {
		waiting, err := rotting(ctx, s.db.Reader(ctx), s.db.Now())
		if err != nil || len(waiting) == 0 {
			return err
		}
		if err := s.db.Write(ctx, "deal.warn", func(ctx context.Context, tx *db.Tx) error {
			for _, d := range waiting {
				if err := warned(ctx, tx, d.ID, d.MovedAt); err != nil {
					return err
				}
				if err := s.people.Tell(ctx, tx, notify.Notice{UserID: int64(d.OwnerID), Kind: notify.DealWaits, SubjectKind: "deal", SubjectID: d.ID,
					CustomerID: int64(d.CustomerID), Label: d.Name, Args: map[string]any{"n": d.Stood(tx.Now), "stage": d.StageName},
					DedupeKey: fmt.Sprintf("deal:%d:%d:%d", d.ID, d.StageID, d.MovedAt.UnixMilli())}); err != nil {
					return fmt.Errorf("tell of deal %d: %w", d.ID, err)
				}
			}
			return nil
		}); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}
