package analysis

import (
	"fmt"
	"strconv"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/filter"
)

// ripen tells, where those who first bought in the same time stand beside the
// months since, which months there have been. One that nobody of a row has reached,
// or that lies outside the period, is unknown and no nought; one that not everybody
// has had whole is marked.
func (c *counting) ripen(t *Table) {
	if len(c.rows) != 1 || c.rows[0].Field != "cohort" || c.column == nil || c.column.Field != "age" {
		return
	}
	until := c.today()
	if t.Period.To != "" {
		until = min(until, t.Period.To)
	}
	for _, r := range t.Rows {
		from, to, ok := days(c.rows[0].Unit, fmt.Sprint(r.Keys[0].Value))
		for i, k := range t.Columns {
			age, err := strconv.Atoi(fmt.Sprint(k.Value))
			if !ok || err != nil {
				continue
			}
			first, last := later(from, age), later(to, age+1).AddDays(-1)
			switch {
			case first > until, last < t.Period.From:
				r.Cells[i] = make([]Cell, len(c.measures))
			case last >= until || first < t.Period.From:
				t.Unripe = true
				for m := range r.Cells[i] {
					r.Cells[i][m].Unripe = true
				}
			}
		}
	}
}

// aged is when those of a cohort ordered so many months after their first order. It
// follows from both axes; an index of days answers it, and none answers them.
func aged(axes []divided, values []any) []filter.Cond {
	var from, to cal.Date
	age := -1
	for i, d := range axes {
		if values[i] == nil {
			continue
		}
		switch d.Field {
		case "cohort":
			from, to, _ = days(d.Unit, fmt.Sprint(values[i]))
		case "age":
			if n, err := strconv.Atoi(fmt.Sprint(values[i])); err == nil {
				age = n
			}
		}
	}
	if from == "" || age < 0 {
		return nil
	}
	return []filter.Cond{{Field: "ordered_on", Op: "gte", Value: string(later(from, age))}, {Field: "ordered_on", Op: "lte", Value: string(later(to, age+1).AddDays(-1))}}
}

// later is the first day of the month that comes so many months after a day's.
func later(d cal.Date, months int) cal.Date {
	at := cal.Date(d.Month() + "-01").Time(time.UTC)
	return cal.DateOf(at.AddDate(0, months, 0), time.UTC)
}
