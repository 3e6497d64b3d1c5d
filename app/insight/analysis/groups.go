package analysis

import (
	"context"
	"slices"
	"strings"

	"regulars/app/sys/field"
)

// group is one group with its numbers, and with the sums that they are made of.
type group struct {
	keys  []any
	cells []Cell
	sums  []*float64
}

// axes are all that the records of a period are divided by: across only those of
// the report's own.
func (c *counting) axes(p period, t *Table) []divided {
	if c.column == nil || p != t.Period {
		return c.rows
	}
	return append(slices.Clone(c.rows), *c.column)
}

// groups counts by some of the axes, the largest groups first. What can be added
// up is counted once a period, by all axes, and then added up for fewer of them.
func (c *counting) groups(ctx context.Context, p period, by []divided, t *Table) ([]group, error) {
	if k, ok := c.summed(ctx, by); ok {
		return c.sums(ctx, k, p, by, t)
	}
	if ok, err := c.crowded(ctx, p, by); ok || err != nil {
		if err != nil {
			return nil, err
		}
		return c.crowds(ctx, p, by)
	}
	if ok, err := c.spentBy(ctx, p, by); ok || err != nil {
		if err != nil {
			return nil, err
		}
		return c.spent(ctx, p, by[0], t)
	}
	axes := c.axes(p, t)
	fine, ok := c.fine[p]
	if !ok && c.adds(axes) {
		found, more, err := c.tally(ctx, p, axes)
		if err != nil {
			return nil, err
		}
		if !more { // else some groups are left out, and the whole is more than these
			fine = found
		}
		c.fine[p] = fine
	}
	if fine != nil {
		return c.rolled(fine, axes, by), nil
	}
	found, more, err := c.tally(ctx, p, by)
	t.Cut = t.Cut || more
	return found, err
}

// adds tells whether the whole is the sum of its parts: nothing is counted that
// can stand in two of them, and no middle is looked for.
func (c *counting) adds(axes []divided) bool {
	several := slices.ContainsFunc(axes, func(d divided) bool { return d.Join != "" })
	return !several && !slices.ContainsFunc(c.measures, func(m measured) bool {
		return m.Fn == fnMedian || m.Fn == fnCustomers && !c.byCustomer(axes)
	})
}

// byCustomer tells whether records can be added up customer by customer before
// they are divided: whatever divides them is the customer's.
func (c *counting) byCustomer(axes []divided) bool {
	return c.Along != "" && !slices.ContainsFunc(axes, func(d divided) bool { return !d.Of })
}

// byDay tells the same of day by day.
func (c *counting) byDay(axes []divided) bool {
	return c.Along != "" && len(axes) > 0 && !slices.ContainsFunc(axes, func(d divided) bool { return d.Name != c.Day }) &&
		!slices.ContainsFunc(c.measures, func(m measured) bool { return m.Fn == fnCustomers })
}

// longSpan is from how many days on all orders are read customer by customer: that
// is one walk along an index, and nothing is sorted.
const longSpan = 92

func long(p period) bool { return p.From == "" || p.To == "" || p.To.Sub(p.From) > longSpan }

// along says how a tally adds up before it divides, where that is quicker.
func (c *counting) along(ask *field.Tally, p period, axes []divided) {
	theirs := slices.ContainsFunc(ask.Where, func(w field.Where) bool { return strings.Contains(w.SQL, "c.") })
	switch {
	case c.byDay(axes):
		f, _ := c.List.Field(c.Day)
		ask.First = f.Column
	case c.byCustomer(axes) && !theirs:
		ask.First, ask.Then = c.Customer, " JOIN customer c ON c.id = x.first"
		if long(p) {
			ask.From = c.Along
		}
	case c.Along != "" && !theirs && strings.Contains(ask.Join, firstOrder) && long(p) && !slices.ContainsFunc(axes, func(d divided) bool { return d.Of }):
		ask.From = c.Along
		return
	default:
		return
	}
	ask.By = nil
	for _, d := range axes {
		column := d.Column
		if column == ask.First {
			column = "x.first"
		}
		ask.By = append(ask.By, d.partOf(c.env, column))
	}
}

// tally counts by axes; more tells that there are groups beyond the bound.
func (c *counting) tally(ctx context.Context, p period, by []divided) (out []group, more bool, err error) {
	where, err := c.where(ctx, p)
	if err != nil {
		return nil, false, err
	}
	ask := field.Tally{Where: where, Limit: c.most}
	for _, d := range by {
		ask.By = append(ask.By, d.part(c.env))
		if ask.Join += d.Join; d.With != "" && !strings.Contains(ask.Join, d.With) {
			ask.Join += d.With
		}
	}
	if steps := c.steps(ctx, p, by); len(steps) > 0 {
		out, err := c.walk(ctx, p, where, by[0], steps)
		return out, false, err
	}
	middle := ask
	c.along(&ask, p, by)
	ask.Count = c.parts(ask.First != "" && ask.First == c.Customer)
	found, more, err := c.List.Tally(ctx, c.q, ask)
	if err != nil {
		return nil, false, err
	}
	for _, g := range found {
		out = append(out, group{keys: g.By, sums: g.Count, cells: c.cells(g.Count)})
	}
	return out, more, c.medians(ctx, middle, out)
}

// parts are the aggregates of all measures. Customer by customer a customer is one.
func (c *counting) parts(each bool) []field.Part {
	var out []field.Part
	for _, m := range c.measures {
		switch {
		case m.Fn == fnMedian:
		case m.Fn == fnCustomers && each:
			out = append(out, field.Part{SQL: "1"})
		default:
			out = append(out, m.parts(c.env)...)
		}
	}
	if len(out) == 0 {
		return []field.Part{{SQL: "count(*)"}}
	}
	return out
}

// cells are the measures of some sums.
func (c *counting) cells(sums []*float64) []Cell {
	out := make([]Cell, len(c.measures))
	at := 0
	for i, m := range c.measures {
		if m.Fn == fnMedian {
			continue
		}
		out[i] = m.cell(sums[min(at, len(sums)):])
		at += len(m.parts(c.env))
	}
	return out
}

// medians fills in what no sum tells.
func (c *counting) medians(ctx context.Context, ask field.Tally, into []group) error {
	at := map[string]int{}
	for k, m := range c.measures {
		if m.Fn != fnMedian {
			continue
		}
		if len(at) == 0 {
			for i, g := range into {
				at[mark(g.keys)] = i
			}
		}
		medians, _, err := c.List.Medians(ctx, c.q, ask, m.value(c.env))
		if err != nil {
			return err
		}
		for _, g := range medians {
			if i, ok := at[mark(g.By)]; ok {
				into[i].cells[k] = m.cell(g.Count)
			}
		}
	}
	return nil
}

// rolled adds groups up to those by fewer axes.
func (c *counting) rolled(fine []group, axes, by []divided) []group {
	if len(by) == len(axes) {
		return fine
	}
	places := make([]int, len(by))
	for i, d := range by {
		places[i] = slices.IndexFunc(axes, func(a divided) bool { return a.Axis == d.Axis })
	}
	var out []group
	at := map[string]int{}
	for _, g := range fine {
		keys := make([]any, len(by))
		for i, from := range places {
			keys[i] = g.keys[from]
		}
		i, ok := at[mark(keys)]
		if !ok {
			i = len(out)
			at[mark(keys)] = i
			out = append(out, group{keys: keys, sums: make([]*float64, len(g.sums))})
		}
		for k, v := range g.sums {
			if v == nil {
				continue
			}
			sum := *v
			if had := out[i].sums[k]; had != nil {
				sum += *had
			}
			out[i].sums[k] = &sum
		}
	}
	if len(out) == 0 && len(by) == 0 {
		out = append(out, group{sums: []*float64{}})
	}
	for i := range out {
		out[i].cells = c.cells(out[i].sums)
	}
	return out
}
