package duplicate

import (
	"context"

	"regulars/app/sys/db"
)

// Links lists every column that names a customer: table, column, and what else
// must hold for it to do so.
func Links(ctx context.Context, q db.Q) ([][3]string, error) {
	links, err := linksOf(ctx, q)
	var out [][3]string
	for _, l := range links {
		about := ""
		if l.Subject {
			about = aboutOne
		}
		out = append(out, [3]string{l.Table, l.Column, about})
	}
	return out, err
}

// Exceptions are the tables that a merge does not simply move.
var Exceptions = func() map[string]string {
	out := map[string]string{}
	for _, list := range []map[string]string{derived, handled} {
		for table, reason := range list {
			out[table] = reason
		}
	}
	return out
}()
