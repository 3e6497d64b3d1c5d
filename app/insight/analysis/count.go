package analysis

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"regulars/app/kit/filter"
	"regulars/app/sales/order"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
	"regulars/app/sys/i18n"
	"regulars/app/sys/setting"
)

// The bounds of what is counted: beyond them a report says so.
const (
	maxGroups  = 5000
	maxColumns = 60
	maxCells   = 30000 // with something in them, of a table that is divided across
)

// counting is a report at work.
type counting struct {
	open
	env
	spec     Spec
	rows     []divided
	column   *divided
	within   []pinned
	measures []measured
	fine     map[period][]group // by all axes, nil where that cannot be added up
	bought   map[period]boughtIn
	shown    map[int64]bool // the customers of the rows, where not all are told
	most     int            // groups that are looked at
	q        db.Q
}

// Run counts a report as its reader may see it, with further filters on its
// records. It waits for its turn: reports leave readers of the database for pages.
func (s *Service) Run(ctx context.Context, l *i18n.Locale, spec Spec, extra ...filter.Cond) (Table, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return Table{}, err
	}
	spec.Filters = append(slices.Clone(spec.Filters), extra...)
	c, err := s.prepare(ctx, l, spec)
	if err != nil && ctx.Err() != nil {
		err = s.tooLong(ctx.Err())
	}
	if err != nil {
		return Table{}, err
	}
	select {
	case s.turns <- struct{}{}:
		defer func() { <-s.turns }()
	case <-ctx.Done():
		return Table{}, s.tooLong(ctx.Err())
	}
	t, err := c.table(ctx, l)
	if err == nil {
		err = s.named(ctx, l, &c, &t)
	}
	if err == nil {
		t.Inside, err = s.said(ctx, l, &c)
	}
	if err != nil && ctx.Err() != nil {
		err = s.tooLong(ctx.Err())
	}
	return t, err
}

// prepare looks up all that the report names.
func (s *Service) prepare(ctx context.Context, l *i18n.Locale, spec Spec) (counting, error) {
	b, err := setting.ReadBusiness(ctx, s.DB.Reader(ctx))
	if err != nil {
		return counting{}, err
	}
	c := counting{spec: spec, most: maxGroups, q: s.DB.Reader(ctx), fine: map[period][]group{}, bought: map[period]boughtIn{}, env: env{now: s.DB.Now(), zone: b.Zone(), currency: b.Currency}}
	if c.only, err = order.OnlyIn(ctx, c.q, b.Currency); err != nil {
		return c, err
	}
	if c.open, err = s.open(ctx, l, spec.Kind); err != nil {
		return c, err
	}
	for _, a := range spec.Rows {
		d, err := c.divide(a, "row")
		if err != nil {
			return c, err
		}
		c.rows = append(c.rows, d)
	}
	if !spec.Column.None() {
		d, err := c.divide(spec.Column, "col")
		if err != nil {
			return c, err
		}
		if slices.Contains(spec.Rows, spec.Column) {
			return c, wrong("col", "analysis.error.twice")
		}
		c.column = &d
	}
	for _, w := range spec.Within {
		p, err := c.pin(w)
		if err != nil {
			return c, err
		}
		c.within = append(c.within, p)
	}
	for _, m := range spec.Measures {
		one, err := c.measure(m, c.env)
		if err != nil {
			return c, err
		}
		c.measures = append(c.measures, one)
	}
	p, err := spec.period(c.env, c.open)
	if err == nil && p.all() && (spec.Before || spec.Year) {
		err = wrong("compare", "analysis.error.period")
	}
	if err != nil {
		return c, err
	}
	_, err = c.where(ctx, p)
	return c, err
}

// where is what leaves the records of a period, as the reader may see them.
func (c *counting) where(ctx context.Context, p period) ([]field.Where, error) {
	me := auth.From(ctx).UserID
	_, where, err := c.Of.Where(field.With(ctx, c.values(me)), append(slices.Clone(c.spec.Filters), p.conds(c.spec.On)...))
	for _, p := range c.within {
		where = append(where, p.where(c.env, p.value))
	}
	return where, err
}

// table counts the cells, the rows, the columns and the whole. Where the parts do
// not add up, each is counted by itself: a median of medians is none, and a record
// with two tags is one record.
func (c *counting) table(ctx context.Context, l *i18n.Locale) (Table, error) {
	t := Table{Spec: c.spec, Kind: c.Kind, Currency: c.currency, Locale: l, Scoped: !auth.From(ctx).Scope().Everything()}
	var err error
	if t.Period, err = c.spec.period(c.env, c.open); err != nil {
		return t, err
	}
	t.Several = slices.ContainsFunc(c.axes(t.Period, &t), func(d divided) bool { return d.Join != "" })
	passed := func(d divided) bool { return d.Passed }
	t.Passed, t.Crossed = slices.ContainsFunc(c.rows, passed), c.column != nil && passed(*c.column)
	now, err := c.groups(ctx, t.Period, c.rows, &t)
	if err != nil {
		return t, err
	}
	whole, err := c.whole(ctx, t.Period, &t)
	if err != nil {
		return t, err
	}
	if len(whole) > 0 {
		t.Total.Total = whole[0].cells
	}
	for _, g := range now {
		if len(c.rows) > 0 {
			t.Rows = append(t.Rows, Row{Keys: keysOf(g.keys), Total: g.cells})
		}
	}
	c.fill(&t)
	if err := c.beside(ctx, &t); err != nil {
		return t, err
	}
	c.arrange(&t)
	if err := c.across(ctx, &t); err != nil {
		return t, err
	}
	c.ripen(&t)
	return t, c.foreignRows(ctx, &t)
}

// whole counts all that is divided. What stands under several stages that it
// passed is one.
func (c *counting) whole(ctx context.Context, p period, t *Table) ([]group, error) {
	out, err := c.groups(ctx, p, nil, t)
	if err != nil || len(out) == 0 || !t.Passed && !t.Crossed {
		return out, err
	}
	for i, m := range c.measures {
		if m.Fn != fnCount {
			continue
		}
		once := *c
		m.each = c.Target
		once.measures = []measured{m}
		found, _, err := once.tally(ctx, p, nil)
		if err != nil || len(found) == 0 {
			return nil, err
		}
		out[0].cells[i] = found[0].cells[0]
	}
	return out, nil
}

// across fills the columns.
func (c *counting) across(ctx context.Context, t *Table) error {
	if c.column == nil {
		return nil
	}
	columns, err := c.groups(ctx, t.Period, []divided{*c.column}, t)
	if err != nil {
		return err
	}
	if len(columns) > maxColumns {
		columns, t.Cut = columns[:maxColumns], true
	}
	at := map[string]int{}
	c.sort(columns, 0, *c.column)
	for i, g := range columns {
		t.Columns = append(t.Columns, Key{Value: g.keys[0]})
		t.Total.Cells = append(t.Total.Cells, g.cells)
		at[mark(g.keys[:1])] = i
	}
	cells, none := columns, c.nothing
	rows := map[string]int{}
	if len(c.rows) > 0 {
		c.most = maxCells
		if cells, none, err = c.found(ctx, t.Period, append(slices.Clone(c.rows), *c.column), t); err != nil {
			return err
		}
	}
	for i := range t.Rows {
		t.Rows[i].Cells = make([][]Cell, len(t.Columns))
		for k := range t.Rows[i].Cells {
			t.Rows[i].Cells[k] = none()
		}
		rows[mark(valuesOf(t.Rows[i].Keys))] = i
	}
	for _, g := range cells {
		n := len(g.keys) - 1
		row, ok := rows[mark(g.keys[:n])]
		column, known := at[mark(g.keys[n:])]
		if ok && known && len(c.rows) > 0 {
			t.Rows[row].Cells[column] = g.cells
		}
	}
	return nil
}

// foreignRows counts the records whose money is not added.
func (c *counting) foreignRows(ctx context.Context, t *Table) error {
	column := ""
	for _, m := range c.measures {
		if m.foreign != "" && !(c.only && m.foreign == orderCurrency) {
			column = m.foreign
		}
	}
	if column == "" {
		return nil
	}
	if k, ok := c.summed(ctx, nil); ok {
		var err error
		t.Foreign, err = c.foreignSums(ctx, k, t.Period)
		return err
	}
	where, err := c.where(ctx, t.Period)
	if err != nil {
		return err
	}
	t.Foreign, err = c.List.Count(ctx, c.q, append(where, field.Where{SQL: column + " <> ?", Args: []any{c.currency}}), 0)
	return err
}

// sort puts groups into the order of an axis: time runs on, words keep their
// order, all else the largest first as it was counted.
func (c *counting) sort(groups []group, at int, d divided) {
	slices.SortStableFunc(groups, func(a, b group) int { return d.compare(a.keys[at], b.keys[at]) })
}

func (d divided) compare(a, b any) int {
	if a == nil || b == nil { // those without a value come last
		return cmp.Compare(boolInt(a == nil), boolInt(b == nil))
	}
	if d.Unit == "weekday" {
		return cmp.Compare((number(a)+6)%7, (number(b)+6)%7)
	}
	if len(d.Order) > 0 {
		return cmp.Compare(slices.Index(d.Order, fmt.Sprint(a)), slices.Index(d.Order, fmt.Sprint(b)))
	}
	if d.List.Kind == field.Number && d.Words == "" {
		x, y := 0.0, 0.0
		if _, err := fmt.Sscan(fmt.Sprint(a, " ", b), &x, &y); err == nil {
			return cmp.Compare(x, y)
		}
	}
	if d.Time != "" || d.Name == "age" {
		return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b))
	}
	return 0
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func number(v any) int {
	n := 0
	if _, err := fmt.Sscan(fmt.Sprint(v), &n); err != nil {
		return 0
	}
	return n
}

// mark names a group among others.
func mark(keys []any) string {
	raw, err := json.Marshal(keys)
	if err != nil {
		panic("analysis: values of the database are plain: " + err.Error())
	}
	return string(raw)
}

func keysOf(values []any) []Key {
	out := make([]Key, len(values))
	for i, v := range values {
		out[i].Value = v
	}
	return out
}

func valuesOf(keys []Key) []any {
	out := make([]any, len(keys))
	for i, k := range keys {
		out[i] = k.Value
	}
	return out
}
