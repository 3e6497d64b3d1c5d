package duplicate

import (
	"context"
	"fmt"

	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

const pairColumns = `p.id, p.score, p.reasons, p.state, p.found_at,
	p.a_id, a.name AS a_name, a.kind AS a_kind, a.owner_id AS a_owner_id, ua.name AS a_owner, nullif(sa.last_contact_at, 0) AS a_last,
	p.b_id, b.name AS b_name, b.kind AS b_kind, b.owner_id AS b_owner_id, ub.name AS b_owner, nullif(sb.last_contact_at, 0) AS b_last`

// The pair comes first: each of its customers is one look-up.
const pairFrom = `duplicate_pair p CROSS JOIN customer a ON a.id = p.a_id CROSS JOIN customer b ON b.id = p.b_id
	CROSS JOIN customer_stat sa ON sa.customer_id = a.id CROSS JOIN customer_stat sb ON sb.customer_id = b.id
	LEFT JOIN user ua ON ua.id = a.owner_id LEFT JOIN user ub ON ub.id = b.owner_id`

var list = field.List{
	Columns: pairColumns, From: pairFrom, ID: "p.id", Sort: "-score",
	Fields: []field.Field{
		{Name: "score", Label: "duplicate.score", Kind: field.Number, Column: "p.score", Sort: true},
		{Name: "state", Label: "duplicate.state", Kind: field.Choice, Column: "p.state", Choices: []string{"open", "separate"}},
		{Name: "reason", Label: "duplicate.reason", Kind: field.Text, Column: "p.reasons"},
		{Name: "found_at", Label: "duplicate.found_at", Kind: field.Time, Column: "p.found_at"},
		{Name: "customer_id", Label: "common.customer", Kind: field.Ref, Column: "x.id", Within: "p.id IN (SELECT q.id FROM customer x CROSS JOIN duplicate_pair q ON q.a_id = x.id OR q.b_id = x.id WHERE %s)"},
	},
}

// where is the reader's filters and scope: pairs of which they may open one.
func where(ctx context.Context, conds []filter.Cond) ([]field.Where, error) {
	out, err := list.Conditions(ctx, conds)
	if err != nil {
		return nil, err
	}
	a, args := auth.From(ctx).Scope().Where("a.owner_id")
	if a == "1" {
		return out, nil
	}
	b, more := auth.From(ctx).Scope().Where("b.owner_id")
	return append(out, field.Where{SQL: "(" + a + " OR " + b + ")", Args: append(args, more...)}), nil
}

func fetch(ctx context.Context, q db.Q, req page.Request, where []field.Where) (page.Page[Pair], error) {
	return field.Fetch[Pair](ctx, q, list, req, where)
}

var (
	sqlVisible = db.SQL(`SELECT EXISTS (SELECT 1 FROM customer c WHERE c.id = ? AND ` + auth.CustomerSQL + `)`)
	sqlPair    = db.SQL(`SELECT ` + pairColumns + ` FROM ` + pairFrom + ` WHERE p.id = ?`)
	sqlPairOf  = db.SQL(`SELECT ` + pairColumns + ` FROM ` + pairFrom + ` WHERE p.a_id = ? AND p.b_id = ?`)
	sqlOpenOf  = db.List(`
		SELECT p.a_id + p.b_id - ?1 AS id FROM duplicate_pair p WHERE p.a_id = ?1 AND p.state = 'open'
		UNION ALL SELECT p.a_id + p.b_id - ?1 AS id FROM duplicate_pair p WHERE p.b_id = ?1 AND p.state = 'open'`)
	sqlSure = db.List(`SELECT a_id, b_id FROM duplicate_pair WHERE state = 'open' AND score >= ? ORDER BY score DESC, id DESC LIMIT 2000`)
)

// visible tells whether the actor may open a customer.
func visible(ctx context.Context, q db.Q, id int64) (bool, error) {
	var ok bool
	err := q.Get(ctx, &ok, sqlVisible, append([]any{id}, auth.From(ctx).Scope().Args()...)...)
	return ok, err
}

// mark says of each pair which of its customers the actor may open.
func mark(ctx context.Context, q db.Q, pairs []Pair) error {
	for i := range pairs {
		p := &pairs[i]
		var err error
		if p.AOpen, err = visible(ctx, q, p.AID); err != nil {
			return err
		}
		if p.BOpen, err = visible(ctx, q, p.BID); err != nil {
			return err
		}
	}
	return nil
}

func pair(ctx context.Context, q db.Q, id int64) (Pair, error) {
	var p [1]Pair
	if err := db.OrNotFound(q.Get(ctx, &p[0], sqlPair, id)); err != nil {
		return p[0], err
	}
	return p[0], mark(ctx, q, p[:])
}

var (
	sqlApart    = db.SQL(`INSERT INTO duplicate_apart (a_id, b_id, user_id, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`)
	sqlTogether = db.SQL(`DELETE FROM duplicate_apart WHERE a_id = ? AND b_id = ?`)
	sqlIsApart  = db.SQL(`SELECT EXISTS (SELECT 1 FROM duplicate_apart WHERE a_id = ? AND b_id = ?)`)
	sqlState    = db.SQL(`UPDATE duplicate_pair SET state = ? WHERE a_id = ? AND b_id = ?`)
	sqlStates   = db.SQL(`
		UPDATE duplicate_pair AS p SET state = iif(state = 'open', 'separate', 'open')
		WHERE (state = 'separate') <> EXISTS (SELECT 1 FROM duplicate_apart x WHERE x.a_id = p.a_id AND x.b_id = p.b_id)`)
)

func keepApart(ctx context.Context, tx *db.Tx, a, b int64) error {
	a, b = min(a, b), max(a, b)
	if _, err := tx.Insert(ctx, sqlApart, a, b, db.ID(auth.From(ctx).UserID), db.At(tx.Now)); err != nil {
		return fmt.Errorf("keep %d and %d apart: %w", a, b, err)
	}
	_, err := tx.Exec(ctx, sqlState, Separate, a, b)
	return err
}

func together(ctx context.Context, tx *db.Tx, a, b int64) error {
	if _, err := tx.Exec(ctx, sqlTogether, a, b); err != nil {
		return fmt.Errorf("forget that %d and %d are apart: %w", a, b, err)
	}
	_, err := tx.Exec(ctx, sqlState, Open, a, b)
	return err
}

// afterUndo makes the pairs' states what was decided.
func afterUndo(ctx context.Context, tx *db.Tx, _ []int64) error {
	_, err := tx.Exec(ctx, sqlStates)
	return err
}

const mergedColumns = `m.id, m.survivor_id, c.name AS survivor_name, m.loser_id, m.name, u.name AS user_name, m.at`

var (
	sqlMergedList = db.List(`
		SELECT ` + mergedColumns + ` FROM duplicate_merge m CROSS JOIN customer c ON c.id = m.survivor_id LEFT JOIN user u ON u.id = m.user_id
		WHERE m.id < ? AND ` + auth.CustomerSQL + ` ORDER BY m.id DESC LIMIT ?`)
	sqlMerged = db.SQL(`
		SELECT ` + mergedColumns + ` FROM duplicate_merge m JOIN customer c ON c.id = m.survivor_id LEFT JOIN user u ON u.id = m.user_id
		WHERE m.id = ? AND ` + auth.CustomerSQL)
	sqlMergedInto = db.SQL(`SELECT id, survivor_id, loser_id, name, at FROM duplicate_merge WHERE loser_id = ?`)
)
