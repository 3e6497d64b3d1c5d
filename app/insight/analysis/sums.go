package analysis

import (
	"context"
	"slices"

	"regulars/app/kit/filter"
	"regulars/app/sys/auth"
	"regulars/app/sys/field"
)

// Orders are many; what was ordered on each day is kept by triggers, by status and
// currency. A report that asks for no more than that reads it there.

// summed tells whether the report needs nothing of single orders: it is of all
// orders, divided by their day or status, and counts or adds up.
func (c *counting) summed(ctx context.Context, by []divided) bool {
	if c.Name != "order" || len(c.within) > 0 || !auth.From(ctx).Scope().Everything() {
		return false
	}
	known := func(name string) bool { return name == "ordered_on" || name == "status" }
	if slices.ContainsFunc(c.spec.Filters, func(f filter.Cond) bool { return !known(f.Field) }) || slices.ContainsFunc(by, func(d divided) bool { return !known(d.Field) && d.Field != "weekday" }) {
		return false
	}
	return !slices.ContainsFunc(c.measures, func(m measured) bool {
		return m.Fn != fnCount && (m.Of != "total" || m.Fn != fnSum && m.Fn != fnMean)
	})
}

// sums are the groups of such a report.
func (c *counting) sums(ctx context.Context, p period, by []divided, t *Table) ([]group, error) {
	where, err := c.sumsOf(ctx, p)
	if err != nil {
		return nil, err
	}
	ask := field.Tally{Where: append(where, field.Where{SQL: "o.orders > 0"}), Limit: maxGroups}
	for _, d := range by {
		ask.By = append(ask.By, d.part(c.env))
	}
	ours := func(what string) field.Part {
		return field.Part{SQL: "sum(CASE WHEN o.currency = ? THEN o." + what + " END)", Args: []any{c.currency}}
	}
	for _, m := range c.measures {
		if m.Fn == fnCount {
			ask.Count = append(ask.Count, field.Part{SQL: "sum(o.orders)"}, field.Part{SQL: "sum(o.orders)"})
		} else {
			ask.Count = append(ask.Count, ours("total"), ours("orders"))
		}
	}
	found, more, err := orderSums.Tally(ctx, c.q, ask)
	if err != nil {
		return nil, err
	}
	t.Cut = t.Cut || more
	var out []group
	for _, g := range found {
		one := group{keys: g.By}
		for i, m := range c.measures {
			one.cells = append(one.cells, m.cell(g.Count[2*i:2*i+2]))
		}
		out = append(out, one)
	}
	return out, nil
}

func (c *counting) sumsOf(ctx context.Context, p period) ([]field.Where, error) {
	return orderSums.Conditions(field.With(ctx, c.values(auth.From(ctx).UserID)), append(slices.Clone(c.spec.Filters), p.conds(c.spec.On)...))
}

// foreignSums is how many orders are in another currency.
func (c *counting) foreignSums(ctx context.Context, p period) (int, error) {
	where, err := c.sumsOf(ctx, p)
	if err != nil {
		return 0, err
	}
	found, _, err := orderSums.Tally(ctx, c.q, field.Tally{Count: []field.Part{{SQL: "sum(o.orders)"}}, Where: append(where, field.Where{SQL: "o.currency <> ?", Args: []any{c.currency}})})
	if err != nil || len(found) == 0 || found[0].Count[0] == nil {
		return 0, err
	}
	return int(*found[0].Count[0]), nil
}
