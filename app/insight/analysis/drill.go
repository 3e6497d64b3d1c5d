package analysis

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"regulars/app/kit/filter"
)

// Every number leads to the records behind it: how many there are to their list,
// where its filters can say which they are; all else to a page of our own that
// lists exactly those with what was added up of each.

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

// href is where the records of a cell stand.
func (c *counting) href(m Measure, p period, at map[string]any) string {
	if m.Fn == fnCount || m.Fn == fnCustomers {
		if list := c.listHref(p, at); list != "" {
			return list
		}
	}
	return c.rowsHref(m, p, at)
}

// listHref is the list with the filters of a cell, the newest of the report's own
// day first; "" where no filters say it.
func (c *counting) listHref(p period, at map[string]any) string {
	if c.Of.Path == "" {
		return ""
	}
	conds := append(slices.Clone(c.spec.Filters), p.conds(c.spec.On)...)
	for _, p := range c.within {
		more, ok := p.narrow(p.value)
		if !ok {
			return ""
		}
		conds = append(conds, more...)
	}
	for name, value := range at {
		more, ok := c.axisAt(name).narrow(value)
		if !ok {
			return ""
		}
		conds = append(conds, more...)
	}
	if len(conds) > filter.MaxConds {
		return ""
	}
	var q []string
	if c.Look != "" {
		q = append(q, c.Look)
	}
	if len(conds) > 0 {
		q = append(q, filter.Query(conds).Encode())
	}
	if f, ok := c.day(); ok && f.Sort && c.List.Sort != "-"+f.Name {
		q = append(q, "sort=-"+f.Name)
	}
	return strings.TrimSuffix(c.Of.Path+"?"+strings.Join(q, "&"), "?")
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
