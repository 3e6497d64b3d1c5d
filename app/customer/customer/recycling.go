package customer

import (
	"slices"
	"strings"

	"regulars/app/kit/filter"
	"regulars/app/sys/field"
)

// When customers go back to a pool stands in a table of its own, of those who do.
// A list in that order, or of those within some days, reads it instead of
// looking everybody up: the soonest first is a walk along its index.

const (
	recycleAt      = "recycle_at"
	protectedUntil = "protected_until"
)

// recycling tells whether a list is in the order of going back.
func recycling(sort string) bool { return strings.TrimPrefix(sort, "-") == recycleAt }

// goingBack is the list for a request: as it is, or only of those who go back
// when the order or a filter asks for nobody else.
func goingBack(l field.List, sort string, conds []filter.Cond) field.List {
	inOrder := recycling(sort)
	within := slices.ContainsFunc(conds, func(c filter.Cond) bool {
		return c.Field == recycleAt && c.Group == "" && slices.Contains([]string{"lt", "lte", "gt", "gte"}, c.Op)
	})
	i := slices.IndexFunc(l.Fields, func(f field.Field) bool { return f.Name == recycleAt })
	if i < 0 || !inOrder && !within {
		return l
	}
	l.Fields = slices.Clone(l.Fields)
	join := " JOIN "
	if l.Fields[i].Within, l.Fields[i].Walk = "unlikely(%s)", "(%s) IS TRUE"; inOrder { // few are looked up by their day
		join = " CROSS JOIN " // the order's own table is read first
		l.Fields[i].Within, l.Fields[i].Walk = "", ""
	}
	l.Lean, l.Beside = "pool_due g"+join+"customer c ON c.id = g.customer_id", ""
	l.From = l.Lean + " JOIN customer_stat s ON s.customer_id = c.id LEFT JOIN user u ON u.id = c.owner_id"
	return l
}
