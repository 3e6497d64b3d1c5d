package analysis

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"regulars/app/kit/filter"
	"regulars/app/sys/i18n"
)

// Within leaves the records that have a value of a dimension, where no filter of
// their list says so: orders of the customers of a region.
type Within struct{ Field, Value string }

const maxWithin = 4

// String is it as the address says it.
func (w Within) String() string { return w.Field + "=" + w.Value }

func parseWithin(in []string) []Within {
	var out []Within
	for _, text := range in {
		name, value, _ := strings.Cut(text, "=")
		if w := (Within{name, value}); text != "" && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// pinned is a dimension with the value that is left.
type pinned struct {
	divided
	value any
}

// pin looks up what a report is narrowed to.
func (o open) pin(w Within) (pinned, error) {
	d, ok := o.find(w.Field)
	if !ok || d.Time != "" {
		return pinned{}, wrong("in", "error.filter.field", "field", short(w.Field))
	}
	p := pinned{divided: divided{Axis{Field: w.Field}, d}}
	switch {
	case w.Value == "":
	case d.Ref != "" && d.Ref != "cause":
		id, err := strconv.ParseInt(w.Value, 10, 64)
		if err != nil {
			return p, wrong("in", "error.choice")
		}
		p.value = id
	default:
		p.value = w.Value
	}
	return p, nil
}

// said puts into words what the report is narrowed to.
func (s *Service) said(ctx context.Context, l *i18n.Locale, c *counting) ([]string, error) {
	var out []string
	for _, p := range c.within {
		k := &Key{Value: p.value}
		if err := s.label(ctx, l, c, p.divided, period{}, []*Key{k}); err != nil {
			return nil, err
		}
		out = append(out, p.title(l)+l.T("common.colon")+k.Label)
	}
	return out, nil
}

// About is whose records are meant: a person's, of customers of a region, of
// customers with a tag. "" is everybody's.
type About struct{ Person, Region, Tag string }

// abouts are the names of the dimensions that say it, the nearest first. Whoever
// typed an order in is not whose customer it is.
var abouts = map[string][]string{
	"person": {"owner_id", "person_id", "customer.owner_id"},
	"region": {"region", "customer.region"},
	"tag":    {"tag_id", "customer.tag_id"},
}

// Narrow adds that to a report: as filters of its list where it has them. missing
// names what records of this kind do not have.
func (s *Service) Narrow(ctx context.Context, l *i18n.Locale, spec Spec, a About) (out Spec, missing []string, err error) {
	o, err := s.open(ctx, l, spec.Kind)
	if err != nil {
		return spec, nil, err
	}
	spec.Filters, spec.Within = slices.Clone(spec.Filters), slices.Clone(spec.Within)
	for _, one := range []struct{ what, value string }{{"person", a.Person}, {"region", a.Region}, {"tag", a.Tag}} {
		if one.value == "" {
			continue
		}
		names := abouts[one.what]
		if one.what == "person" && (o.Name == "follow-up" || o.Name == "quote") {
			names = []string{"user_id"}
		}
		at := slices.IndexFunc(names, func(n string) bool { _, ok := o.find(n); return ok })
		if at < 0 {
			missing = append(missing, one.what)
			continue
		}
		w := Within{names[at], one.value}
		p, err := o.pin(w)
		if err != nil {
			return spec, nil, err
		}
		if conds, ok := p.narrow(p.value); ok && len(spec.Filters) < filter.MaxConds {
			spec.Filters = append(spec.Filters, conds...)
		} else {
			spec.Within = append(spec.Within, w)
		}
	}
	return spec, missing, nil
}
