package analysis

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
)

// The bounds of one report, far above what anybody reads.
const (
	maxRows     = 2
	maxMeasures = 6
	maxTop      = 5000
)

// Spec is what a report counts.
type Spec struct {
	Kind     string
	Rows     []Axis
	Column   Axis // the zero Axis is none
	Measures []Measure
	Filters  []filter.Cond
	Within   []Within // conditions that the list's filters cannot say
	On       string   // the date that the period is about
	Span     string   // "" is all of time; a span of the filters' grammar, or "custom"
	From, To string   // of a custom one
	Before   bool     // beside the period before
	Year     bool     // beside the same days a year ago
	Chart    string   // "", bars, line or stacked
	Sort     string   // "" is the order of the rows' own; the number of a measure, the largest first
	Top      int      // only so many rows, 0 for all
}

// Axis is what rows or columns are divided by; Unit only of days.
type Axis struct{ Field, Unit string }

// String is the axis as the address says it.
func (a Axis) String() string {
	if a.Unit != "" {
		return a.Field + ":" + a.Unit
	}
	return a.Field
}

// None tells whether nothing is divided.
func (a Axis) None() bool { return a.Field == "" }

func parseAxis(s string) Axis {
	if at := strings.LastIndexByte(s, ':'); at >= 0 {
		return Axis{s[:at], s[at+1:]}
	}
	return Axis{Field: s}
}

// Measure is what is counted: how, and of what.
type Measure struct{ Fn, Of string }

// String is the measure as the address says it.
func (m Measure) String() string {
	if m.Of != "" {
		return m.Fn + ":" + m.Of
	}
	return m.Fn
}

func parseMeasure(s string) Measure {
	fn, of, _ := strings.Cut(s, ":")
	return Measure{fn, of}
}

// Spans are the periods offered, the shortest first.
var Spans = []string{"last_7d", "last_30d", "last_90d", "last_365d", "this_month", "last_month", "this_quarter", "last_quarter", "this_year", "last_year", "custom"}

// Charts are the pictures offered.
var Charts = []string{"bars", "line", "stacked"}

// Parse reads a report from an address. What it names is looked up when it is
// counted; a name that there is not is refused then.
func Parse(q url.Values) (Spec, error) {
	s := Spec{Kind: q.Get("kind"), On: q.Get("on"), Span: q.Get("span"), From: q.Get("from"), To: q.Get("to"), Chart: q.Get("chart"), Sort: q.Get("sort")}
	check := &errs.Check{}
	for _, v := range q["row"] {
		if v != "" && !slices.Contains(s.Rows, parseAxis(v)) {
			s.Rows = append(s.Rows, parseAxis(v))
		}
	}
	check.That(len(s.Rows) <= maxRows, "row", "error.many", "n", maxRows)
	s.Column = parseAxis(q.Get("col"))
	for _, v := range q["m"] {
		if v != "" && !slices.Contains(s.Measures, parseMeasure(v)) {
			s.Measures = append(s.Measures, parseMeasure(v))
		}
	}
	check.That(len(s.Measures) <= maxMeasures, "m", "error.many", "n", maxMeasures)
	for _, v := range q["compare"] {
		s.Before, s.Year = s.Before || v == "before", s.Year || v == "year"
		check.That(v == "" || v == "before" || v == "year", "compare", "error.choice")
	}
	check.That(s.Span == "" || slices.Contains(Spans, s.Span), "span", "error.choice")
	check.That(s.Chart == "" || s.Chart == "none" || slices.Contains(Charts, s.Chart), "chart", "error.choice")
	if top := q.Get("top"); top != "" {
		n, err := strconv.Atoi(top)
		check.That(err == nil && n >= 0 && n <= maxTop, "top", "error.number")
		s.Top = n
	}
	for key := range q {
		if strings.HasPrefix(key, "filter[") && q.Get(key) == "" {
			q.Del(key)
		}
	}
	s.Within = parseWithin(q["in"])
	check.That(len(s.Within) <= maxWithin, "in", "error.many", "n", maxWithin)
	conds, err := filter.Parse(q)
	if err != nil {
		return s, err
	}
	s.Filters = conds
	if len(s.Measures) == 0 {
		s.Measures = []Measure{{Fn: "count"}}
	}
	if s.Sort != "" {
		n, err := strconv.Atoi(s.Sort)
		check.That(err == nil && n >= 0 && n < len(s.Measures), "sort", "error.choice")
	}
	return s, check.Err()
}

func parseText(query string) (Spec, error) {
	q, err := url.ParseQuery(query)
	if err != nil {
		return Spec{}, errs.New(errs.Malformed, "error.malformed")
	}
	return Parse(q)
}

// Query writes the report as the address that Parse reads.
func (s Spec) Query() url.Values {
	q := filter.Query(s.Filters)
	put := func(name, value string) {
		if value != "" {
			q.Add(name, value)
		}
	}
	put("kind", s.Kind)
	for _, a := range s.Rows {
		put("row", a.String())
	}
	put("col", s.Column.String())
	for _, m := range s.Measures {
		put("m", m.String())
	}
	for _, w := range s.Within {
		put("in", w.String())
	}
	put("on", s.On)
	put("span", s.Span)
	if s.Span == "custom" {
		put("from", s.From)
		put("to", s.To)
	}
	if s.Before {
		put("compare", "before")
	}
	if s.Year {
		put("compare", "year")
	}
	put("chart", s.Chart)
	put("sort", s.Sort)
	if s.Top > 0 {
		put("top", strconv.Itoa(s.Top))
	}
	return q
}

// wrong is one thing of a report that there is not.
func wrong(name, key string, args ...any) error {
	c := &errs.Check{}
	c.Add(name, key, args...)
	return c.Err()
}
