package analysis

import (
	"cmp"
	"slices"

	"regulars/app/kit/stats"
	"regulars/app/sys/field"
)

// The ways to count.
const (
	fnCount     = "count"
	fnCustomers = "customers"
	fnSum       = "sum"
	fnMean      = "mean"
	fnMedian    = "median"
	fnRate      = "rate"
	fnNPS       = "nps"
)

// Cell is one number of a report. Known is false where there is nothing to say;
// N is what a mean, a median or a rate rests on, Low and High its 95 % interval.
type Cell struct {
	Known     bool
	Value     float64
	N         int
	Low, High float64
	Interval  bool
	Unripe    bool // not everybody it is about has had the whole time it stands for
	Href      string
}

// measured is a measure with what it is about.
type measured struct {
	Measure
	figure
	rate
	nps      string
	customer string
	foreign  string // SQL: its money is in another currency
	counted  string // i18n key of what is counted
	each     string // SQL: of what each is counted once, "" counts records
}

// measure looks a measure up, or says what is wrong with it.
func (o open) measure(m Measure, e env) (measured, error) {
	out := measured{Measure: m, customer: o.Customer, nps: o.Nps, counted: cmp.Or(o.Each, o.Kind.Label)}
	bad := wrong("m", "analysis.error.measure", "name", short(m.String()))
	switch m.Fn {
	case fnCount:
		out.Unit = "number"
		if m.Of != "" {
			return out, bad
		}
	case fnCustomers:
		out.Unit = "number"
		if m.Of != "" || o.Customer == "" {
			return out, bad
		}
	case fnSum, fnMean, fnMedian:
		i := slices.IndexFunc(o.Figures, func(f figure) bool { return f.Name == m.Of })
		if i < 0 {
			return out, bad
		}
		out.figure = o.Figures[i]
	case fnRate:
		i := slices.IndexFunc(o.Rates, func(r rate) bool { return r.Name == m.Of })
		if i < 0 {
			return out, bad
		}
		out.rate, out.Unit = o.Rates[i], "percent"
	case fnNPS:
		out.Unit = "points"
		if m.Of != "" || o.Nps == "" {
			return out, bad
		}
	default:
		return out, bad
	}
	if out.Unit == "money" {
		out.foreign = o.Currency
	}
	return out, nil
}

// value is what is added up. Money of other currencies is not: it would be no sum.
func (m measured) value(e env) field.Part {
	if m.foreign != "" && !(e.only && m.foreign == orderCurrency) {
		return field.Part{SQL: "CASE WHEN " + m.foreign + " = ? THEN " + m.Column + " END", Args: []any{e.currency}}
	}
	return field.Part{SQL: m.Column}
}

// parts are the aggregates that the measure needs; a median has a way of its own.
func (m measured) parts(e env) []field.Part {
	v := m.value(e)
	of := func(sql string) field.Part { return field.Part{SQL: sql} }
	switch m.Fn {
	case fnCount:
		if m.each != "" {
			return []field.Part{of("count(DISTINCT " + m.each + ")")}
		}
	case fnCustomers:
		return []field.Part{of("count(DISTINCT " + m.customer + ")")}
	case fnSum:
		return []field.Part{{SQL: "sum(" + v.SQL + ")", Args: v.Args}, {SQL: "count(" + v.SQL + ")", Args: v.Args}}
	case fnMean:
		return []field.Part{{SQL: "sum(" + v.SQL + ")", Args: v.Args}, {SQL: "count(" + v.SQL + ")", Args: v.Args}}
	case fnRate:
		return []field.Part{of("sum(CASE WHEN (" + m.Among + ") AND (" + m.Hit + ") THEN 1 ELSE 0 END)"), of("sum(CASE WHEN " + m.Among + " THEN 1 ELSE 0 END)")}
	case fnNPS:
		return []field.Part{of("sum(CASE WHEN " + m.nps + " >= 9 THEN 1 ELSE 0 END)"), of("sum(CASE WHEN " + m.nps + " <= 6 THEN 1 ELSE 0 END)"), of("count(" + m.nps + ")")}
	}
	return []field.Part{of("count(*)")}
}

// cell makes a number of the aggregates.
func (m measured) cell(v []*float64) Cell {
	at := func(i int) float64 {
		if i < len(v) && v[i] != nil {
			return *v[i]
		}
		return 0
	}
	switch m.Fn {
	case fnMean:
		return Cell{Known: at(1) > 0, Value: at(0) / max(1, at(1)), N: int(at(1))}
	case fnMedian:
		return Cell{Known: at(1) > 0, Value: at(0), N: int(at(1))}
	case fnSum:
		return Cell{Known: true, Value: at(0), N: int(at(1))}
	case fnRate:
		k, n := int(at(0)), int(at(1))
		c := Cell{Known: n > 0, N: n}
		if n > 0 {
			c.Value, c.Interval = at(0)/at(1), true
			c.Low, c.High = stats.Wilson(k, n)
		}
		return c
	case fnNPS:
		p, d, n := int(at(0)), int(at(1)), int(at(2))
		e := stats.NPS(stats.Answers{Promoters: p, Detractors: d, Passives: n - p - d})
		return Cell{Known: n > 0, Value: e.Value, N: n, Low: e.Low, High: e.High, Interval: e.Interval}
	}
	return Cell{Known: true, Value: at(0), N: int(at(0))}
}

// rests tells whether its numbers say what they rest on.
func (m Measure) rests() bool {
	return m.Fn == fnMean || m.Fn == fnMedian || m.Fn == fnRate || m.Fn == fnNPS
}
