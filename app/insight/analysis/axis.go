package analysis

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/filter"
	"regulars/app/sys/field"
)

// Units divide days.
var Units = []string{"day", "week", "month", "quarter", "year", "weekday"}

// env is when and where a report is counted.
type env struct {
	now      time.Time
	zone     *time.Location
	currency string
	only     bool // all orders are in that currency
}

func (e env) today() cal.Date { return cal.Today(e.now, e.zone) }

// divided is an axis with its dimension.
type divided struct {
	Axis
	dimension
}

// divide looks an axis up, or says what is wrong with it.
func (o open) divide(a Axis, input string) (divided, error) {
	d, ok := o.find(a.Field)
	if !ok {
		return divided{}, wrong(input, "error.group", "field", short(a.Field))
	}
	if d.Time == "" && a.Unit != "" || d.Time != "" && !slices.Contains(Units, a.Unit) {
		return divided{}, wrong(input, "error.choice")
	}
	return divided{a, d}, nil
}

// short keeps an absurd name from filling the answer.
func short(s string) string {
	if len(s) > 60 {
		return strings.ToValidUTF8(s[:60], "")
	}
	return s
}

// part is the value that a record has, NULL for none.
func (d divided) part(e env) field.Part { return d.partOf(e, d.Column) }

func (d divided) partOf(e env, column string) field.Part {
	p := field.Part{SQL: column}
	for _, n := range d.Days {
		p.Args = append(p.Args, string(e.today().AddDays(n)))
	}
	if d.Time == field.Time {
		p = localDay(p, e)
	}
	p.SQL = "nullif(" + p.SQL + ", '')"
	return inUnit(p, d.Unit)
}

// inUnit is the week, month … of a day; a week is named by its Monday.
func inUnit(p field.Part, unit string) field.Part {
	switch unit {
	case "week":
		p.SQL = "date(" + p.SQL + ", '-6 days', 'weekday 1')"
	case "month":
		p.SQL = "substr(" + p.SQL + ", 1, 7)"
	case "quarter":
		p.SQL, p.Args = "substr("+p.SQL+", 1, 4) || '-Q' || ((substr("+p.SQL+", 6, 2) + 2) / 3)", append(slices.Clone(p.Args), p.Args...)
	case "year":
		p.SQL = "substr(" + p.SQL + ", 1, 4)"
	case "weekday":
		p.SQL = "strftime('%w', " + p.SQL + ")"
	}
	return p
}

// localDay is the calendar day of an instant in the shop's zone. SQLite knows no
// zones: it is told since when which offset holds. Nothing is bound in an instant.
func localDay(p field.Part, e env) field.Part {
	var whens strings.Builder
	var args []any
	for at := e.now.In(e.zone).AddDate(2, 0, 0); ; {
		start, _ := at.ZoneBounds()
		_, offset := at.Zone()
		if start.IsZero() || start.Year() < 1990 {
			args = append(args, offset*1000)
			break
		}
		fmt.Fprintf(&whens, "WHEN %s >= ? THEN ? ", p.SQL)
		args = append(args, start.UnixMilli(), offset*1000)
		at = start.Add(-time.Second).In(e.zone)
	}
	offset := "?"
	if whens.Len() > 0 {
		offset = "CASE " + whens.String() + "ELSE ? END"
	}
	return field.Part{SQL: "CASE WHEN coalesce(" + p.SQL + ", 0) > 0 THEN date((" + p.SQL + " + " + offset + ") / 1000, 'unixepoch') END", Args: args}
}

// days are the first and last day of a value of a time axis.
func days(unit, value string) (from, to cal.Date, ok bool) {
	var first time.Time
	var err error
	years, months, n := 0, 0, 0
	switch unit {
	case "day", "week":
		first, err = time.Parse(time.DateOnly, value)
		n = map[string]int{"day": 1, "week": 7}[unit]
	case "month":
		first, err = time.Parse("2006-01", value)
		months = 1
	case "quarter":
		var year, q int
		if _, err = fmt.Sscanf(value, "%d-Q%d", &year, &q); err == nil {
			first, months = time.Date(year, time.Month(3*q-2), 1, 0, 0, 0, 0, time.UTC), 3
		}
	case "year":
		first, err = time.Parse("2006", value)
		years = 1
	default:
		return "", "", false
	}
	if err != nil {
		return "", "", false
	}
	return cal.DateOf(first, time.UTC), cal.DateOf(first.AddDate(years, months, n), time.UTC).AddDays(-1), true
}

// bucket is the value of a time axis that a day falls into.
func bucket(unit string, d cal.Date) string {
	at := d.Time(time.UTC)
	switch unit {
	case "week":
		return string(d.Monday())
	case "month":
		return d.Month()
	case "quarter":
		return fmt.Sprintf("%04d-Q%d", at.Year(), (int(at.Month())+2)/3)
	case "year":
		return fmt.Sprintf("%04d", at.Year())
	case "weekday":
		return fmt.Sprint(int(at.Weekday()))
	}
	return string(d)
}

// maxBuckets is how many empty periods are filled in between others.
const maxBuckets = 1200

// buckets are all values of a time axis between two days.
func buckets(unit string, from, to cal.Date) []string {
	if unit == "weekday" || from == "" || to == "" || to < from {
		return nil
	}
	var out []string
	for at := from; at <= to && len(out) <= maxBuckets; {
		b := bucket(unit, at)
		out = append(out, b)
		_, last, ok := days(unit, b)
		if !ok {
			return nil
		}
		at = last.AddDays(1)
	}
	if len(out) > maxBuckets {
		return nil
	}
	return out
}

// narrow is what leaves the records with a value: as filters of their list where
// the list knows them, else ok is false.
func (d divided) narrow(value any) (conds []filter.Cond, ok bool) {
	if said, ok := d.Says[fmt.Sprint(value)]; ok {
		for _, one := range strings.Split(said, ", ") {
			part := strings.Fields(one)
			conds = append(conds, filter.Cond{Field: part[0], Op: part[1], Value: part[2]})
		}
		return conds, true
	}
	if d.List.Name == "" {
		return nil, false
	}
	name := d.List.Name
	if value == nil {
		return []filter.Cond{{Field: name, Op: "empty", Value: "true"}}, true
	}
	text := fmt.Sprint(value)
	if d.Time != "" {
		from, to, ok := days(d.Unit, text)
		return []filter.Cond{{Field: name, Op: "gte", Value: string(from)}, {Field: name, Op: "lte", Value: string(to)}}, ok
	}
	if d.List.Kind == field.Bool {
		text = map[string]string{"1": "true", "0": "false"}[text]
	}
	return []filter.Cond{{Field: name, Op: "eq", Value: text}}, !strings.Contains(text, ",") || d.List.Kind == field.Text
}

// where is the same as a condition of the program's, which there always is.
func (d divided) where(e env, value any) field.Where {
	if d.Cell != "" && value != nil {
		return field.Where{SQL: d.Cell, Args: []any{value}}
	}
	p := d.part(e)
	if d.Cell != "" {
		none := strings.Replace(d.Cell, " = ?", " IS NOT NULL", 1)
		return field.Where{SQL: "NOT " + none}
	}
	if table, on, ok := strings.Cut(strings.TrimPrefix(d.With, " JOIN "), " ON "); ok {
		return field.Where{SQL: "EXISTS (SELECT 1 FROM " + table + " WHERE " + on + " AND (" + p.SQL + ") IS ?)", Args: append(slices.Clone(p.Args), value)}
	}
	return field.Where{SQL: "(" + p.SQL + ") IS ?", Args: append(slices.Clone(p.Args), value)}
}
