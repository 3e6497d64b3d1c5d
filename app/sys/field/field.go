// Package field describes what a list can show, filter and sort by, and turns
// a reader's wishes into one keyset query. Identifiers come only from here,
// values are always bound.
package field

import (
	"context"
	"strconv"
	"strings"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/money"
)

// Kind decides how a value is written and compared.
type Kind string

// The kinds.
const (
	Text   Kind = "text"
	Number Kind = "number"
	Money  Kind = "money"  // decimal text in, minor units stored
	Date   Kind = "date"   // YYYY-MM-DD, today, -90d, +7d, and with eq a span: this_month, last_30d
	Time   Kind = "time"   // the same dates or RFC 3339, stored as unix ms
	Bool   Kind = "bool"   // true or false, stored 1 or 0
	Choice Kind = "choice" // one of a few words
	Ref    Kind = "ref"    // id of another record
	Since  Kind = "since"  // days since the date in the column
)

// Field is one column a reader can use.
type Field struct {
	Name    string
	Label   string            // i18n key
	Titles  map[string]string // instead of Label, by language: what somebody called a field
	Kind    Kind
	Column  string   // SQL expression
	Within  string   // for values in another table: condition with %s for the test on Column
	Walk    string   // the same asked of one record, for a walk along the list's order
	Choices []string // Choice: the allowed words; their i18n keys are Label + "." + word
	Options string   // Ref: what a page offers to choose from ("user", "tag", …)
	Sort    bool     // its column is NOT NULL and indexed together with the id
	Tie     string   // the id column of the index's own table; "" = the list's ID
	// Known tells, in SQL, a value from "not known yet"; comparisons leave the
	// unknown out and an index of the known ones serves them.
	Known    string
	Nullable bool   // sorted by although its column may be NULL, which comes first
	Refuse   string // i18n key: it can be shown, but not filtered by, and why
	// Whole: whoever asks sees it masked, and must not find out piece by piece
	// what it hides. A whole value can be looked for, and whether there is one.
	Whole bool
	// Ahead: a day on which something is to happen, so it may be still to come. All
	// other days tell what has.
	Ahead bool
	// Off is the i18n key of why it says nothing in this shop: whatever is asked of
	// it, no record answers.
	Off string
}

// Values gives what relative and money values depend on.
type Values struct {
	Now      time.Time
	Zone     *time.Location
	Currency string
	Me       int64 // what "me" stands for in a filter on people
}

type valuesKey struct{}

// With returns a context that carries v.
func With(ctx context.Context, v Values) context.Context {
	return context.WithValue(ctx, valuesKey{}, v)
}

func valuesFrom(ctx context.Context) Values {
	v, ok := ctx.Value(valuesKey{}).(Values)
	if !ok || v.Zone == nil {
		v.Zone = time.UTC
	}
	return v
}

// where is the condition of one Cond, or Invalid.
func (f Field) where(v Values, c filter.Cond) (Where, error) {
	if f.Whole && c.Op != "eq" && c.Op != "empty" {
		check := &errs.Check{}
		check.Add(c.Key(), "error.filter.whole")
		return Where{}, check.Err()
	}
	if f.Kind == Since {
		f, c = f.ago(c)
	}
	test, args, err := f.test(v, c)
	if err != nil {
		return Where{}, err
	}
	if f.Off != "" {
		return Where{SQL: "0", Column: f.Column}, nil
	}
	out := Where{SQL: test, Args: args, Column: f.Column, Reads: c.Op == "contains" || c.Op == "starts"}
	if f.Known != "" && c.Op != "ne" && c.Op != "nin" && c.Op != "empty" {
		out.SQL = "(" + out.SQL + " AND " + f.Known + ")"
	}
	if f.Within == "" {
		return out, nil
	}
	not := ""
	if c.Op == "ne" || c.Op == "nin" || (c.Op == "empty" && c.Value != "false") {
		not = "NOT "
	}
	if f.Walk != "" {
		out.walk = not + strings.Replace(f.Walk, "%s", out.SQL, 1)
	}
	out.SQL = not + strings.Replace(f.Within, "%s", out.SQL, 1)
	return out, nil
}

// ago is a condition on days since a date as one on the date: more days ago is
// an earlier day.
func (f Field) ago(c filter.Cond) (Field, filter.Cond) {
	f.Kind = Date
	if c.Op == "empty" {
		return f, c
	}
	if turned := map[string]string{"lt": "gt", "lte": "gte", "gt": "lt", "gte": "lte"}[c.Op]; turned != "" {
		c.Op = turned
	}
	days := strings.Split(c.Value, ",")
	for i, d := range days {
		n, err := strconv.Atoi(strings.TrimSpace(d))
		if err != nil || n < 0 {
			f.Kind = Number // so that it is refused as no number
			days[i] = "-"
			continue
		}
		days[i] = "-" + strconv.Itoa(n) + "d"
	}
	c.Value = strings.Join(days, ",")
	return f, c
}

var comparisons = map[string]string{"lt": "<", "lte": "<=", "gt": ">", "gte": ">="}

func (f Field) test(v Values, c filter.Cond) (string, []any, error) {
	bad := func(key string, args ...any) (string, []any, error) {
		check := &errs.Check{}
		check.Add(c.Key(), key, args...)
		return "", nil, check.Err()
	}
	switch c.Op {
	case "empty":
		if f.Within != "" {
			return "1", nil, nil
		}
		if f.Known != "" {
			if c.Value == "false" {
				return f.Known, nil, nil
			}
			return "NOT " + f.Known, nil, nil
		}
		if f.Kind == Time && c.Value == "false" {
			return "coalesce(" + f.Column + ", 0) <> 0", nil, nil
		}
		if f.Kind == Time {
			return "coalesce(" + f.Column + ", 0) = 0", nil, nil
		}
		if c.Value == "false" {
			return "coalesce(" + f.Column + ", '') <> ''", nil, nil
		}
		return "coalesce(" + f.Column + ", '') = ''", nil, nil
	case "contains", "starts":
		if f.Kind != Text {
			return bad("error.filter.op", "op", c.Op)
		}
		pattern := escapeLike(c.Value) + "%"
		if c.Op == "contains" {
			pattern = "%" + pattern
		}
		if f.Within == "" && c.Value != "" {
			// Said twice so that an index without the empty ones serves it.
			return "(" + f.Column + ` LIKE ? ESCAPE '\' AND ` + f.Column + " <> '')", []any{pattern}, nil
		}
		return f.Column + ` LIKE ? ESCAPE '\'`, []any{pattern}, nil
	case "in", "nin":
		var args []any
		for _, part := range strings.Split(c.Value, ",") {
			arg, key := f.value(v, strings.TrimSpace(part))
			if key != "" {
				return bad(key)
			}
			args = append(args, arg)
		}
		if len(args) > 200 {
			return bad("error.filter.many", "max", 200)
		}
		list := " IN (" + strings.TrimSuffix(strings.Repeat("?, ", len(args)), ", ") + ")"
		if c.Op == "nin" && f.Within == "" {
			return "(" + f.Column + list + ") IS NOT TRUE", args, nil
		}
		return f.Column + list, args, nil
	}
	if from, to, ok := span(v, c.Value); ok && (f.Kind == Date || f.Kind == Time) {
		if c.Op != "eq" && c.Op != "ne" {
			return bad("error.filter.op", "op", c.Op)
		}
		sql, args := f.between(v, from, to)
		if c.Op == "ne" && f.Within == "" {
			sql += " IS NOT TRUE"
		}
		return sql, args, nil
	}
	arg, key := f.value(v, c.Value)
	if key != "" {
		return bad(key)
	}
	if op, ok := comparisons[c.Op]; ok {
		if f.Kind == Choice || f.Kind == Bool || f.Kind == Ref {
			return bad("error.filter.op", "op", c.Op)
		}
		if day, whole := date(v, c.Value); whole && f.Kind == Time && (c.Op == "lte" || c.Op == "gt") { // until and after the day's end
			arg, op = day.AddDays(1).Time(v.Zone).UnixMilli(), map[string]string{"lte": "<", "gt": ">="}[c.Op]
		}
		return f.compare(op, c.Op, arg)
	}
	if c.Op == "ne" && f.Within == "" {
		return f.Column + " IS NOT ?", []any{arg}, nil
	}
	if f.Kind == Time {
		day := arg.(int64)
		end := time.UnixMilli(day).In(v.Zone).AddDate(0, 0, 1).UnixMilli()
		return "(" + f.Column + " >= ? AND " + f.Column + " < ?)", []any{day, end}, nil
	}
	if text, ok := arg.(string); ok && text != "" && f.Within == "" {
		// Said twice so that an index without the empty ones serves it.
		return "(" + f.Column + " = ? AND " + f.Column + " <> '')", []any{arg}, nil
	}
	return f.Column + " = ?", []any{arg}, nil
}

// compare keeps "nothing" out of an upper bound: a customer without orders did
// not last buy before March.
func (f Field) compare(op, name string, arg any) (string, []any, error) {
	if (name == "lt" || name == "lte") && (f.Kind == Date || f.Kind == Time) {
		zero := "''"
		if f.Kind == Time {
			zero = "0"
		}
		return "(" + f.Column + " " + op + " ? AND " + f.Column + " > " + zero + ")", []any{arg}, nil
	}
	return f.Column + " " + op + " ?", []any{arg}, nil
}

// value converts a reader's text to what is stored, or gives an error key.
func (f Field) value(v Values, s string) (any, string) {
	switch f.Kind {
	case Number:
		n, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return nil, "error.number"
		}
		return n, ""
	case Ref:
		if s == "me" {
			return v.Me, ""
		}
		n, err := strconv.ParseInt(s[strings.LastIndexByte(s, '#')+1:], 10, 64) // as forms write it: Harbour Bakery #12
		if err != nil {
			return nil, "error.number"
		}
		return n, ""
	case Money:
		n, err := money.Parse(s, v.Currency)
		if err != nil {
			return nil, "error.money"
		}
		return n, ""
	case Bool:
		if s != "true" && s != "false" {
			return nil, "error.choice"
		}
		return s == "true", ""
	case Choice:
		for _, c := range f.Choices {
			if c == s {
				return s, ""
			}
		}
		return nil, "error.choice"
	case Date:
		d, ok := date(v, s)
		if !ok {
			return nil, "error.date"
		}
		return string(d), ""
	case Time:
		if t, err := time.Parse(time.RFC3339, s); err == nil {
			return t.UnixMilli(), ""
		}
		d, ok := date(v, s)
		if !ok {
			return nil, "error.date"
		}
		return d.Time(v.Zone).UnixMilli(), ""
	}
	return s, ""
}

// date reads YYYY-MM-DD, "today", "-90d" or "+7d".
func date(v Values, s string) (cal.Date, bool) {
	today := cal.Today(v.Now, v.Zone)
	if s == "today" {
		return today, true
	}
	if n, found := strings.CutSuffix(s, "d"); found {
		days, err := strconv.Atoi(n)
		if err != nil || days < -36500 || days > 36500 {
			return "", false
		}
		return today.AddDays(days), true
	}
	d, err := cal.ParseDate(s)
	return d, err == nil && d != ""
}

// between is a test for whole days, both ends included.
func (f Field) between(v Values, from, to cal.Date) (string, []any) {
	if f.Kind == Time {
		return "(" + f.Column + " >= ? AND " + f.Column + " < ?)", []any{from.Time(v.Zone).UnixMilli(), to.AddDays(1).Time(v.Zone).UnixMilli()}
	}
	return "(" + f.Column + " >= ? AND " + f.Column + " <= ?)", []any{string(from), string(to)}
}

// Spans are the days that have a name, as values of a condition on a date;
// last_30d and next_30d name any number of days besides.
var Spans = []string{"yesterday", "tomorrow", "last_week", "this_week", "next_week", "last_month", "this_month", "next_month",
	"last_quarter", "this_quarter", "last_year", "this_year"}

// span reads the name of several days.
func span(v Values, s string) (from, to cal.Date, ok bool) {
	today := cal.Today(v.Now, v.Zone)
	if n, found := strings.CutSuffix(s, "d"); found {
		back, ahead := strings.TrimPrefix(n, "last_"), strings.TrimPrefix(n, "next_")
		if days, err := strconv.Atoi(back); err == nil && back != n && days >= 0 && days <= 36500 {
			return today.AddDays(-days), today, true
		}
		if days, err := strconv.Atoi(ahead); err == nil && ahead != n && days >= 0 && days <= 36500 {
			return today, today.AddDays(days), true
		}
		return "", "", false
	}
	switch s {
	case "yesterday":
		return today.AddDays(-1), today.AddDays(-1), true
	case "tomorrow":
		return today.AddDays(1), today.AddDays(1), true
	}
	which, unit, _ := strings.Cut(s, "_")
	step, ok := map[string]int{"last": -1, "this": 0, "next": 1}[which]
	if !ok {
		return "", "", false
	}
	now := today.Time(time.UTC)
	begin := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	var end time.Time
	switch unit {
	case "week":
		begin = now.AddDate(0, 0, -(int(now.Weekday())+6)%7+7*step)
		end = begin.AddDate(0, 0, 7)
	case "month":
		begin = begin.AddDate(0, step, 0)
		end = begin.AddDate(0, 1, 0)
	case "quarter":
		begin = begin.AddDate(0, -(int(now.Month())-1)%3+3*step, 0)
		end = begin.AddDate(0, 3, 0)
	case "year":
		begin = time.Date(now.Year()+step, 1, 1, 0, 0, 0, 0, time.UTC)
		end = begin.AddDate(1, 0, 0)
	default:
		return "", "", false
	}
	return cal.DateOf(begin, time.UTC), cal.DateOf(end, time.UTC).AddDays(-1), true
}

func escapeLike(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}
