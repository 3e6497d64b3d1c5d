package analysis

import (
	"strconv"
	"strings"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/sys/field"
)

// period is the days that a report is about; the zero period is all of time.
type period struct{ From, To cal.Date }

func (p period) all() bool { return p.From == "" && p.To == "" }

// conds are the period as filters on a date.
func (p period) conds(on string) []filter.Cond {
	var out []filter.Cond
	if p.From != "" {
		out = append(out, filter.Cond{Field: on, Op: "gte", Value: string(p.From)})
	}
	if p.To != "" {
		out = append(out, filter.Cond{Field: on, Op: "lte", Value: string(p.To)})
	}
	return out
}

// period reads the days of a report. A period that still runs ends with today, so
// that what stands beside it is as long.
func (s Spec) period(e env, o open) (period, error) {
	if s.Span == "" {
		return period{}, nil
	}
	d, ok := o.find(s.On)
	if !ok || d.Time == "" || d.List.Name == "" {
		return period{}, wrong("on", "error.choice")
	}
	today := e.today()
	if s.Span == "custom" {
		return s.custom()
	}
	if n, found := strings.CutPrefix(s.Span, "last_"); found && strings.HasSuffix(n, "d") {
		days, err := strconv.Atoi(strings.TrimSuffix(n, "d"))
		if err != nil {
			return period{}, wrong("span", "error.choice")
		}
		return period{today.AddDays(1 - days), today}, nil
	}
	which, unit, _ := strings.Cut(s.Span, "_")
	from, to, ok := days(unit, bucket(unit, today))
	if !ok {
		return period{}, wrong("span", "error.choice")
	}
	if which == "last" {
		from, to, _ = days(unit, bucket(unit, from.AddDays(-1)))
		return period{from, to}, nil
	}
	return period{from, min(to, today)}, nil
}

func (s Spec) custom() (period, error) {
	check := &errs.Check{}
	var p period
	for name, into := range map[string]*cal.Date{"from": &p.From, "to": &p.To} {
		text := s.From
		if name == "to" {
			text = s.To
		}
		d, err := cal.ParseDate(text)
		check.That(err == nil, name, "error.date")
		if err == nil {
			*into = d
		}
	}
	check.That(p.To == "" || p.From == "" || p.From <= p.To, "to", "analysis.error.order")
	return p, check.Err()
}

// before is as many days before, in the same unit: the first nine days of a month
// stand beside the first nine of the month before.
func (p period) before(span string) period {
	_, unit, _ := strings.Cut(span, "_")
	switch unit {
	case "month":
		return p.shift(0, -1)
	case "quarter":
		return p.shift(0, -3)
	case "year":
		return p.shift(-1, 0)
	}
	n := p.To.Sub(p.From) + 1
	return period{p.From.AddDays(-n), p.To.AddDays(-n)}
}

// year is the same days a year ago.
func (p period) year() period { return p.shift(-1, 0) }

func (p period) shift(years, months int) period {
	from, to := moved(p.From, years, months), moved(p.To, years, months)
	if p.To.AddDays(1).Month() != p.To.Month() { // to the end of a month is to the end of the other
		to = endOf(to)
	}
	return period{from, to}
}

// moved is the day so many years and months on; where there is none, the last of
// that month.
func moved(d cal.Date, years, months int) cal.Date {
	at := d.Time(time.UTC)
	first := time.Date(at.Year()+years, at.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	return min(cal.DateOf(first, time.UTC).AddDays(at.Day()-1), endOf(cal.DateOf(first, time.UTC)))
}

func endOf(d cal.Date) cal.Date {
	at := d.Time(time.UTC)
	return cal.DateOf(time.Date(at.Year(), at.Month()+1, 0, 0, 0, 0, 0, time.UTC), time.UTC)
}

// values are what relative filters depend on.
func (e env) values(me int64) field.Values {
	return field.Values{Now: e.now, Zone: e.zone, Currency: e.currency, Me: me}
}
