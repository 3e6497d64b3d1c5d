package analysis

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
	"regulars/app/sys/i18n"
)

// Item is one record behind a number.
type Item struct {
	field.Row
	ID         int64    `db:"id"`
	Target     int64    `db:"target"`
	Title      db.Null  `db:"title"`
	Day        db.Null  `db:"day"`
	Value      *float64 `db:"value"` // what is counted of it
	CustomerID db.ID    `db:"customer_id"`
	Customer   db.Null  `db:"customer"`
}

// Behind are the records behind a number, the newest first.
type Behind struct {
	page.Page[Item]
	Kind    Kind
	Said    []string // where in the report they stand
	Title   string
	DayName string // which day of theirs is shown
	List    string // their list, "" where its filters cannot say which they are
	What    string // what is counted of each
	Whole   *Shown // the number itself, counted over all of them; nil where it is how many they are
	of      measured
	money   string
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
	c.measures = c.measures[:1]
	m := c.measures[0]
	out := Behind{Kind: c.Kind, Title: m.title(l), DayName: l.T("common.date"), of: m, money: c.currency}
	if out.What = out.Title; m.figure.Label != "" {
		out.What = called(l, m.figure.Label, m.figure.Titles)
	}
	if f, ok := c.day(); ok {
		out.DayName = called(l, f.Label, f.Titles)
	}
	at, err := s.cell(ctx, l, &c, q, &out)
	if err != nil {
		return out, err
	}
	req := page.Request{Limit: 50, Cursor: q.Get("cursor"), Sort: "-id"}
	list := c.items()
	if _, ok := list.Field(byDay); ok {
		req.Sort = "-" + byDay
	}
	if m.counts() {
		req.CountTo = mostCounted
	} else if out.Whole, err = c.number(ctx, l, at); err != nil {
		return out, err
	}
	out.Page, err = field.Fetch[Item](ctx, c.q, list, req, at.where)
	if out.Whole != nil {
		out.Total = &out.Whole.N
	}
	return out, err
}

// place is a cell of a report.
type place struct {
	period period
	axes   []divided
	values []any
	where  []field.Where // what leaves its records
}

// cell finds the cell that an address means, and says which it is.
func (s *Service) cell(ctx context.Context, l *i18n.Locale, c *counting, q url.Values, out *Behind) (at place, err error) {
	if at.period, err = c.spec.period(c.env, c.open); err != nil {
		return at, err
	}
	if at.where, err = c.where(ctx, at.period); err != nil {
		return at, err
	}
	named := map[string]any{}
	for _, name := range []string{"r0", "r1", "c"} {
		if !q.Has(name) {
			continue
		}
		if name == "c" && c.column == nil || name != "c" && int(name[1]-'0') >= len(c.rows) {
			return at, wrong(name, "error.choice")
		}
		value, err := plain(q.Get(name))
		if err != nil {
			return at, wrong(name, "error.malformed")
		}
		d := c.axisAt(name)
		leaves, err := c.leaves(ctx, d, value)
		if err != nil {
			return at, err
		}
		at.axes, at.values, at.where = append(at.axes, d), append(at.values, value), append(at.where, leaves...)
		named[name] = value
		k := &Key{Value: value}
		if err := s.label(ctx, l, c, d, period{}, []*Key{k}); err != nil {
			return at, err
		}
		out.Said = append(out.Said, d.title(l)+l.T("common.colon")+k.Label)
	}
	if conds := aged(at.axes, at.values); conds != nil {
		leaves, err := c.List.Conditions(ctx, conds)
		if err != nil {
			return at, err
		}
		at.where = append(at.where, leaves...)
	}
	out.List = c.listHref(at.period, named)
	at.where = append(at.where, c.measures[0].among(c.env)...)
	return at, nil
}

// leaves is what leaves the records with a value of an axis. Days, from the first
// to the last, and other records are asked as the list asks them: an index answers.
func (c *counting) leaves(ctx context.Context, d divided, value any) ([]field.Where, error) {
	if conds, ok := d.narrow(value); ok && (d.Time != "" || d.Ref != "") && value != nil {
		return c.List.Conditions(field.With(ctx, c.values(auth.From(ctx).UserID)), conds)
	}
	w := d.where(c.env, value)
	w.Column = d.Column
	return []field.Where{w}, nil
}

// counts tells whether the measure is how many there are, so that nothing of a
// single record is added up.
func (m Measure) counts() bool { return m.Fn == fnCount || m.Fn == fnCustomers }

// among leaves the records that a measure rests on.
func (m measured) among(e env) []field.Where {
	switch m.Fn {
	case fnRate:
		return []field.Where{{SQL: "(" + m.Among + ")"}}
	case fnNPS:
		return []field.Where{{SQL: "(" + m.nps + ") IS NOT NULL"}}
	case fnSum, fnMean, fnMedian:
		v := m.value(e)
		return []field.Where{{SQL: "(" + v.SQL + ") IS NOT NULL", Args: v.Args}}
	}
	return nil
}

// single is what the measure counts of one of those.
func (m measured) single() string {
	switch m.Fn {
	case fnRate:
		return "CASE WHEN " + m.Hit + " THEN 1 ELSE 0 END"
	case fnNPS:
		return m.nps
	case fnSum, fnMean, fnMedian:
		return m.Column
	}
	return "NULL"
}

// number counts a cell as the report does: from kept sums where it is read from
// those.
func (c *counting) number(ctx context.Context, l *i18n.Locale, at place) (*Shown, error) {
	var found []field.Tallied
	m := c.measures[0]
	k, kept := c.summed(ctx, at.axes)
	where, err := at.where, error(nil)
	switch {
	case kept:
		if where, err = c.sumsOf(ctx, k, at.period); err != nil {
			return nil, err
		}
		where = append(where, field.Where{SQL: k.count + " > 0"})
		for i, d := range at.axes {
			p := d.partOf(c.env, k.by[d.Field])
			where = append(where, field.Where{SQL: "(" + p.SQL + ") IS ?", Args: append(p.Args, at.values[i])})
		}
		found, _, err = k.list.Tally(ctx, c.q, field.Tally{Count: k.parts(c, m), Where: where})
	case m.Fn == fnMedian:
		found, _, err = c.List.Medians(ctx, c.q, field.Tally{Where: where}, m.value(c.env))
	default:
		found, _, err = c.List.Tally(ctx, c.q, field.Tally{Count: m.parts(c.env), Where: where})
	}
	if err != nil || len(found) == 0 {
		return nil, err
	}
	t := Table{Locale: l, Currency: c.currency}
	out := t.shown(Head{Measure: m.Measure, Label: m.title(l), Unit: m.Unit}, m.cell(found[0].Count))
	return &out, nil
}

// byDay is what the rows behind a number are sorted by.
const byDay = "day"

// day is the day that a report is about: the one of its period, else the one it is
// divided by, else the kind's own.
func (c *counting) day() (field.Field, bool) {
	name := c.Day
	axes := c.rows
	if c.column != nil {
		axes = append(axes[:len(axes):len(axes)], *c.column)
	}
	for i := len(axes) - 1; i >= 0; i-- {
		if d := axes[i]; d.Time != "" && d.List.Name != "" {
			name = d.List.Name
		}
	}
	if c.spec.On != "" && c.spec.Span != "" {
		name = c.spec.On
	}
	return c.List.Field(name)
}

// items is the kind's list as rows of any kind.
func (c *counting) items() field.List {
	l := c.List
	target, customer, day := c.Target, c.Customer, "''"
	if target == "" {
		target = l.ID
	}
	if f, ok := c.day(); ok {
		day = f.Column
		if f.Name != "created_at" || f.Sort { // ids grow, so their order is the order of making
			f.Name, f.Nullable, f.Sort = byDay, f.Nullable || !f.Sort, true
			l.Fields = append(l.Fields[:len(l.Fields):len(l.Fields)], f)
		}
	}
	if customer == "" {
		customer = "NULL"
	}
	l.Columns = l.ID + " AS id, " + target + " AS target, " + c.Title + " AS title, CAST(" + day + " AS TEXT) AS day, CAST(" + c.measures[0].single() + " AS REAL) AS value, " + customer + " AS customer_id, c.name AS customer"
	return l
}

// mostCounted is how far the rows behind a number are counted.
const mostCounted = 10000

// More tells that there may be more than Count says.
func (b Behind) More() bool { return b.Whole == nil && b.Count() >= mostCounted }

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

// Value is what is counted of a record, in the reader's words.
func (b Behind) Value(l *i18n.Locale, i Item) string {
	switch {
	case i.Value == nil:
		return "–"
	case b.of.Fn == fnRate && *i.Value > 0:
		return l.T("common.yes")
	case b.of.Fn == fnRate:
		return l.T("common.no")
	case b.of.Fn == fnNPS:
		return l.Number(int64(*i.Value))
	}
	return write(l, b.of.Unit, Cell{Known: true, Value: *i.Value}, b.money)
}

// Href is the record's page.
func (b Behind) Href(i Item) string { return fmt.Sprintf(b.Kind.Href, i.Target) }
