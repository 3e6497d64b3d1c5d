package pool

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"regulars/app/kit/errs"
	"regulars/app/sys/db"
)

var (
	sqlChanged = db.SQL(`
		SELECT row_id, coalesce(json_extract(data, '$.owner_id[0]'), 0), coalesce(json_extract(data, '$.owner_id[1]'), 0)
		FROM journal_change WHERE set_id = ? AND tbl = 'customer' AND op = 'U' AND instr(data, '"owner_id"') > 0 ORDER BY id`)
	sqlHold = db.SQL(`
		SELECT c.id AS customer_id, c.owner_id, c.name, h.pool_id, coalesce(h.since, c.created_at) AS since, coalesce(h.locked, 0) AS locked,
			nullif(h.protect_until, 0) AS protect_until, h.previous_id, s.orders
		FROM customer c JOIN customer_stat s ON s.customer_id = c.id LEFT JOIN pool_hold h ON h.customer_id = c.id WHERE c.id = ?`)
	sqlPutHold = db.SQL(`
		INSERT INTO pool_hold (customer_id, pool_id, since, claimed, protect_until, previous_id, reason)
		SELECT c.id, ?2, ?3, ?4, coalesce(?5, 0), ?6, ?7 FROM customer c WHERE c.id = ?1
		ON CONFLICT (customer_id) DO UPDATE SET pool_id = coalesce(excluded.pool_id, pool_id), since = excluded.since, claimed = excluded.claimed,
			locked = 0, protect_until = excluded.protect_until, previous_id = excluded.previous_id, reason = excluded.reason`)
	sqlPutEntry = db.SQL(`
		INSERT INTO pool_ledger (customer_id, from_id, to_id, how, rule, days, reason, pool_id, user_id, at)
		SELECT c.id, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 FROM customer c WHERE c.id = ?1`)
	sqlSetLock = db.SQL(`
		INSERT INTO pool_hold (customer_id, since, locked) SELECT c.id, c.created_at, ?2 FROM customer c WHERE c.id = ?1
		ON CONFLICT (customer_id) DO UPDATE SET locked = excluded.locked WHERE locked <> excluded.locked`)
	sqlLedger = db.SQL(`
		SELECT l.id, l.from_id, f.name AS from_name, l.to_id, t.name AS to_name, l.how, l.rule, l.days, l.reason, b.name AS by_name, l.at
		FROM pool_ledger l LEFT JOIN user f ON f.id = l.from_id LEFT JOIN user t ON t.id = l.to_id LEFT JOIN user b ON b.id = l.user_id
		WHERE l.customer_id = ? ORDER BY l.id DESC LIMIT 100`)
	sqlMember = db.SQL(`SELECT EXISTS (SELECT 1 FROM pool x JOIN user u ON u.id = ? WHERE x.id = ? AND x.active = 1 AND ` + seatX + `)`)
	sqlHome   = db.SQL(`
		SELECT coalesce(CASE WHEN c.owner_id IS NULL THEN (SELECT x.id FROM pool x WHERE x.id = h.pool_id AND x.active = 1) ELSE ` + homeX + ` END,
			(SELECT min(x.id) FROM pool x WHERE x.active = 1), 0)
		FROM customer c LEFT JOIN user u ON u.id = c.owner_id LEFT JOIN pool_hold h ON h.customer_id = c.id WHERE c.id = ?`)
	sqlSpread = db.SQL(`
		SELECT u.id, u.name, (SELECT count(*) FROM customer c JOIN customer_stat s ON s.customer_id = c.id WHERE c.owner_id = u.id AND (?1 = 1 OR s.orders = 0)) AS held
		FROM user u JOIN pool x ON x.id = ?2 WHERE u.status = 'active' AND x.active = 1 AND ` + seatX + ` ORDER BY u.id`)
	// Who of ?3 lies in pool ?2 (?1 is the first pool), each once.
	sqlLieIn = db.SQL(`
		SELECT c.id FROM json_each(?3) j JOIN customer c ON c.id = j.value LEFT JOIN pool_hold h ON h.customer_id = c.id
		WHERE c.owner_id IS NULL AND ` + liesNumbered + ` GROUP BY c.id ORDER BY min(j.key)`)
	sqlSeat = db.SQL(`
		SELECT coalesce(` + homeX + `, 0) FROM customer c JOIN user u ON u.id = c.owner_id LEFT JOIN pool_hold h ON h.customer_id = c.id WHERE c.id = ?`)
	sqlFallsTo = db.SQL(`
		SELECT coalesce(` + homeX + `, 0) FROM user u LEFT JOIN pool_hold h ON h.customer_id = ? WHERE u.id = ?`)
	// Who lies in pool ?2 (?1 is the first pool), and who would fall into it.
	sqlMoveLying = db.SQL(`
		INSERT INTO pool_hold (customer_id, pool_id, since)
		SELECT c.id, ?3, coalesce(h.since, c.created_at) FROM customer c LEFT JOIN pool_hold h ON h.customer_id = c.id WHERE c.owner_id IS NULL AND ` + liesNumbered + `
		ON CONFLICT (customer_id) DO UPDATE SET pool_id = excluded.pool_id`)
	sqlMoveHeld = db.SQL(`UPDATE pool_hold SET pool_id = ?2 WHERE pool_id = ?1`)
	sqlHeld     = db.SQL(`
		SELECT count(*) FROM customer c JOIN customer_stat s ON s.customer_id = c.id WHERE c.owner_id = ? AND (? = 1 OR s.orders = 0)`)
	sqlClaims = db.SQL(`SELECT count(*) FROM pool_ledger WHERE to_id = ? AND at >= ? AND how = 'claim' AND pool_id = ?`)
	sqlLatest = db.SQL(`SELECT coalesce(max(at), 0) FROM pool_ledger WHERE to_id = ? AND at >= ? AND how = 'claim'`)
	sqlLost   = db.SQL(`
		SELECT coalesce(max(at), 0) FROM pool_ledger WHERE customer_id = ? AND from_id = ? AND how IN ('release', 'recycle')`)
	sqlUnfinished = db.SQL(`
		SELECT count(*) FROM customer c JOIN pool_hold h ON h.customer_id = c.id
		WHERE c.owner_id = ? AND h.claimed = 1 AND NOT EXISTS (SELECT 1 FROM followup f WHERE f.customer_id = c.id AND f.created_at >= h.since AND length(f.content) >= ?)`)
	sqlLocked = db.SQL(`
		SELECT count(*) FROM customer c JOIN pool_hold h ON h.customer_id = c.id JOIN customer_stat s ON s.customer_id = c.id
		WHERE c.owner_id = ? AND h.locked = 1 AND s.orders = 0`)
	sqlWorks      = db.SQL(`SELECT EXISTS (SELECT 1 FROM user WHERE id = ? AND status = 'active')`)
	sqlPersonName = db.SQL(`SELECT name FROM user WHERE id = ?`)
)

// taken says that another pool has the name.
func taken(err error) error {
	if db.IsUnique(err) {
		c := &errs.Check{}
		c.Add("name", "error.taken")
		return c.Err()
	}
	if db.IsConstraint(err) {
		c := &errs.Check{}
		c.Add("members", "error.person")
		return c.Err()
	}
	return fmt.Errorf("store pool: %w", err)
}

// ownersChanged are the customers whose owner the running transaction changed;
// of several changes the first from and the last to count.
func ownersChanged(ctx context.Context, tx *db.Tx) ([]move, error) {
	var out []move
	at := map[int64]int{}
	err := tx.Each(ctx, sqlChanged, []any{tx.Set}, func(r *sqlx.Rows) error {
		var m move
		err := r.Scan(&m.customer, &m.from, &m.to)
		if i, ok := at[m.customer]; ok {
			out[i].to = m.to
			return err
		}
		at[m.customer] = len(out)
		out = append(out, m)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look which owners changed: %w", err)
	}
	return out, nil
}

func putMove(ctx context.Context, tx *db.Tx, m move, by int64) error {
	if m.from == m.to {
		return nil
	}
	claimed := m.how == Claim
	if _, err := tx.Exec(ctx, sqlPutHold, m.customer, db.ID(m.pool), db.At(tx.Now), claimed, m.protect, db.ID(m.from), m.reason); err != nil {
		return fmt.Errorf("note how customer %d is held: %w", m.customer, err)
	}
	if _, err := tx.Exec(ctx, sqlPutEntry, m.customer, db.ID(m.from), db.ID(m.to), m.how, m.rule, m.days, m.reason, db.ID(m.pool), db.ID(by), db.At(tx.Now)); err != nil {
		return fmt.Errorf("note who got customer %d: %w", m.customer, err)
	}
	return nil
}

func hold(ctx context.Context, q db.Q, customer int64) (Hold, error) {
	var h Hold
	err := q.Get(ctx, &h, sqlHold, customer)
	return h, db.OrNotFound(err)
}

func number(ctx context.Context, q db.Q, sql string, args ...any) (int, error) {
	var n int
	if err := q.Get(ctx, &n, sql, args...); err != nil {
		return 0, fmt.Errorf("count for a pool's limit: %w", err)
	}
	return n, nil
}

func moment(ctx context.Context, q db.Q, sql string, args ...any) (time.Time, error) {
	var at db.Time
	if err := q.Get(ctx, &at, sql, args...); err != nil {
		return time.Time{}, fmt.Errorf("look when a customer changed hands: %w", err)
	}
	return at.Time, nil
}

func member(ctx context.Context, q db.Q, user, pool int64) (bool, error) {
	var ok bool
	if err := q.Get(ctx, &ok, sqlMember, user, pool); err != nil {
		return false, fmt.Errorf("look who may take from pool %d: %w", pool, err)
	}
	return ok, nil
}

func named(ctx context.Context, q db.Q, user, pool int64) (bool, error) {
	var ok bool
	if err := q.Get(ctx, &ok, sqlNamed, user, pool); err != nil {
		return false, fmt.Errorf("look who looks after pool %d: %w", pool, err)
	}
	return ok, nil
}

// members are who may take from a pool, with what counts of their customers.
func members(ctx context.Context, q db.Q, p Pool) ([]Portion, error) {
	var out []Portion
	if err := q.Select(ctx, &out, sqlSpread, p.CountBuyers, p.ID); err != nil {
		return nil, fmt.Errorf("list the members of pool %d: %w", p.ID, err)
	}
	return out, nil
}

// seat is the pool into which somebody's customer goes back; 0 is none, and so
// it is for a customer of nobody.
func seat(ctx context.Context, q db.Q, customer int64) (int64, error) {
	var id int64
	if _, err := db.Found(q.Get(ctx, &id, sqlSeat, customer)); err != nil {
		return 0, fmt.Errorf("look to which pool customer %d belongs: %w", customer, err)
	}
	return id, nil
}

// fallsTo is the pool for a customer whom user just lost; 0 is the first one.
func fallsTo(ctx context.Context, q db.Q, customer, user int64) (int64, error) {
	var id int64
	if _, err := db.Found(q.Get(ctx, &id, sqlFallsTo, customer, user)); err != nil {
		return 0, fmt.Errorf("look into which pool customer %d falls: %w", customer, err)
	}
	return id, nil
}

func moveAll(ctx context.Context, tx *db.Tx, from, to int64) (int, error) {
	one, err := first(ctx, tx)
	if err != nil {
		return 0, err
	}
	n, err := tx.Exec(ctx, sqlMoveLying, one, from, to)
	if err == nil {
		_, err = tx.Exec(ctx, sqlMoveHeld, from, to)
	}
	if err != nil {
		return 0, fmt.Errorf("move the customers of pool %d: %w", from, err)
	}
	return int(n), nil
}

func home(ctx context.Context, q db.Q, customer int64) (int64, error) {
	var id int64
	err := q.Get(ctx, &id, sqlHome, customer)
	return id, db.OrNotFound(err)
}
