package privacy

import (
	"context"

	"regulars/app/sys/db"
)

// Classes and Shown are what the tests of the whole house compare with the schema.
var (
	Classes = classes
	Shown   = shown
	Unshown = unshown
)

// Rows are the rows that belong to a person, by table.
func Rows(ctx context.Context, q db.Q, s Subject) (map[string][]int64, error) {
	r, err := gather(ctx, q, s)
	return r.rows, err
}

// Edges are the tables with a row that belongs to a customer or contact.
func Edges(ctx context.Context, q db.Q) ([]string, error) {
	var all []edge
	if err := q.Select(ctx, &all, sqlEdges); err != nil {
		return nil, err
	}
	known := map[string]bool{"customer": true}
	for grown := true; grown; {
		grown = false
		for _, e := range all {
			if known[e.Parent] && !known[e.Table] {
				known[e.Table], grown = true, true
			}
		}
	}
	var out []string
	for t := range known {
		out = append(out, t)
	}
	return out, nil
}
