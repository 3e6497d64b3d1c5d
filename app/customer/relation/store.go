package relation

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

const seen = `r.id AS id, r.kind AS kind, r.note AS note, r.created_at AS created_at, c.id AS other_id, c.name AS name, c.kind AS is_a, s.revenue AS revenue, s.orders AS orders`

var (
	sqlOf = db.List(`
		SELECT ` + seen + `, 0 AS first, r.from_id AS customer_id FROM relation r JOIN customer c ON c.id = r.to_id JOIN customer_stat s ON s.customer_id = c.id
		WHERE r.from_id = ? AND ` + auth.CustomerSQL + `
		UNION ALL SELECT ` + seen + `, 1 AS first, r.to_id AS customer_id FROM relation r JOIN customer c ON c.id = r.from_id JOIN customer_stat s ON s.customer_id = c.id
		WHERE r.to_id = ? AND ` + auth.CustomerSQL + ` ORDER BY kind, first, name, other_id LIMIT 500`)
	sqlFind = db.SQL(`SELECT ` + seen + `, r.from_id = c.id AS first, ?1 AS customer_id FROM relation r
		JOIN customer c ON c.id = r.from_id + r.to_id - ?1 JOIN customer_stat s ON s.customer_id = c.id
		WHERE r.id = ?2 AND ?1 IN (r.from_id, r.to_id)`)
	sqlAdd  = db.SQL(`INSERT INTO relation (kind, from_id, to_id, note, user_id, created_at) VALUES (?, ?, ?, ?, ?, ?)`)
	sqlDrop = db.SQL(`DELETE FROM relation WHERE id = ?`)
	sqlOnce = db.SQL(`SELECT from_id FROM relation WHERE kind = ? AND to_id = ? LIMIT 1`)
	sqlSeen = db.SQL(`SELECT EXISTS (SELECT 1 FROM customer c WHERE c.id = ? AND ` + auth.CustomerSQL + `)`)
	// Walks up from the first; UNION ends it even in a circle.
	sqlAbove = db.SQL(`
		WITH RECURSIVE up (id) AS (SELECT ?1 UNION SELECT r.from_id FROM up JOIN relation r ON r.to_id = up.id AND r.kind = ?2)
		SELECT EXISTS (SELECT 1 FROM up WHERE id = ?3)`)
	sqlCircle = db.SQL(`
		WITH RECURSIVE up (link, id) AS (
			SELECT r.id, r.from_id FROM relation r WHERE r.to_id = ?1 AND r.kind = ?2
			UNION SELECT r.id, r.from_id FROM up JOIN relation r ON r.to_id = up.id AND r.kind = ?2 WHERE up.id <> ?1)
		SELECT coalesce((SELECT max(link) FROM up WHERE EXISTS (SELECT 1 FROM up WHERE id = ?1)), 0)`)
	// An undo may close a circle, so everybody counts once and nobody for themselves.
	sqlReferred = db.SQL(`
		WITH RECURSIVE down (id, depth) AS (
			SELECT r.to_id, 1 FROM relation r JOIN customer c ON c.id = r.to_id WHERE r.from_id = ? AND r.kind = 'referral' AND ` + auth.CustomerSQL + `
			UNION SELECT r.to_id, depth + 1 FROM down JOIN relation r ON r.from_id = down.id AND r.kind = 'referral' JOIN customer c ON c.id = r.to_id
			WHERE depth < 20 AND ` + auth.CustomerSQL + `)
		SELECT coalesce(sum(s.revenue) FILTER (WHERE d.depth = 1), 0) AS direct, count(*) FILTER (WHERE d.depth = 1) AS direct_people,
			coalesce(sum(s.revenue) FILTER (WHERE d.depth > 1), 0) AS chain, count(*) FILTER (WHERE d.depth > 1) AS chain_people
		FROM (SELECT id, min(depth) AS depth FROM down GROUP BY id) d JOIN customer_stat s ON s.customer_id = d.id WHERE d.id <> ?`)
)

func of(ctx context.Context, q db.Q, scope auth.Scope, id int64) ([]Related, error) {
	var out []Related
	args := append(append([]any{id}, scope.Args()...), append([]any{id}, scope.Args()...)...)
	if err := q.Select(ctx, &out, sqlOf, args...); err != nil {
		return nil, fmt.Errorf("read the relations of customer %d: %w", id, err)
	}
	return out, nil
}

// find reads one relation of a customer, whoever the other one is.
func find(ctx context.Context, q db.Q, customer, id int64) (Related, error) {
	var r Related
	err := q.Get(ctx, &r, sqlFind, customer, id)
	return r, db.OrNotFound(err)
}

func insert(ctx context.Context, tx *db.Tx, in Input) (int64, error) {
	kind, from, to := in.ends()
	c := &errs.Check{}
	if kind == "parent" || kind == "referral" {
		var above bool
		if err := tx.Get(ctx, &above, sqlAbove, from, kind, to); err != nil {
			return 0, fmt.Errorf("look for a circle: %w", err)
		}
		var have int64
		once, err := db.Found(tx.Get(ctx, &have, sqlOnce, kind, to))
		if err != nil {
			return 0, fmt.Errorf("look for another relation: %w", err)
		}
		if above || once {
			return 0, refused(ctx, tx, kind, have)
		}
	}
	id, err := tx.Insert(ctx, sqlAdd, kind, from, to, in.Note, db.ID(auth.From(ctx).UserID), db.At(tx.Now))
	if db.IsUnique(err) {
		c.Add("other_id", "relation.error.twice")
		return 0, c.Err()
	}
	if err != nil {
		return 0, fmt.Errorf("relate customers: %w", err)
	}
	return id, nil
}

// refused says why a second parent or a circle cannot be, unless that would tell
// of customers whom the actor may not see.
func refused(ctx context.Context, tx *db.Tx, kind string, have int64) error {
	c := &errs.Check{}
	scope := auth.From(ctx).Scope()
	seen := scope.Everything()
	if !seen && have != 0 {
		if err := tx.Get(ctx, &seen, sqlSeen, append([]any{have}, scope.Args()...)...); err != nil {
			return fmt.Errorf("look whether a relation is known: %w", err)
		}
	}
	switch {
	case !seen:
		c.Add("other_id", "relation.error.fits")
	case have != 0:
		c.Add("other_id", "relation.error.once."+kind)
	default:
		c.Add("other_id", "relation.error.circle")
	}
	return c.Err()
}

// untangle takes the newest link out of every circle that a merge made.
func untangle(ctx context.Context, tx *db.Tx, customer int64) error {
	for _, kind := range []string{"parent", "referral"} {
		for {
			var link int64
			if err := tx.Get(ctx, &link, sqlCircle, customer, kind); err != nil {
				return fmt.Errorf("look for a circle: %w", err)
			}
			if link == 0 {
				break
			}
			if _, err := tx.Exec(ctx, sqlDrop, link); err != nil {
				return fmt.Errorf("break a circle: %w", err)
			}
		}
	}
	return nil
}

const sqlUpper = `SELECT r.kind, r.to_id AS id, c.name FROM relation r JOIN customer c ON c.id = r.from_id
	WHERE r.to_id IN (?) AND r.kind IN ('parent', 'referral') AND ` + auth.CustomerSQL

var sqlAnyAbove = db.SQL(`SELECT EXISTS (SELECT 1 FROM relation WHERE kind IN ('parent', 'referral'))`)

// upper is the parent or referrer of a customer.
type upper struct {
	Kind string `db:"kind"`
	ID   int64  `db:"id"`
	Name string `db:"name"`
}

func anyAbove(ctx context.Context, q db.Q) (bool, error) {
	var some bool
	if err := q.Get(ctx, &some, sqlAnyAbove); err != nil {
		return false, fmt.Errorf("look for relations: %w", err)
	}
	return some, nil
}

// above are the parents and referrers of customers, of those in the scope.
func above(ctx context.Context, q db.Q, scope auth.Scope, ids []int64) ([]upper, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	query, args, err := sqlx.In(sqlUpper, append([]any{ids}, scope.Args()...)...)
	if err != nil {
		return nil, err
	}
	var out []upper
	if err := q.Select(ctx, &out, query, args...); err != nil {
		return nil, fmt.Errorf("read who is above customers: %w", err)
	}
	return out, nil
}

// first is who stands in the place that a relation takes, 0 for nobody.
func first(ctx context.Context, q db.Q, in Input) (int64, error) {
	kind, _, to := in.ends()
	var id int64
	if _, err := db.Found(q.Get(ctx, &id, sqlOnce, kind, to)); err != nil {
		return 0, fmt.Errorf("look for another relation: %w", err)
	}
	return id, nil
}
