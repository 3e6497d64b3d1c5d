package pool

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// When customers go back is asked on every page: kept is what the one
// expression said, refreshed before a change ends for whom the change touched
// (triggers note them), and for everybody beside the work, a few at a time, when
// a rule or the calendar moves (count.go).

const (
	keptColumns = `customer_id, owner_id, pool_id, kind, days, workdays, recycle_at - warn_days * 86400000, recycle_at`
	dueColumns  = `customer_id, owner_id, pool_id, kind, days, workdays, warn_days, min(recycle_at) AS recycle_at`
	soonSQL     = `SELECT d.customer_id, c.name, d.owner_id, u.name AS owner_name, d.pool_id, d.kind, d.days, d.workdays, d.at AS recycle_at
		FROM pool_due d JOIN customer c ON c.id = d.customer_id JOIN user u ON u.id = d.owner_id `
)

var (
	sqlRulesMoved = db.SQL(`SELECT EXISTS (SELECT 1 FROM journal_change WHERE set_id = ? AND tbl IN ('pool', 'pool_rule', 'pool_member'))`)
	sqlWhom       = db.SQL(`SELECT customer_id FROM pool_touched LIMIT ?`)
	sqlKeepOne    = db.SQL(`INSERT INTO pool_due (customer_id, owner_id, pool_id, kind, days, workdays, warn_at, at)
		SELECT ` + keptColumns + ` FROM (SELECT ` + dueColumns + ` FROM (SELECT` + dueHead + ` AND c.id = ?` + dueTail + `)
			WHERE recycle_at IS NOT NULL GROUP BY customer_id)`)
	sqlForgetOne  = db.SQL(`DELETE FROM pool_due WHERE customer_id = ?`)
	sqlUntouchOne = db.SQL(`DELETE FROM pool_touched WHERE customer_id = ?`)
	sqlForgetAll  = db.SQL(`DELETE FROM pool_due`)
	sqlTouchAll   = db.SQL(`
		INSERT INTO pool_touched (customer_id)
		SELECT id FROM (SELECT c.id FROM customer c WHERE c.owner_id IS NOT NULL UNION SELECT d.customer_id FROM pool_due d) WHERE id NOT IN (SELECT customer_id FROM pool_touched)`)
	sqlHowMany = db.SQL(`SELECT count(*) FROM pool_touched`)
	sqlAstray  = db.SQL(`SELECT customer_id FROM (
		SELECT customer_id, recycle_at FROM (SELECT ` + dueColumns + ` FROM (SELECT` + dueHead + dueTail + `) WHERE recycle_at IS NOT NULL GROUP BY customer_id)
		UNION ALL SELECT customer_id, at FROM pool_due) GROUP BY customer_id HAVING count(*) <> 2 OR min(recycle_at) <> max(recycle_at)`)
	sqlKeptBefore = db.SQL(soonSQL + `WHERE d.at <= ? ORDER BY d.at, d.customer_id`)
	sqlSoonOf     = db.SQL(soonSQL + `WHERE d.owner_id = ? AND d.warn_at <= ? ORDER BY d.at, d.customer_id LIMIT ?`)
	sqlSeen       = db.SQL(`SELECT c.id FROM json_each(?) j JOIN customer c ON c.id = j.value WHERE ` + auth.CustomerSQL)
	sqlSoonAll    = db.SQL(soonSQL + `WHERE d.warn_at <= ? ORDER BY d.at, d.customer_id LIMIT ?`)
	sqlSoonCount  = db.SQL(`SELECT count(*) FROM (SELECT 1 FROM pool_due WHERE owner_id = ? AND warn_at <= ? LIMIT 99)`)
)

// atOnce is how many a change computes before it ends; more are left to Drain.
const atOnce = 1000

// refresh computes again when those go back whom the running change touched.
// When rules or members changed, also by an undo, that is everybody. Of many it
// says later: they stay noted and are counted beside the work.
func refresh(ctx context.Context, tx *db.Tx) (later bool, err error) {
	var moved bool
	if err := tx.Get(ctx, &moved, sqlRulesMoved, tx.Set); err != nil {
		return false, fmt.Errorf("look whether rules of pools moved: %w", err)
	}
	if moved {
		if err := touchAll(ctx, tx); err != nil {
			return false, err
		}
	}
	var few []int64
	if err := tx.Select(ctx, &few, sqlWhom, atOnce+1); err != nil {
		return false, fmt.Errorf("list whose day in a pool moved: %w", err)
	}
	if len(few) > atOnce {
		return true, nil
	}
	return false, count(ctx, tx, few)
}

// touchAll notes that everybody has to be counted again.
func touchAll(ctx context.Context, tx *db.Tx) error { return keep(ctx, tx, sqlTouchAll) }

// count keeps when these customers go back, and that it is done.
func count(ctx context.Context, tx *db.Tx, ids []int64) error {
	for _, id := range ids {
		for _, sql := range []string{sqlForgetOne, sqlKeepOne, sqlUntouchOne} {
			if _, err := tx.Exec(ctx, sql, id); err != nil {
				return fmt.Errorf("keep when customer %d goes back: %w", id, err)
			}
		}
	}
	return nil
}

func keep(ctx context.Context, tx *db.Tx, statements ...string) error {
	for _, sql := range statements {
		if _, err := tx.Exec(ctx, sql); err != nil {
			return fmt.Errorf("keep who goes back to a pool when: %w", err)
		}
	}
	return nil
}

// keptBefore lists who has to go back by then, each once.
func keptBefore(ctx context.Context, q db.Q, at time.Time) ([]Due, error) {
	var out []Due
	if err := q.Select(ctx, &out, sqlKeptBefore, db.At(at)); err != nil {
		return nil, fmt.Errorf("list who goes back: %w", err)
	}
	return out, nil
}

// dueSoon lists those of an owner (0 = of everybody) within the warning time.
func dueSoon(ctx context.Context, q db.Q, owner int64, now time.Time, limit int) ([]Due, error) {
	out := []Due{}
	var err error
	if owner == 0 {
		err = q.Select(ctx, &out, sqlSoonAll, db.At(now), limit)
	} else {
		err = q.Select(ctx, &out, sqlSoonOf, owner, db.At(now), limit)
	}
	if err != nil {
		return nil, fmt.Errorf("list who goes back soon: %w", err)
	}
	return out, nil
}

// seen leaves out whom the actor does not see, unless they look after all pools.
func seen(ctx context.Context, q db.Q, list []Due) ([]Due, error) {
	actor := auth.From(ctx)
	if actor.Can(Admin) || actor.Scope().Everything() || len(list) == 0 {
		return list, nil
	}
	all := make([]int64, len(list))
	for i, d := range list {
		all[i] = d.CustomerID
	}
	text, err := json.Marshal(all)
	if err != nil {
		return nil, fmt.Errorf("write down whom to look for: %w", err)
	}
	var ids []int64
	if err := q.Select(ctx, &ids, sqlSeen, append([]any{string(text)}, actor.Scope().Args()...)...); err != nil {
		return nil, fmt.Errorf("look who of them is seen: %w", err)
	}
	known := make(map[int64]bool, len(ids))
	for _, id := range ids {
		known[id] = true
	}
	return slices.DeleteFunc(list, func(d Due) bool { return !known[d.CustomerID] }), nil
}

// countSoon counts those of an owner, up to 99.
func countSoon(ctx context.Context, q db.Q, owner int64, now time.Time) (int, error) {
	return number(ctx, q, sqlSoonCount, owner, db.At(now))
}
