package dashboard

import (
	"net/url"
	"slices"
	"strconv"

	"regulars/app/insight/analysis"
	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
)

// Ask is what all tiles of a dashboard are asked: a period, what stands beside it,
// and whose records. "" leaves a tile as it is.
type Ask struct {
	Span     string // a period of reports, or custom with From and To
	From, To string
	Compare  string // before, year or none
	Person   string // the number of a colleague
	Region   string
	Tag      string // the number of a tag
}

// Compares are what a period can stand beside.
var Compares = []string{"before", "year", "none"}

// parseAsk reads it from an address.
func parseAsk(q url.Values) (Ask, error) {
	a := Ask{Span: q.Get("span"), From: q.Get("from"), To: q.Get("to"), Compare: q.Get("compare"), Person: q.Get("person"), Region: q.Get("region"), Tag: q.Get("tag")}
	return a, a.validate()
}

func (a Ask) validate() error {
	c := &errs.Check{}
	c.That(a.Span == "" || slices.Contains(analysis.Spans, a.Span), "span", "error.choice")
	c.That(a.Compare == "" || slices.Contains(Compares, a.Compare), "compare", "error.choice")
	for name, v := range map[string]string{"person": a.Person, "tag": a.Tag} {
		_, err := strconv.ParseUint(v, 10, 62)
		c.That(v == "" || err == nil, name, "error.choice")
	}
	c.That(len(a.Region) <= 200, "region", "error.long", "n", 200)
	if a.Span == "custom" {
		from, err := cal.ParseDate(a.From)
		c.That(err == nil && from != "", "from", "error.date")
		to, err := cal.ParseDate(a.To)
		c.That(err == nil && to != "" && to >= from, "to", "error.date")
	}
	return c.Err()
}

// Query is it as an address says it.
func (a Ask) Query() url.Values {
	q := url.Values{}
	for name, v := range map[string]string{"span": a.Span, "compare": a.Compare, "person": a.Person, "region": a.Region, "tag": a.Tag} {
		if v != "" {
			q.Set(name, v)
		}
	}
	if a.Span == "custom" {
		q.Set("from", a.From)
		q.Set("to", a.To)
	}
	return q
}

// Any tells whether something is asked.
func (a Ask) Any() bool { return a != Ask{} }

// period puts the period and what stands beside it into a report; fixed tells
// that its numbers are those of now and follow no period.
func (a Ask) period(spec analysis.Spec, today cal.Date) (out analysis.Spec, fixed bool) {
	if spec.On == "" || spec.Span == "" {
		return spec, a.Span != ""
	}
	if a.Span != "" {
		spec.Span, spec.From, spec.To = a.Span, a.From, a.To
		if len(spec.Rows) == 1 && spec.Rows[0].Field == spec.On && spec.Rows[0].Unit != "" && spec.Rows[0].Unit != "weekday" {
			spec.Rows = []analysis.Axis{{Field: spec.On, Unit: unitFor(a.days(today))}}
		}
	}
	if a.Compare != "" {
		spec.Before, spec.Year = a.Compare == "before", a.Compare == "year"
	}
	return spec, false
}

// days is about how long the period is.
func (a Ask) days(today cal.Date) int {
	switch a.Span {
	case "last_7d":
		return 7
	case "last_90d", "this_quarter", "last_quarter":
		return 90
	case "last_365d", "this_year", "last_year":
		return 365
	case "custom":
		from, _ := cal.ParseDate(a.From)
		to, _ := cal.ParseDate(a.To)
		return to.Sub(from) + 1
	}
	return 30
}

// unitFor divides so many days into columns that can be told apart.
func unitFor(days int) string {
	switch {
	case days <= 45:
		return "day"
	case days <= 200:
		return "week"
	case days <= 1200:
		return "month"
	}
	return "year"
}
