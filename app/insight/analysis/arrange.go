package analysis

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// nothing is what a measure says of no records.
func (c *counting) nothing() []Cell {
	out := make([]Cell, len(c.measures))
	for i, m := range c.measures {
		out[i] = m.cell(nil)
	}
	return out
}

// found counts groups, and says what stands for one that is not among them: there is
// nothing of it, unless there were too many groups to look at. Then nobody knows.
func (c *counting) found(ctx context.Context, p period, by []divided, t *Table) ([]group, func() []Cell, error) {
	had := t.Cut
	t.Cut = false
	groups, err := c.groups(ctx, p, by, t)
	none := c.nothing
	if t.Cut {
		none = func() []Cell { return make([]Cell, len(c.measures)) }
	}
	t.Cut = t.Cut || had
	return groups, none, err
}

// fill puts in the days, weeks, months … in which there was nothing: a line over
// what is missing would lie.
func (c *counting) fill(t *Table) {
	if len(c.rows) != 1 || c.rows[0].Time == "" || c.rows[0].Unit == "weekday" || len(t.Rows) == 0 {
		return
	}
	d := c.rows[0]
	have, low, high := map[string]bool{}, "", ""
	for _, r := range t.Rows {
		v, ok := r.Keys[0].Value.(string)
		if !ok {
			continue
		}
		have[v] = true
		if low == "" || v < low {
			low = v
		}
		high = max(high, v)
	}
	from, _, okFrom := days(d.Unit, low)
	_, to, okTo := days(d.Unit, high)
	if !okFrom || !okTo {
		return
	}
	if d.Field == c.spec.On && t.Period.From != "" {
		from = min(from, t.Period.From)
	}
	if d.Field == c.spec.On && t.Period.To != "" {
		to = max(to, min(t.Period.To, c.today()))
	}
	for _, v := range buckets(d.Unit, from, to) {
		if !have[v] {
			t.Rows = append(t.Rows, Row{Keys: []Key{{Value: v}}, Total: c.nothing()})
		}
	}
}

// beside counts the same in the periods that stand beside.
func (c *counting) beside(ctx context.Context, t *Table) error {
	for _, one := range []struct {
		on   bool
		p    period
		kept *period
		into func(r *Row) *[]Cell
	}{
		{c.spec.Before, t.Period.before(c.spec.Span), &t.Earlier, func(r *Row) *[]Cell { return &r.Before }},
		{c.spec.Year, t.Period.year(), &t.LastYear, func(r *Row) *[]Cell { return &r.Year }},
	} {
		if !one.on {
			continue
		}
		*one.kept = one.p
		if err := c.besides(ctx, t, one.p, one.into); err != nil {
			return err
		}
	}
	return nil
}

func (c *counting) besides(ctx context.Context, t *Table, p period, into func(r *Row) *[]Cell) error {
	whole, err := c.whole(ctx, p, t)
	if err != nil {
		return err
	}
	*into(&t.Total) = c.nothing()
	if len(whole) > 0 {
		*into(&t.Total) = whole[0].cells
	}
	if len(c.rows) == 0 {
		return nil
	}
	now := c.nothing
	if t.Cut { // what is no row now may be one of those left out
		now = func() []Cell { return make([]Cell, len(c.measures)) }
	}
	then, none, err := c.found(ctx, p, c.rows, t)
	if err != nil {
		return err
	}
	if c.shown != nil { // those who stand in the rows were all looked up
		none = c.nothing
	}
	at := map[string]int{}
	for i := range t.Rows {
		at[mark(valuesOf(t.Rows[i].Keys))] = i
		*into(&t.Rows[i]) = none()
	}
	for _, g := range then {
		keys, ok := c.nowOf(g.keys, t.Period, p)
		if !ok {
			continue
		}
		i, known := at[mark(keys)]
		if !known { // there was something then and there is nothing now
			i = len(t.Rows)
			r := Row{Keys: keysOf(keys), Total: now()}
			if c.spec.Before {
				r.Before = c.nothing()
			}
			if c.spec.Year {
				r.Year = c.nothing()
			}
			t.Rows = append(t.Rows, r)
			at[mark(keys)] = i
		}
		*into(&t.Rows[i]) = g.cells
	}
	return nil
}

// nowOf says beside which row of now a row of then stands: the third month
// beside the third month.
func (c *counting) nowOf(keys []any, now, then period) ([]any, bool) {
	out := slices.Clone(keys)
	for i, d := range c.rows {
		v, ok := keys[i].(string)
		if !ok || d.Time == "" || d.Unit == "weekday" || d.Field != c.spec.On {
			continue
		}
		at := slices.Index(buckets(d.Unit, then.From, then.To), v)
		places := buckets(d.Unit, now.From, now.To)
		if at < 0 || at >= len(places) {
			return nil, false
		}
		out[i] = places[at]
	}
	return out, true
}

// thenOf is the value of a time axis in another period that stands beside one of
// now.
func thenOf(unit, value string, now, then period) (string, bool) {
	at := slices.Index(buckets(unit, now.From, now.To), value)
	places := buckets(unit, then.From, then.To)
	if at < 0 || at >= len(places) {
		return "", false
	}
	return places[at], true
}

// arrange puts the rows into their order and leaves out what was not asked for.
func (c *counting) arrange(t *Table) {
	ranks := make([]map[string]int, len(c.rows))
	for i := range ranks {
		ranks[i] = map[string]int{}
	}
	for _, r := range t.Rows {
		for i, k := range r.Keys {
			if _, ok := ranks[i][fmt.Sprint(k.Value)]; !ok {
				ranks[i][fmt.Sprint(k.Value)] = len(ranks[i])
			}
		}
	}
	own := func(a, b Row) int {
		for i, d := range c.rows {
			x, y := a.Keys[i].Value, b.Keys[i].Value
			if n := d.compare(x, y); n != 0 {
				return n
			}
			if n := cmp.Compare(ranks[i][fmt.Sprint(x)], ranks[i][fmt.Sprint(y)]); n != 0 {
				return n
			}
		}
		return 0
	}
	slices.SortStableFunc(t.Rows, own)
	if c.spec.Sort != "" {
		at := number(c.spec.Sort)
		slices.SortStableFunc(t.Rows, func(a, b Row) int {
			x, y := a.Total[at], b.Total[at]
			if x.Known != y.Known {
				return cmp.Compare(boolInt(!x.Known), boolInt(!y.Known))
			}
			return cmp.Compare(y.Value, x.Value)
		})
	}
	if c.spec.Top > 0 && len(t.Rows) > c.spec.Top {
		t.Left = len(t.Rows) - c.spec.Top
		t.Rows = t.Rows[:c.spec.Top]
	}
}
