package analysis

import (
	"context"

	"regulars/app/sys/i18n"
)

// Offered is what a kind can be divided by and what can be counted of it.
type Offered struct {
	Axes     []Axis
	Measures []Measure
}

// Offered looks up what a report on a kind can say, as the actor may see it.
func (s *Service) Offered(ctx context.Context, l *i18n.Locale, kind string) (Offered, error) {
	o, err := s.open(ctx, l, kind)
	if err != nil {
		return Offered{}, err
	}
	var out Offered
	for _, d := range o.Dimensions {
		if d.Time == "" {
			out.Axes = append(out.Axes, Axis{Field: d.Name})
			continue
		}
		for _, u := range unitsOf(o, d) {
			out.Axes = append(out.Axes, Axis{d.Name, u})
		}
	}
	out.Measures = append(out.Measures, o.measures()...)
	return out, nil
}

// measures are all that can be counted.
func (o open) measures() []Measure {
	out := []Measure{{Fn: fnCount}}
	if o.Customer != "" {
		out = append(out, Measure{Fn: fnCustomers})
	}
	if o.Nps != "" {
		out = append(out, Measure{Fn: fnNPS})
	}
	for _, r := range o.Rates {
		out = append(out, Measure{fnRate, r.Name})
	}
	for _, fn := range []string{fnSum, fnMean, fnMedian} {
		for _, f := range o.Figures {
			if fn != fnSum || f.Unit == "money" || f.Unit == "number" {
				out = append(out, Measure{fn, f.Name})
			}
		}
	}
	return out
}
