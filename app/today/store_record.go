package today

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// Records of sales that answer the search box: deals by any part of their name
// and its pinyin, the others by the beginning of their number, and those of the
// customers that were found. Every way in is served by
// an index, and only what the reader may see comes out.

// perKind is how many of a kind are shown.
const perKind = 4

var (
	sqlFoundDeals = db.SQL(`
		SELECT d.id, d.name AS title, coalesce(c.name, '') AS sub FROM deal d LEFT JOIN customer c ON c.id = d.customer_id
		WHERE d.id IN (SELECT id FROM (SELECT id FROM deal WHERE name >= ?1 COLLATE NOCASE AND name < ?2 COLLATE NOCASE LIMIT 200)
			UNION ALL SELECT id FROM (SELECT id FROM deal WHERE customer_id IN (SELECT value FROM json_each(?3)) LIMIT 200)
			UNION ALL SELECT value FROM json_each(?4))
			AND (? = 1 OR d.owner_id = ? OR d.id IN (SELECT deal_id FROM deal_collaborator WHERE user_id = ?)
				OR (? > 0 AND d.owner_id IN (SELECT id FROM user WHERE team_id = ?))
				OR (d.owner_id IS NULL AND d.customer_id IS NULL) OR (d.customer_id IS NOT NULL AND ` + auth.CustomerSQL + `))
		ORDER BY d.result <> 'open', d.id DESC LIMIT 4`)
	sqlFoundQuotes = db.SQL(`
		SELECT q.id, q.number || CASE WHEN q.revision > 1 THEN ' v' || q.revision ELSE '' END AS title,
			c.name || CASE WHEN q.title <> '' THEN ', ' || q.title ELSE '' END AS sub
		FROM quote q CROSS JOIN customer c ON c.id = q.customer_id
		WHERE q.id IN (SELECT id FROM (SELECT id FROM quote WHERE number >= ?1 AND number < ?2 LIMIT 200)
			UNION ALL SELECT id FROM (SELECT id FROM quote WHERE customer_id IN (SELECT value FROM json_each(?3)) LIMIT 200))
			AND q.state <> 'replaced' AND ` + auth.CustomerSQL + `
		ORDER BY q.id DESC LIMIT 4`)
	sqlFoundContracts = db.SQL(`
		SELECT k.id, k.number AS title, c.name || CASE WHEN k.title <> '' THEN ', ' || k.title ELSE '' END AS sub
		FROM contract k CROSS JOIN customer c ON c.id = k.customer_id
		WHERE k.id IN (SELECT id FROM (SELECT id FROM contract WHERE number >= ?1 AND number < ?2 LIMIT 200)
			UNION ALL SELECT id FROM (SELECT id FROM contract WHERE customer_id IN (SELECT value FROM json_each(?3)) LIMIT 200))
			AND ` + auth.CustomerSQL + `
		ORDER BY k.id DESC LIMIT 4`)
	sqlFoundOrders = db.SQL(`
		SELECT o.id, o.number AS title, c.name AS sub FROM order_head o CROSS JOIN customer c ON c.id = o.customer_id
		WHERE o.id IN (SELECT id FROM order_head WHERE number >= ?1 AND number < ?2 LIMIT 200) AND ` + auth.CustomerSQL + `
		ORDER BY o.id DESC LIMIT 4`)
)

// answer is one that was found.
type answer struct {
	ID    int64  `db:"id"`
	Title string `db:"title"`
	Sub   string `db:"sub"`
}

// found looks among what is sold and promised; customers are those that the
// words were found to mean, who also answer to pinyin, and deals those that
// search proposes.
func found(ctx context.Context, q db.Q, typed string, customers, deals []int64) ([]Hit, error) {
	actor := auth.From(ctx)
	named, err := json.Marshal(append([]int64{}, deals...))
	if err != nil {
		return nil, fmt.Errorf("look for records: %w", err)
	}
	of, err := json.Marshal(append([]int64{}, customers...))
	if err != nil {
		return nil, fmt.Errorf("look for records: %w", err)
	}
	const after = "\U0010ffff"
	number := strings.ToUpper(typed)
	scope := actor.Scope()
	all, team := 0, int64(0)
	if scope.Reach == auth.All {
		all = 1
	}
	if scope.Reach == auth.Team {
		team = scope.TeamID
	}
	var out []Hit
	for _, k := range []struct {
		kind, query string
		args        []any
	}{
		{"deal", sqlFoundDeals, []any{typed, typed + after, string(of), string(named), all, scope.UserID, scope.UserID, team, team}},
		{"quote", sqlFoundQuotes, []any{number, number + after, string(of)}},
		{"order", sqlFoundOrders, []any{number, number + after}},
		{"contract", sqlFoundContracts, []any{number, number + after, string(of)}},
	} {
		if !actor.Can(k.kind + ".read") {
			continue
		}
		var rows []answer
		if err := q.Select(ctx, &rows, k.query, append(k.args, scope.Args()...)...); err != nil {
			return nil, fmt.Errorf("look for %ss: %w", k.kind, err)
		}
		for _, r := range rows[:min(len(rows), perKind)] {
			out = append(out, Hit{Kind: k.kind, Title: r.Title, Sub: r.Sub, id: r.ID})
		}
	}
	return out, nil
}
