package evaluation

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"regulars/app/insight/prediction"
	"regulars/app/kit/cal"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// renew makes the shop's tables when there are none, when a version waits that
// was to hold at once, and when a small shop has changed; then everybody is
// judged again.
func (s *Service) renew(ctx context.Context) error {
	q := s.db.Reader(ctx)
	shop, found, err := readShop(ctx, q)
	if err != nil {
		return err
	}
	m, err := latestModel(ctx, q)
	if err != nil {
		return err
	}
	if waits := found && m.AtOnce && shop.version() != m.ID; !waits {
		changed, err := s.changed(ctx, shop, found)
		if err != nil || !changed {
			return err
		}
		if found {
			if m, err = modelOf(ctx, q, shop); err != nil {
				return err
			}
		}
	}
	d, err := s.day(ctx, s.db.Now())
	if err != nil {
		return err
	}
	m = m.within(d.fair)
	next, err := s.census(ctx, d, m)
	if err != nil {
		return err
	}
	next.Peer, next.Month, next.Since, next.Peered = shop.Peer, shop.Month, shop.Since, shop.Peered
	return s.db.Write(ctx, "evaluation.shop", func(ctx context.Context, tx *db.Tx) error {
		if err := s.putShop(ctx, tx, next); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, sqlMarkAll, db.At(tx.Now))
		return err
	})
}

// changed tells whether what is expected of customers was made anew, the tables
// are of earlier rules, or a small shop has a tenth more or fewer buyers than its
// tables know, or has none yet.
func (s *Service) changed(ctx context.Context, shop Shop, found bool) (bool, error) {
	var anew bool
	if err := s.db.Reader(ctx).Get(ctx, &anew, sqlForeseenAnew); err != nil || anew {
		return anew, err
	}
	if found && shop.Rules != rules {
		return true, nil
	}
	if found && shop.Buyers >= smallShop {
		return false, nil
	}
	var buyers int
	if err := s.db.Reader(ctx).Get(ctx, &buyers, sqlBuyers); err != nil {
		return false, fmt.Errorf("count buyers: %w", err)
	}
	change := max(buyers-shop.Buyers, shop.Buyers-buyers)
	return !found || change*renewAtPart > shop.Buyers, nil
}

// census reads all customers once, a batch at a time, and makes the tables for
// a version. Grades by share need a second look, for the totals.
func (s *Service) census(ctx context.Context, d day, m Model) (Shop, error) {
	var c census
	q := s.db.Reader(ctx)
	err := s.everybody(ctx, func(ids []int64) error {
		all, err := load(ctx, q, ids, d, m)
		for _, f := range all {
			c.add(f, d.today)
		}
		return err
	})
	if err != nil {
		return Shop{}, err
	}
	shop := c.shop(d.today)
	shop.Model, shop.Worth, shop.WorthAsOf = m.ID, d.worth, d.worth.asOf
	if m.Mode != ByShare {
		return shop, nil
	}
	var t totals
	err = s.everybody(ctx, func(ids []int64) error {
		all, err := load(ctx, q, ids, d, m)
		for _, f := range all {
			t.add(evaluate(f, shop, m, d.today, "").Total)
		}
		return err
	})
	shop.Cuts = t.cuts(m.Shares)
	return shop, err
}

// everybody walks through all customers by id.
func (s *Service) everybody(ctx context.Context, fn func(ids []int64) error) error {
	for after := int64(0); ; {
		var ids []int64
		if err := s.db.Reader(ctx).Select(ctx, &ids, sqlNextIDs, after, batch); err != nil {
			return fmt.Errorf("list customers: %w", err)
		}
		if len(ids) == 0 {
			return nil
		}
		after = ids[len(ids)-1]
		if err := fn(ids); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

// Nightly makes the shop's tables, judges everybody by them and settles the
// grades. It streams by id: its memory is one batch and a few numbers a buyer.
func (s *Service) Nightly(ctx context.Context) error {
	defer prediction.Sparing()()
	ctx = auth.With(ctx, auth.System("job"))
	d, err := s.day(ctx, s.db.Now())
	if err != nil {
		return err
	}
	m, err := latestModel(ctx, s.db.Reader(ctx))
	if err != nil {
		return err
	}
	m = m.within(d.fair)
	shop, err := s.census(ctx, d, m)
	if err != nil {
		return err
	}
	old, _, err := readShop(ctx, s.db.Reader(ctx))
	if err != nil {
		return err
	}
	shop.Peer, shop.Month, shop.Since, shop.Peered = old.Peer, old.Month, old.Since, old.Peered
	if err := s.keepShop(ctx, shop); err != nil {
		return err
	}
	if shop.Since, err = s.fillMonths(ctx, d, old); err != nil {
		return err
	}
	r := run{shop: shop, model: m, day: d, settle: true, months: true, scores: map[string]*tally{}}
	for _, key := range m.Keys() {
		r.scores[key] = &tally{}
	}
	if err := s.everybody(ctx, func(ids []int64) error {
		return s.db.Write(ctx, "evaluation.nightly", func(ctx context.Context, tx *db.Tx) error { return s.judge(ctx, tx, ids, r) })
	}); err != nil {
		return err
	}
	shop.Peer, shop.Month = map[string]float64{}, d.today.Month()
	for key, t := range r.scores {
		if t.n >= fewBuyers {
			shop.Peer[key] = t.median()
		}
	}
	if shop, err = s.keepPeers(ctx, shop, d); err != nil {
		return err
	}
	return s.keepShop(ctx, shop)
}

func (s *Service) keepShop(ctx context.Context, shop Shop) error {
	return s.db.Write(ctx, "evaluation.shop", func(ctx context.Context, tx *db.Tx) error { return s.putShop(ctx, tx, shop) })
}

// oldestMonth is how far back months are filled when none was kept yet.
const oldestMonth = 24

// fillMonths keeps the grades of the months since the last that was kept, from
// the snapshots: after an upgrade, or when the program stood still for long. It
// says since when they are kept.
func (s *Service) fillMonths(ctx context.Context, d day, old Shop) (since string, err error) {
	now, kept := d.today.Month(), old.Month
	if old.Since != "" && (kept == now || kept == earlier(now, 1)) {
		return old.Since, nil
	}
	var first int64
	if err := s.db.Reader(ctx).Get(ctx, &first, sqlFirstSnapshot); err != nil || first == 0 {
		return now, err
	}
	from := max(cal.DateOf(time.UnixMilli(first), d.zone).Month(), earlier(now, oldestMonth))
	since = cmp.Or(old.Since, from)
	if old.Since != "" {
		from = max(from, earlier(kept, -1))
	}
	for month := from; month < now; month = earlier(month, -1) {
		until, err := end(month, d.zone)
		if err != nil {
			return since, err
		}
		if err := s.everybody(ctx, func(ids []int64) error { return s.fillMonth(ctx, ids, month, until) }); err != nil {
			return since, err
		}
	}
	return since, nil
}

func (s *Service) fillMonth(ctx context.Context, ids []int64, month string, until db.Time) error {
	list, err := json.Marshal(ids)
	if err != nil {
		return fmt.Errorf("encode ids: %w", err)
	}
	return s.db.Write(ctx, "evaluation.nightly", func(ctx context.Context, tx *db.Tx) error {
		tx.Quiet()
		_, err := tx.Exec(ctx, sqlMonthFill, string(list), month, earlier(month, 1), until)
		return err
	})
}
