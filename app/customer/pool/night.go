package pool

import (
	"context"
	"fmt"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/staff/notify"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/setting"
)

// graceTime is how long after a warning nobody goes back when the house slept.
const graceTime = 24 * time.Hour

// chunk is how many go back in one transaction, which is one undo.
const chunk = 500

// Night takes back what the rules say and warns of what they will. It does
// each day's work once. After days without it, and when pools are new, it
// warns of everything and takes nothing for a day.
func (s *Service) Night(ctx context.Context) error {
	ctx = auth.With(ctx, auth.System("job"))
	on, err := s.on(ctx)
	if err != nil || !on {
		return err
	}
	business, err := setting.ReadBusiness(ctx, s.db.Reader(ctx))
	if err != nil {
		return err
	}
	today := cal.Today(s.db.Now(), business.Zone())
	last, err := lastRun(ctx, s.db.Reader(ctx))
	if err != nil {
		return err
	}
	r := run{Day: string(today), Grace: last.Grace}
	if last.Day == "" || today.Sub(cal.Date(last.Day)) > 2 {
		r.Grace = db.At(s.db.Now().Add(graceTime))
	}
	if err := s.db.Write(ctx, "pool.calendar", s.tidy); err != nil {
		return err
	}
	if err := s.Drain(ctx); err != nil {
		return err
	}
	list, err := keptBefore(ctx, s.db.Reader(ctx), s.db.Now())
	if err != nil {
		return err
	}
	if !s.db.Now().Before(r.Grace.Time) {
		hours, err := s.hours(ctx)
		if err != nil {
			return err
		}
		if r.Recycled, err = s.recycle(ctx, list, hours.Workday(today)); err != nil {
			return err
		}
	}
	if r.Warned, err = s.warn(ctx); err != nil {
		return err
	}
	return s.db.Write(ctx, "pool.ran", func(ctx context.Context, tx *db.Tx) error { return putRun(ctx, tx, r) })
}

func (s *Service) tidy(ctx context.Context, tx *db.Tx) error {
	tx.Quiet()
	if err := s.calendar(ctx, tx); err != nil {
		return err
	}
	return touchAll(ctx, tx)
}

// on tells whether there are pools at all: switched on, and several people.
func (s *Service) on(ctx context.Context) (bool, error) {
	t, err := setting.ReadTeamwork(ctx, s.db.Reader(ctx))
	if err != nil {
		return false, err
	}
	n, err := number(ctx, s.db.Reader(ctx), sqlPeople)
	return err == nil && !t.Off("pool", n), err
}

// recycle takes customers back, in transactions of a few hundred, and tells
// their owners. On a day off those whose pool counts working days stay.
func (s *Service) recycle(ctx context.Context, list []Due, workday bool) (int, error) {
	n := 0
	for len(list) > 0 {
		batch := list[:min(len(list), chunk)]
		list = list[len(batch):]
		done, err := db.WriteOne(ctx, s.db, "pool.recycle", func(ctx context.Context, tx *db.Tx) (int, error) {
			done := 0
			lost := map[int64]int{}
			for _, d := range batch {
				if d.Workdays && !workday {
					continue
				}
				ok, err := s.back(ctx, tx, d)
				if err != nil {
					return 0, err
				}
				if ok {
					done++
					lost[d.OwnerID]++
				}
			}
			for owner, n := range lost {
				if err := s.notices.Tell(ctx, tx, notify.Notice{UserID: owner, Kind: notify.PoolBack, SubjectKind: "pool", SubjectID: 1,
					Args: map[string]any{"n": n}, DedupeKey: fmt.Sprintf("pool_back:%d:%d", tx.Set, owner)}); err != nil {
					return 0, err
				}
			}
			return done, nil
		})
		if err != nil {
			return n, fmt.Errorf("take customers back: %w", err)
		}
		n += done
		if err := ctx.Err(); err != nil {
			return n, err
		}
	}
	return n, nil
}

// back takes one customer back, if that is still so.
func (s *Service) back(ctx context.Context, tx *db.Tx, d Due) (bool, error) {
	now, found, err := due(ctx, tx, d.CustomerID)
	if err != nil || !found || now.At.After(tx.Now) || now.OwnerID != d.OwnerID {
		return false, err
	}
	if err := s.customers.Hand(ctx, tx, d.CustomerID, d.OwnerID, 0); err != nil {
		return false, err
	}
	m := move{customer: d.CustomerID, from: d.OwnerID, how: Recycle, rule: now.Kind, days: now.Days, pool: now.PoolID}
	_, err = s.moved(ctx, tx, m, Hold{Name: d.Name})
	return err == nil, err
}

// warn tells owners, one notice each, whom they will lose; each customer once
// for each day on which they would go.
func (s *Service) warn(ctx context.Context) (int, error) {
	soon, err := dueSoon(ctx, s.db.Reader(ctx), 0, s.db.Now(), 100000)
	if err != nil || len(soon) == 0 {
		return 0, err
	}
	return db.WriteOne(ctx, s.db, "pool.warn", func(ctx context.Context, tx *db.Tx) (int, error) {
		tx.Quiet()
		n := 0
		fresh, names := map[int64]int{}, map[int64]string{}
		for _, d := range soon {
			told, err := tx.Exec(ctx, sqlTold, d.CustomerID, d.At)
			if err != nil {
				return 0, fmt.Errorf("note a warning: %w", err)
			}
			if told > 0 {
				n++
				fresh[d.OwnerID]++
				if names[d.OwnerID] == "" {
					names[d.OwnerID] = d.Name
				}
			}
		}
		for owner, n := range fresh {
			if err := s.notices.Tell(ctx, tx, notify.Notice{UserID: owner, Kind: notify.PoolSoon, SubjectKind: "pool", SubjectID: 1, Label: names[owner],
				Args: map[string]any{"n": n}, DedupeKey: fmt.Sprintf("pool_soon:%d:%d", tx.Now.UnixMilli(), owner)}); err != nil {
				return 0, err
			}
		}
		return n, nil
	})
}
