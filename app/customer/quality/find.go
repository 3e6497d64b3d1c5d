package quality

import (
	"context"
	"fmt"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/setting"
)

// chunkTime is how long one step of the check may keep other writers waiting.
const chunkTime = 40 * time.Millisecond

// onFact notes, in the transaction of the fact, whom to look at again.
func (s *Service) onFact(ctx context.Context, tx *db.Tx, e event.Envelope) error {
	return s.MarkDirty(ctx, tx, []int64{int64(e.CustomerID)})
}

// MarkDirty asks for a new look at customers, within a minute; for facts and
// undo. Ids that are gone are left out.
func (s *Service) MarkDirty(ctx context.Context, tx *db.Tx, ids []int64) error {
	for _, id := range ids {
		if _, err := tx.Exec(ctx, sqlMark, db.At(tx.Now), id); err != nil {
			return fmt.Errorf("mark customer %d for the quality check: %w", id, err)
		}
	}
	return nil
}

// Scan looks at everybody, counts how the fields are used and notes how the
// whole base stands today.
func (s *Service) Scan(ctx context.Context) error {
	ctx = auth.With(ctx, auth.System("job"))
	var last int64
	if err := s.db.Reader(ctx).Get(ctx, &last, sqlLast); err != nil {
		return fmt.Errorf("find the last customer: %w", err)
	}
	const step = 5000
	for from := int64(0); from < last && ctx.Err() == nil; from += step {
		err := s.db.Write(ctx, "quality.scan", func(ctx context.Context, tx *db.Tx) error {
			tx.Quiet()
			_, err := tx.Exec(ctx, sqlMarkAll, db.At(tx.Now), from, from+step)
			return err
		})
		if err != nil {
			return fmt.Errorf("mark everybody for the quality check: %w", err)
		}
	}
	if err := s.drain(ctx); err != nil {
		return err
	}
	used, err := usage(ctx, s.db.Reader(ctx))
	if err != nil {
		return err
	}
	return s.db.Write(ctx, "quality.day", func(ctx context.Context, tx *db.Tx) error {
		tx.Quiet()
		if err := putUsage(ctx, tx, used); err != nil {
			return err
		}
		now, err := standing(ctx, tx)
		if err != nil {
			return err
		}
		by, err := rulesNow(ctx, tx, tx.Now)
		if err != nil {
			return err
		}
		now.Day, now.At = string(by.today), db.At(tx.Now)
		return putDay(ctx, tx, now)
	})
}

// Drain looks at whoever waits for it, or at everybody when somebody asked for
// that or nobody ever did; for the job that runs every minute.
func (s *Service) Drain(ctx context.Context) error {
	ctx = auth.With(ctx, auth.System("job"))
	wanted, err := s.scanWanted(ctx)
	if err != nil {
		return err
	}
	if !wanted {
		return s.drain(ctx)
	}
	if err := s.Scan(ctx); err != nil {
		return err
	}
	return s.db.Write(ctx, "quality.scanned", func(ctx context.Context, tx *db.Tx) error {
		return setting.Put(ctx, tx, scanSetting, false)
	})
}

func (s *Service) scanWanted(ctx context.Context) (bool, error) {
	q := s.db.Reader(ctx)
	wanted := false
	if err := setting.Get(ctx, q, scanSetting, &wanted); err != nil || wanted {
		return wanted, err
	}
	_, ever, err := lastDay(ctx, q)
	return !ever, err
}

func (s *Service) drain(ctx context.Context) error {
	for size := int64(100); ctx.Err() == nil; {
		start := s.db.Now()
		more := false
		err := s.db.Write(ctx, "quality.check", func(ctx context.Context, tx *db.Tx) error {
			tx.Quiet()
			var ids []int64
			if err := tx.Select(ctx, &ids, sqlDirty, size); err != nil {
				return err
			}
			if more = len(ids) == int(size); len(ids) == 0 {
				return nil
			}
			by, err := rulesNow(ctx, tx, tx.Now)
			if err != nil {
				return err
			}
			return settle(ctx, tx, ids, by)
		})
		if err != nil {
			return fmt.Errorf("check the quality of customers: %w", err)
		}
		if !more {
			return nil
		}
		if took := s.db.Now().Sub(start); took > chunkTime {
			size = max(size/2, 20)
		} else if took < chunkTime/2 {
			size = min(size*2, 400)
		}
	}
	return ctx.Err()
}

// again looks at these customers at once, so that what was put right is gone
// from the list that the person comes back to.
func again(ctx context.Context, tx *db.Tx, ids []int64) error {
	by, err := rulesNow(ctx, tx, tx.Now)
	if err != nil {
		return err
	}
	for len(ids) > 0 {
		n := min(len(ids), 400)
		if err := settle(ctx, tx, ids[:n], by); err != nil {
			return err
		}
		ids = ids[n:]
	}
	return nil
}

func rulesNow(ctx context.Context, q db.Q, now time.Time) (rules, error) {
	business, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return rules{}, err
	}
	months := usualMonths
	if err := setting.Get(ctx, q, monthsSetting, &months); err != nil {
		return rules{}, err
	}
	zone := business.Zone()
	by := rules{zone: zone, today: cal.Today(now, zone), before: cal.DateOf(now.In(zone).AddDate(0, -months, 0), zone)}
	if err := q.Get(ctx, &by.alone, sqlAlone); err != nil {
		return by, fmt.Errorf("count who works here: %w", err)
	}
	return by, nil
}
