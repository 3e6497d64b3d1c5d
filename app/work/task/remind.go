package task

import (
	"context"
	"fmt"

	"regulars/app/kit/errs"
	"regulars/app/staff/notify"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// Remind tells, inside the product, what has fallen due since it last looked:
// each due time once. A house that slept for a week tells everything that is
// still due and sends nothing.
func (s *Service) Remind(ctx context.Context) error {
	ctx = auth.With(ctx, auth.System("job"))
	for {
		ids, err := toRemind(ctx, s.db.Reader(ctx), s.db.Now())
		if err != nil {
			return fmt.Errorf("look for due tasks: %w", err)
		}
		if len(ids) == 0 {
			return nil
		}
		if err := s.db.Write(ctx, "task.remind", func(ctx context.Context, tx *db.Tx) error {
			for _, id := range ids {
				if err := s.remind(ctx, tx, id); err != nil {
					return fmt.Errorf("remind of task %d: %w", id, err)
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

func (s *Service) remind(ctx context.Context, tx *db.Tx, id int64) error {
	if err := forget(ctx, tx, id); err != nil {
		return err
	}
	t, err := one(ctx, tx, id)
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if !t.Open() || t.DueAt.After(tx.Now) {
		return remember(ctx, tx, t) // changed since the look
	}
	reader := t.OwnerID
	if reader == 0 {
		reader = t.CreatorID
	}
	label, err := s.heading(ctx, tx, t)
	if err != nil {
		return err
	}
	kind := notify.TaskDue
	if t.Kind == FollowUp {
		kind = notify.FollowUpDue
	}
	return s.notices.Tell(ctx, tx, notify.Notice{UserID: int64(reader), Kind: kind, SubjectKind: "task", SubjectID: id, CustomerID: int64(t.CustomerID),
		Label: label, DedupeKey: fmt.Sprintf("due:%d:%d:%d", id, t.DueAt.UnixMilli(), reader)})
}
