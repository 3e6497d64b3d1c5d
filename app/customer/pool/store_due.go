package pool

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"regulars/app/sys/db"
)

// When a customer goes back, as one expression over the facts. A rule of seven
// days takes effect on the eighth day: days are counted by the calendar of
// pool_day, in the shop's zone, and must be strictly more. A customer of nobody,
// a locked one, one who bought (unless the rule says so too) and one whose
// owner is no member of the pool has no such day. What is held is computed once
// and then counted with (MATERIALIZED), or every use of base would ask again. A
// day begins within 15 hours of its UTC midnight, where its row is looked for.
const (
	dueHead = ` t.customer_id, t.name, t.owner_id, t.owner_name, t.pool_id, t.kind, t.days, t.warn_days, t.workdays,
		max(t.protect_until, CASE t.workdays
			WHEN 1 THEN (SELECT d.starts_at FROM pool_day d WHERE d.work > t.days
				+ coalesce((SELECT b.work FROM pool_day b WHERE b.starts_at <= t.base ORDER BY b.starts_at DESC LIMIT 1), 0) ORDER BY d.work, d.starts_at LIMIT 1)
			ELSE (SELECT d.starts_at FROM pool_day d WHERE d.seq > t.days
				+ coalesce((SELECT b.seq FROM pool_day b WHERE b.starts_at <= t.base ORDER BY b.starts_at DESC LIMIT 1), 0) ORDER BY d.seq LIMIT 1)
		END) AS recycle_at
	FROM (WITH held AS MATERIALIZED (
		SELECT c.id AS customer_id, c.name, c.owner_id, u.name AS owner_name, p.id AS pool_id, r.kind, r.days, p.warn_days, p.workdays,
			coalesce(h.protect_until, 0) AS protect_until,
			max(coalesce(h.since, c.created_at), CASE r.kind
				WHEN 'contact' THEN coalesce((SELECT max(min(f.at, f.created_at)) FROM followup f WHERE f.customer_id = c.id AND length(f.content) >= p.min_words), 0)
				ELSE coalesce((SELECT d.starts_at FROM pool_day d WHERE d.day = s.last_order_on
					AND d.starts_at BETWEEN unixepoch(s.last_order_on) * 1000 - 54000000 AND unixepoch(s.last_order_on) * 1000 + 54000000), 0) END) AS base
		FROM customer c
		JOIN customer_stat s ON s.customer_id = c.id
		JOIN user u ON u.id = c.owner_id
		LEFT JOIN pool_hold h ON h.customer_id = c.id
		JOIN pool p ON p.id = ` + homeX + `
		JOIN pool_rule r ON r.pool_id = p.id AND r.days > 0 AND r.level = (SELECT max(y.level) FROM pool_rule y
			WHERE y.pool_id = p.id AND y.kind = r.kind AND y.level IN ('', iif(c.level <> '', c.level, s.grade)))
		WHERE c.owner_id IS NOT NULL AND coalesce(h.locked, 0) = 0 AND (s.orders = 0 OR r.buyers = 1)`
	dueTail = `) SELECT * FROM held) t`
	// homeX is the one pool into which a customer of u's with hold h goes back:
	// where they were, while u is a member, else the first of which u is one.
	homeX = `coalesce((SELECT x.id FROM pool x WHERE x.id = h.pool_id AND x.active = 1 AND ` + seatX + `),
			(SELECT min(x.id) FROM pool x WHERE x.active = 1 AND ` + seatX + `))`
	// seatX tells whether u is a member of pool x.
	seatX = `(NOT EXISTS (SELECT 1 FROM pool_member m WHERE m.pool_id = x.id)
			OR EXISTS (SELECT 1 FROM pool_member m WHERE m.pool_id = x.id AND (m.user_id = u.id OR m.team_id = u.team_id)))`
)

var (
	sqlDueOne = db.SQL(`SELECT` + dueHead + ` AND c.id = ?` + dueTail + ` ORDER BY recycle_at LIMIT 1`)
	// What would be if pool ?1 were as it is typed: the same expression, over
	// tables in which the typed one stands instead of the stored. Both rules may
	// name a customer; the earlier one counts.
	sqlDueTyped = db.SQL(`WITH pool (id, active, warn_days, workdays, min_words) AS MATERIALIZED (
			SELECT p.id, p.active, p.warn_days, p.workdays, p.min_words FROM main.pool p WHERE p.id <> ?1 UNION ALL SELECT ?1, ?2, ?3, ?4, ?5),
		pool_member (pool_id, user_id, team_id) AS MATERIALIZED (
			SELECT m.pool_id, m.user_id, m.team_id FROM main.pool_member m WHERE m.pool_id <> ?1
			UNION ALL SELECT ?1, value, NULL FROM json_each(?6) UNION ALL SELECT ?1, NULL, value FROM json_each(?7)),
		pool_rule (pool_id, kind, level, days, buyers) AS MATERIALIZED (
			SELECT r.pool_id, r.kind, r.level, r.days, r.buyers FROM main.pool_rule r WHERE r.pool_id <> ?1
			UNION ALL SELECT ?1, value ->> 'kind', value ->> 'level', value ->> 'days', value ->> 'buyers' FROM json_each(?8))
		SELECT customer_id, name, owner_id, owner_name, pool_id, kind, days, warn_days, workdays, min(recycle_at) AS recycle_at
		FROM (SELECT` + dueHead + dueTail + `) WHERE recycle_at <= ?9 GROUP BY customer_id ORDER BY recycle_at, customer_id`)
	sqlNextPool = db.SQL(`SELECT coalesce(max(id), 0) + 1 FROM pool`)
)

// due is when one customer goes back; found is false when they do not.
func due(ctx context.Context, q db.Q, customer int64) (d Due, found bool, err error) {
	found, err = db.Found(q.Get(ctx, &d, sqlDueOne, customer))
	if err != nil {
		err = fmt.Errorf("compute when customer %d goes back: %w", customer, err)
	}
	return d, found && !d.At.IsZero(), err
}

// dueTyped lists who would have to go back by then, each once, if the pool were
// as typed. A new one comes after all others.
func dueTyped(ctx context.Context, q db.Q, p Pool, at time.Time) ([]Due, int64, error) {
	if p.ID == 0 {
		if err := q.Get(ctx, &p.ID, sqlNextPool); err != nil {
			return nil, 0, fmt.Errorf("number a pool that is tried: %w", err)
		}
	}
	args := []any{p.ID, p.Active, p.Warn, p.Workdays, p.MinWords}
	for _, list := range []any{append([]int64{}, p.People...), append([]int64{}, p.Teams...), append([]Rule{}, p.Rules...)} { // none is [], not null
		text, err := json.Marshal(list)
		if err != nil {
			return nil, 0, fmt.Errorf("write down the rules to try: %w", err)
		}
		args = append(args, string(text))
	}
	var out []Due
	if err := q.Select(ctx, &out, sqlDueTyped, append(args, db.At(at))...); err != nil {
		return nil, 0, fmt.Errorf("compute who would go back: %w", err)
	}
	return out, p.ID, nil
}
