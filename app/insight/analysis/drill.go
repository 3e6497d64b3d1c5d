package analysis

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
	"regulars/app/sys/i18n"
)

// Every number leads to the records behind it: to their list where its filters can
// say which they are, else to a page of our own that lists exactly those.

const rowsPath = "/reports/rows"

// link gives every number its way.
func (s *Service) link(c *counting, t *Table) {
	for i := range t.Rows {
		r := &t.Rows[i]
		at := map[string]any{}
		for k, key := range r.Keys {
			at[fmt.Sprint("r", k)] = key.Value
		}
		c.linkCells(r.Total, t.Period, at)
		c.linkThen(r.Before, t.Period, t.Earlier, at)
		c.linkThen(r.Year, t.Period, t.LastYear, at)
		for k := range r.Cells {
			at["c"] = t.Columns[k].Value
			c.linkCells(r.Cells[k], t.Period, at)
			delete(at, "c")
		}
	}
	c.linkCells(t.Total.Total, t.Period, nil)
	c.linkCells(t.Total.Before, t.Earlier, nil)
	c.linkCells(t.Total.Year, t.LastYear, nil)
	for k := range t.Total.Cells {
		c.linkCells(t.Total.Cells[k], t.Period, map[string]any{"c": t.Columns[k].Value})
	}
}

// linkThen is linkCells for a row of another period.
func (c *counting) linkThen(cells []Cell, now, then period, at map[string]any) {
	moved := map[string]any{}
	for name, v := range at {
		moved[name] = v
		var i int
		if n, _ := fmt.Sscanf(name, "r%d", &i); n != 1 {
			continue
		}
		d := c.rows[i]
		if text, ok := v.(string); ok && d.Time != "" && d.Unit != "weekday" && d.Field == c.spec.On {
			there, ok := thenOf(d.Unit, text, now, then)
			if !ok {
				return
			}
			moved[name] = there
		}
	}
	c.linkCells(cells, then, moved)
}

func (c *counting) linkCells(cells []Cell, p period, at map[string]any) {
	for i := range cells {
		if cells[i].Known && (cells[i].N != 0 || cells[i].Value != 0) {
			cells[i].Href = c.href(c.measures[i].Measure, p, at)
		}
	}
}

// href is the list with the filters of a cell, or the page of its rows.
func (c *counting) href(m Measure, p period, at map[string]any) string {
	conds := append(slices.Clone(c.spec.Filters), p.conds(c.spec.On)...)
	listed := c.Of.Path != "" && (m.Fn == fnCount || m.Fn == fnSum || m.Fn == fnCustomers)
	for _, p := range c.within {
		more, ok := p.narrow(p.value)
		listed = listed && ok
		conds = append(conds, more...)
	}
	for name, value := range at {
		d := c.axisAt(name)
		more, ok := d.narrow(value)
		listed = listed && ok
		conds = append(conds, more...)
	}
	if listed && len(conds) <= filter.MaxConds {
		q := filter.Query(conds).Encode()
		if c.Look != "" {
			q = strings.TrimSuffix(c.Look+"&"+q, "&")
		}
		if q == "" {
			return c.Of.Path
		}
		return c.Of.Path + "?" + q
	}
	return c.rowsHref(m, p, at)
}

// axisAt is the axis that a name in an address means: r0, r1 or c.
func (c *counting) axisAt(name string) divided {
	if name == "c" {
		return *c.column
	}
	return c.rows[int(name[1]-'0')]
}

func (c *counting) rowsHref(m Measure, p period, at map[string]any) string {
	spec := c.spec
	spec.Before, spec.Year, spec.Chart, spec.Sort, spec.Top = false, false, "", "", 0
	spec.Measures = []Measure{m}
	if !p.all() {
		spec.Span, spec.From, spec.To = "custom", string(p.From), string(p.To)
	}
	q := spec.Query()
	for name, value := range at {
		raw, err := json.Marshal(value)
		if err != nil {
			panic("analysis: values of the database are plain: " + err.Error())
		}
		q.Set(name, string(raw))
	}
	return rowsPath + "?" + q.Encode()
}

// Item is one record behind a number.
type Item struct {
	field.Row
	ID         int64   `db:"id"`
	Target     int64   `db:"target"`
	Title      db.Null `db:"title"`
	Day        db.Null `db:"day"`
	CustomerID db.ID   `db:"customer_id"`
	Customer   db.Null `db:"customer"`
}

// Behind are the records behind a number.
type Behind struct {
	page.Page[Item]
	Kind  Kind
	Said  []string // where in the report they stand
	Title string
}

// Rows lists the records of one cell of a report.
func (s *Service) Rows(ctx context.Context, l *i18n.Locale, q url.Values) (Behind, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return Behind{}, err
	}
	spec, err := Parse(q)
	if err != nil {
		return Behind{}, err
	}
	c, err := s.prepare(ctx, l, spec)
	if err != nil {
		return Behind{}, err
	}
	out := Behind{Kind: c.Kind, Title: c.measures[0].title(l)}
	where, err := s.cell(ctx, l, &c, q, &out)
	if err != nil {
		return out, err
	}
	out.Page, err = field.Fetch[Item](ctx, c.q, c.items(), page.Request{Limit: 50, Cursor: q.Get("cursor"), Sort: "-id", CountTo: mostCounted}, where)
	return out, err
}

// cell is what leaves the records of one cell, and says which they are.
func (s *Service) cell(ctx context.Context, l *i18n.Locale, c *counting, q url.Values, out *Behind) ([]field.Where, error) {
	p, err := c.spec.period(c.env, c.open)
	if err != nil {
		return nil, err
	}
	where, err := c.where(ctx, p)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"r0", "r1", "c"} {
		if !q.Has(name) {
			continue
		}
		if name == "c" && c.column == nil || name != "c" && int(name[1]-'0') >= len(c.rows) {
			return nil, wrong(name, "error.choice")
		}
		value, err := plain(q.Get(name))
		if err != nil {
			return nil, wrong(name, "error.malformed")
		}
		d := c.axisAt(name)
		where = append(where, d.where(c.env, value))
		k := &Key{Value: value}
		if err := s.label(ctx, l, c, d, period{}, []*Key{k}); err != nil {
			return nil, err
		}
		out.Said = append(out.Said, d.title(l)+l.T("common.colon")+k.Label)
	}
	return append(where, c.measures[0].among(c.env)...), nil
}

// among leaves the records that a measure rests on.
func (m measured) among(e env) []field.Where {
	switch m.Fn {
	case fnRate:
		return []field.Where{{SQL: "(" + m.Among + ")"}}
	case fnNPS:
		return []field.Where{{SQL: "(" + m.nps + ") IS NOT NULL"}}
	case fnMean, fnMedian:
		v := m.value(e)
		return []field.Where{{SQL: "(" + v.SQL + ") IS NOT NULL", Args: v.Args}}
	}
	return nil
}

// items is the kind's list as rows of any kind.
func (c *counting) items() field.List {
	l := c.List
	target, customer := c.Target, c.Customer
	if target == "" {
		target = l.ID
	}
	day := "''"
	if f, ok := l.Field(c.Day); ok {
		day = f.Column
	}
	if customer == "" {
		customer = "NULL"
	}
	l.Columns = l.ID + " AS id, " + target + " AS target, " + c.Title + " AS title, CAST(" + day + " AS TEXT) AS day, " + customer + " AS customer_id, c.name AS customer"
	return l
}

// mostCounted is how far the rows behind a number are counted.
const mostCounted = 10000

// More tells that there may be more than Count says.
func (b Behind) More() bool { return b.Count() >= mostCounted }

// Count is how many there are, as far as they were counted.
func (b Behind) Count() int {
	if b.Total == nil {
		return 0
	}
	return *b.Total
}

// Date is when, in the reader's words.
func (b Behind) Date(l *i18n.Locale, i Item) string {
	if d, err := cal.ParseDate(string(i.Day)); err == nil && d != "" {
		return l.Date(d.Time(l.Zone()))
	}
	var ms int64
	if _, err := fmt.Sscan(string(i.Day), &ms); err == nil && ms > 0 {
		return l.Date(time.UnixMilli(ms))
	}
	return ""
}

// Href is the record's page.
func (b Behind) Href(i Item) string { return fmt.Sprintf(b.Kind.Href, i.Target) }

// plain reads a value as an address holds it: text, a number or nothing.
func plain(raw string) (any, error) {
	d := json.NewDecoder(strings.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case nil, string:
		return v, nil
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n, nil
		}
		return v.Float64()
	}
	return nil, fmt.Errorf("%T is no value", v)
}
