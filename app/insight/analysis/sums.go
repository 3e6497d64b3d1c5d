package analysis

import (
	"context"
	"slices"

	"regulars/app/kit/filter"
	"regulars/app/sys/auth"
	"regulars/app/sys/field"
)

// Orders, their lines and payments are many; what was ordered on each day is kept by
// triggers, by status and currency, and so are what was ordered of each product and
// what was paid in each way. A report that asks for no more than that reads it there.

// summed finds the sums that the report can be read from: it needs nothing of
// single records, is of all of them, divided by what the sums have, and counts or
// adds up.
func (c *counting) summed(ctx context.Context, by []divided) (sums, bool) {
	k, ok := keptSums[c.Name]
	if !ok || k.only && !c.only || len(c.within) > 0 || !auth.From(ctx).Scope().Everything() {
		return k, false
	}
	unknown := func(f filter.Cond) bool { _, ok := k.list.Field(f.Field); return !ok }
	if slices.ContainsFunc(c.spec.Filters, unknown) || slices.ContainsFunc(by, func(d divided) bool { return k.by[d.Field] == "" }) {
		return k, false
	}
	return k, !slices.ContainsFunc(c.measures, func(m measured) bool {
		return m.Fn != fnCount && (k.of[m.Of] == "" || m.Fn != fnSum && m.Fn != fnMean)
	})
}

// sums are the groups of such a report.
func (c *counting) sums(ctx context.Context, k sums, p period, by []divided, t *Table) ([]group, error) {
	where, err := c.sumsOf(ctx, k, p)
	if err != nil {
		return nil, err
	}
	ask := field.Tally{Where: append(where, field.Where{SQL: k.count + " > 0"}), Limit: c.most}
	for _, d := range by {
		ask.By = append(ask.By, d.partOf(c.env, k.by[d.Field]))
	}
	for _, m := range c.measures {
		ask.Count = append(ask.Count, k.parts(c, m)...)
	}
	found, more, err := k.list.Tally(ctx, c.q, ask)
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

// parts are what a measure adds up of the sums, and of how many records.
func (k sums) parts(c *counting, m measured) []field.Part {
	if m.Fn == fnCount {
		return []field.Part{{SQL: "sum(" + k.count + ")"}, {SQL: "sum(" + k.count + ")"}}
	}
	if m.foreign == "" || c.only {
		return []field.Part{{SQL: "sum(" + k.of[m.Of] + ")"}, {SQL: "sum(" + k.count + ")"}}
	}
	ours := func(what string) field.Part {
		return field.Part{SQL: "sum(CASE WHEN o.currency = ? THEN " + what + " END)", Args: []any{c.currency}}
	}
	return []field.Part{ours(k.of[m.Of]), ours(k.count)}
}

func (c *counting) sumsOf(ctx context.Context, k sums, p period) ([]field.Where, error) {
	return k.list.Conditions(field.With(ctx, c.values(auth.From(ctx).UserID)), append(slices.Clone(c.spec.Filters), p.conds(c.spec.On)...))
}

// foreignSums is how many records are in another currency.
func (c *counting) foreignSums(ctx context.Context, k sums, p period) (int, error) {
	where, err := c.sumsOf(ctx, k, p)
	if err != nil {
		return 0, err
	}
	found, _, err := k.list.Tally(ctx, c.q, field.Tally{Count: []field.Part{{SQL: "sum(" + k.count + ")"}}, Where: append(where, field.Where{SQL: "o.currency <> ?", Args: []any{c.currency}})})
	if err != nil || len(found) == 0 || found[0].Count[0] == nil {
		return 0, err
	}
	return int(*found[0].Count[0]), nil
}
