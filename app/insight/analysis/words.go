package analysis

import (
	"context"
	"fmt"
	"strings"
	"time"

	"regulars/app/customer/stage"
	"regulars/app/kit/cal"
	"regulars/app/kit/filter"
	"regulars/app/sys/field"
	"regulars/app/sys/i18n"
	"regulars/app/sys/listing"
	"regulars/app/sys/view"
)

// people adds to a list's words who works here, which its filters name.
func (s *Service) people(ctx context.Context, o *open) error {
	if o.Words.Pick == nil {
		o.Words.Pick = map[string][]view.Option{}
	}
	for kind, query := range map[string]string{"user": sqlColleagues, "team": sqlAllTeams} {
		if o.Words.Pick[kind] != nil {
			continue
		}
		found, err := records(ctx, s.DB.Reader(ctx), query)
		if err != nil {
			return err
		}
		for _, r := range found {
			o.Words.Pick[kind] = append(o.Words.Pick[kind], view.Option{Value: r.ID, Label: r.Name})
		}
	}
	if o.Name != "deal" && o.Name != "deal-step" {
		return nil
	}
	stages, err := records(ctx, s.DB.Reader(ctx), sqlStageOrder)
	for i, d := range o.Kind.More {
		if d.Ref != "deal_stage" {
			continue
		}
		o.Kind.More = append([]dimension{}, o.Kind.More...)
		for _, r := range stages {
			d.Order = append(d.Order, fmt.Sprint(r.ID))
		}
		o.Kind.More[i] = d
	}
	return err
}

// alone tells whether nobody else works here.
func (o open) alone() bool { return len(o.Words.Pick["user"]) < 2 }

// called is what something that the shop may have named itself is called.
func called(l *i18n.Locale, label string, titles map[string]string) string {
	if title := titles[l.Tag()]; title != "" {
		return title
	}
	return l.T(label)
}

// title is an axis in words.
func (d divided) title(l *i18n.Locale) string {
	name := d.says(l)
	if d.Unit != "" {
		return l.T("analysis.by_unit", "what", name, "unit", l.T("analysis.unit."+d.Unit))
	}
	return name
}

// says is a dimension in words.
func (d dimension) says(l *i18n.Locale) string {
	name := called(l, d.Label, d.Titles)
	if d.Of && d.Ref != "customer" && !strings.HasPrefix(d.Label, "customer.owner") && !strings.HasPrefix(d.Label, "customer.team") {
		return l.T("analysis.of_customer", "what", name)
	}
	return name
}

// title is a measure in words. A count is called after what is counted: beside a sum
// "Number" would leave open of what.
func (m measured) title(l *i18n.Locale) string {
	switch m.Fn {
	case fnCount:
		return l.T("analysis.fn.count.of", "what", l.T(m.counted))
	case fnSum, fnMean, fnMedian:
		return l.T("analysis.fn."+m.Fn+".of", "what", called(l, m.figure.Label, m.figure.Titles))
	case fnRate:
		return l.T(m.rate.Label)
	}
	return l.T("analysis.fn." + m.Fn)
}

// named puts a table into its reader's words.
func (s *Service) named(ctx context.Context, l *i18n.Locale, c *counting, t *Table) error {
	for i, d := range c.rows {
		t.Axes = append(t.Axes, d.title(l))
		keys := make([]*Key, len(t.Rows))
		for k := range t.Rows {
			keys[k] = &t.Rows[k].Keys[i]
		}
		if err := s.label(ctx, l, c, d, t.Period, keys); err != nil {
			return err
		}
	}
	if c.column != nil {
		t.Across = c.column.title(l)
		keys := make([]*Key, len(t.Columns))
		for k := range t.Columns {
			keys[k] = &t.Columns[k]
		}
		if err := s.label(ctx, l, c, *c.column, t.Period, keys); err != nil {
			return err
		}
	}
	for _, m := range c.measures {
		t.Heads = append(t.Heads, head(l, m))
	}
	s.link(c, t)
	return nil
}

// head is a measure as it stands over its numbers.
func head(l *i18n.Locale, m measured) Head {
	h := Head{Measure: m.Measure, Label: m.title(l), Unit: m.Unit}
	h.Plain = h.Label
	if m.Fn == fnSum {
		h.Plain = called(l, m.figure.Label, m.figure.Titles)
	}
	return h
}

// label says the values of an axis; of a month that the period cuts off or that is
// not over, from when or until when it is counted.
func (s *Service) label(ctx context.Context, l *i18n.Locale, c *counting, d divided, p period, keys []*Key) error {
	say, err := s.sayer(ctx, l, c, d, keys)
	if err != nil {
		return err
	}
	for _, k := range keys {
		if k.Value == nil {
			k.Label = l.T("analysis.unset")
			continue
		}
		if k.Label = say(fmt.Sprint(k.Value)); k.Label == "" {
			k.Label = fmt.Sprint(k.Value)
		}
		if d.Time != "" {
			k.cut(l, d.Unit, c.counted(d, p))
		}
	}
	return nil
}

// counted are the days of an axis of which something can be counted: those of the
// period where it is about them, and none after today unless they are planned ones.
func (c *counting) counted(d divided, p period) period {
	if d.Field != c.spec.On {
		p = period{}
	}
	if today := c.today(); !d.Ahead && (p.To == "" || p.To > today) {
		p.To = today
	}
	return p
}

// cut says which part of a month is counted.
func (k *Key) cut(l *i18n.Locale, unit string, p period) {
	from, to, ok := days(unit, fmt.Sprint(k.Value))
	if !ok {
		return
	}
	k.Late, k.Short = p.From > from, p.To != "" && from <= p.To && p.To < to
	say := func(d cal.Date) string { return l.Date(d.Time(l.Zone())) }
	switch {
	case k.Late && k.Short:
		k.Label = l.T("analysis.cut.both", "name", k.Label, "from", say(p.From), "to", say(p.To))
	case k.Late:
		k.Label = l.T("analysis.cut.from", "name", k.Label, "day", say(p.From))
	case k.Short:
		k.Label = l.T("analysis.cut.to", "name", k.Label, "day", say(p.To))
	}
}

// sayer is how one axis says its values.
func (s *Service) sayer(ctx context.Context, l *i18n.Locale, c *counting, d divided, keys []*Key) (func(string) string, error) {
	q := s.DB.Reader(ctx)
	switch {
	case d.Time != "" || d.Words == "weekday":
		return func(v string) string { return sayTime(l, d.Unit, v) }, nil
	case d.Ref == "cause":
		known, err := causes(ctx, q)
		return func(v string) string { return sayCause(l, known, v) }, err
	case d.Ref != "":
		var ids []int64
		for _, k := range keys {
			if id, ok := k.Value.(int64); ok {
				ids = append(ids, id)
			}
		}
		found, err := names(ctx, q, d.Ref, ids)
		return func(v string) string {
			if name := found[int64(number(v))]; name != "" {
				return name
			}
			return l.T("analysis.gone")
		}, err
	case d.Words == "stage" || d.Name == "stage":
		called, err := stage.NamesIn(ctx, q)
		return func(v string) string { return called.Of(l, v) }, err
	case d.Words == "country" || d.Name == "region":
		return l.Country, nil
	case d.Name == "age":
		return func(v string) string { return l.T("analysis.month_after", "n", number(strings.TrimLeft(v, "0")+"")) }, nil
	case d.Words != "":
		return func(v string) string { return l.T(d.Words + v) }, nil
	}
	return func(v string) string { return sayWord(c.Words, d.List, v) }, nil
}

// sayWord says a value of a field as its list does.
func sayWord(w listing.Words, f field.Field, v string) string {
	if f.Kind == field.Bool {
		v = map[string]string{"1": "true", "0": "false"}[v]
		if w.Called != nil && f.Titles == nil {
			if name := w.Called(w.Locale, f.Name, v); name != "" {
				return name
			}
		}
		return w.T(map[string]string{"true": "common.yes", "false": "common.no"}[v])
	}
	if f.Kind == field.Choice {
		for _, o := range w.Options(f) {
			if fmt.Sprint(o.Value) == v {
				return o.Label
			}
		}
	}
	if w.Called != nil && f.Titles == nil && f.Name != "" {
		return w.Called(w.Locale, f.Name, v)
	}
	return v
}

func sayCause(l *i18n.Locale, known []cause, v string) string {
	for _, k := range known {
		if k.Code == v {
			name := k.EN
			if l.Tag() == i18n.Chinese && k.ZH != "" || name == "" {
				name = k.ZH
			}
			if name != "" {
				return name
			}
		}
	}
	if l.Has("feedback.cause." + v) {
		return l.T("feedback.cause." + v)
	}
	return v
}

// sayTime says a value of a time axis.
func sayTime(l *i18n.Locale, unit, v string) string {
	if unit == "weekday" || unit == "" {
		monday := time.Date(2024, 1, 7+number(v), 12, 0, 0, 0, time.UTC) // the 7th was a Sunday
		return l.Weekday(monday)
	}
	from, _, ok := days(unit, v)
	if !ok {
		return v
	}
	at := from.Time(l.Zone())
	switch unit {
	case "week":
		return l.T("analysis.week_of", "day", l.Date(at))
	case "month":
		return l.Month(at)
	case "quarter":
		return l.T("target.quarter", "q", v[6:], "year", v[:4])
	case "year":
		return v
	}
	return l.Date(at)
}

// chips are the filters of a report in words.
func (o open) chips(l *i18n.Locale, conds []filter.Cond) []listing.Chip {
	w := o.Words
	w.Locale, w.List = l, o.List
	return w.Chips(filter.Query(conds), conds)
}
