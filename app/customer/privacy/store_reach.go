package privacy

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"regulars/app/sys/db"
)

// What belongs to a person: the schema says which rows hang on a customer or a
// contact, and on those in turn, so that no slice can be forgotten. Rows that
// are no more live on in the journal, which is walked along.

// edge is a column that points at a row which its own row belongs to.
type edge struct {
	Table  string `db:"tbl"`
	Column string `db:"col"`
	Parent string `db:"parent"`
	Named  bool   `db:"named"` // the table has an id of its own
}

var (
	sqlEdges = db.SQL(`
		SELECT e.tbl, e.col, e.parent, EXISTS (SELECT 1 FROM pragma_table_info(e.tbl) k WHERE k.name = 'id' AND k.pk = 1) AS named FROM (
			SELECT m.name AS tbl, f."from" AS col, f."table" AS parent FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f
				WHERE m.type = 'table' AND f.on_delete = 'CASCADE'
			UNION SELECT m.name, x.name, 'customer' FROM sqlite_schema m JOIN pragma_table_info(m.name) x WHERE m.type = 'table' AND x.name = 'customer_id'
			UNION SELECT m.name, x.name, 'customer' FROM sqlite_schema m JOIN pragma_table_info(m.name) x WHERE m.name = 'duplicate_moved' AND x.name IN ('survivor', 'loser')
			UNION SELECT 'duplicate_merge', 'loser_id', 'customer') e
		ORDER BY e.tbl, e.col`)
	// sqlAbout are columns that only mention a contact: the row stays the company's.
	sqlAbout = db.SQL(`
		SELECT m.name AS tbl, x.name AS col, 'contact' AS parent, EXISTS (SELECT 1 FROM pragma_table_info(m.name) k WHERE k.name = 'id' AND k.pk = 1) AS named
		FROM sqlite_schema m JOIN pragma_table_info(m.name) x WHERE m.type = 'table' AND x.name = 'contact_id'
			AND NOT EXISTS (SELECT 1 FROM pragma_foreign_key_list(m.name) f WHERE f."from" = x.name AND f.on_delete = 'CASCADE')
		ORDER BY 1, 2`)
	sqlLosers = db.SQL(`
		WITH RECURSIVE was (id) AS (SELECT ?1 UNION SELECT m.loser_id FROM duplicate_merge m JOIN was ON m.survivor_id = was.id) SELECT id FROM was`)
)

const (
	sqlChildren = `SELECT id FROM %s WHERE %s IN (SELECT value FROM json_each(?))`
	sqlLost     = `SELECT row_id FROM journal_change WHERE op = 'D' AND tbl = '%s' AND json_extract(data, '$.%s') IN (SELECT value FROM json_each(?))`
)

// reach is the rows that belong to a person, by table, those that are no more
// among them; and the edges along which they were found.
type reach struct {
	roots map[string][]int64
	rows  map[string][]int64
	edges []edge
	about []edge
	named map[string][]int64 // of a company: rows that name the contact who is erased
}

// gather finds all that belongs to a person.
func gather(ctx context.Context, q db.Q, s Subject) (reach, error) {
	r := reach{roots: map[string][]int64{}, rows: map[string][]int64{}}
	if err := q.Select(ctx, &r.edges, sqlEdges); err != nil {
		return r, fmt.Errorf("read what hangs on a customer: %w", err)
	}
	if s.LeadID != 0 {
		r.roots["lead"] = []int64{s.LeadID}
	} else if s.ContactID != 0 {
		if err := q.Select(ctx, &r.about, sqlAbout); err != nil {
			return r, fmt.Errorf("read what mentions a contact: %w", err)
		}
		r.roots["contact"] = []int64{s.ContactID}
	} else {
		var ids []int64
		if err := q.Select(ctx, &ids, sqlLosers, s.CustomerID); err != nil {
			return r, fmt.Errorf("read what was merged into customer %d: %w", s.CustomerID, err)
		}
		r.roots["customer"] = ids
	}
	todo := []string{}
	for table, ids := range r.roots {
		r.rows[table] = slices.Clone(ids)
		todo = append(todo, table)
	}
	if err := r.walk(ctx, q, todo); err != nil || s.LeadID != 0 {
		return r, err
	}
	leads, err := r.asked(ctx, q)
	if err != nil || len(leads) == 0 {
		return r, err
	}
	r.roots["lead"] = leads
	r.rows["lead"] = append(r.rows["lead"], leads...)
	return r, r.walk(ctx, q, []string{"lead"})
}

// walk follows what hangs on the rows of some tables, and on those in turn.
func (r reach) walk(ctx context.Context, q db.Q, todo []string) error {
	for len(todo) > 0 {
		parent := todo[0]
		todo = todo[1:]
		for _, e := range r.edges {
			if e.Parent != parent || !e.Named {
				continue
			}
			grown, err := r.follow(ctx, q, e)
			if err != nil {
				return err
			}
			if grown && !slices.Contains(todo, e.Table) {
				todo = append(todo, e.Table)
			}
		}
	}
	return nil
}

// follow adds the rows of one edge; it tells whether there were new ones.
func (r reach) follow(ctx context.Context, q db.Q, e edge) (bool, error) {
	found := []int64{}
	for _, query := range []string{fmt.Sprintf(sqlChildren, quote(e.Table), quote(e.Column)), fmt.Sprintf(sqlLost, e.Table, e.Column)} {
		var ids []int64
		if err := q.Select(ctx, &ids, query, list(r.rows[e.Parent])); err != nil {
			return false, fmt.Errorf("find the rows of %s: %w", e.Table, err)
		}
		found = append(found, ids...)
	}
	before := len(r.rows[e.Table])
	all := append(slices.Clone(r.rows[e.Table]), found...)
	slices.Sort(all)
	r.rows[e.Table] = slices.Compact(all)
	return len(r.rows[e.Table]) > before, nil
}

// list is ids as the JSON that a statement takes.
func list[T int64 | string](ids []T) string {
	if ids == nil {
		ids = []T{}
	}
	text, _ := json.Marshal(ids) // numbers and texts always can be
	return string(text)
}

func quote(name string) string { return `"` + name + `"` }
