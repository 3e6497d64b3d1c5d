package evaluation

import (
	"slices"

	"regulars/app/kit/cal"
	"regulars/app/kit/formula"
	"regulars/app/sys/custom"
)

// What added fields give as numbers: those that are kept and those that are
// computed from what a customer did.

// done is what formulas find of a customer beside the fields.
type done struct {
	orders, nps, cases int
	revenue, paid      int64
	first, last        string
	contact            cal.Date
}

// computed tells whether any of these fields is.
func (d day) computed(fields []int64) bool {
	return slices.ContainsFunc(fields, func(id int64) bool {
		f, ok := fieldAt(d.fair, id)
		return ok && f.Kind == custom.Computed
	})
}

// give reads numbers of some added fields.
func (f *facts) give(d day, fields []int64) {
	r := d.added
	r.Values, r.Today = f.values, d.today
	r.Built = func(name string) formula.Value { return f.built(r, name) }
	f.numbers = map[int64]given{}
	for _, id := range fields {
		if field, ok := fieldAt(d.fair, id); ok {
			if n, ok := r.Number(field); ok {
				f.numbers[id] = given{n, r.Shape(field) == custom.Money}
			}
		}
	}
}

// built is what a formula finds under a name of calculable.
func (f *facts) built(r custom.Record, name string) formula.Value {
	switch name {
	case "kind":
		return custom.Word(f.kind)
	case "level":
		return custom.Word(f.level)
	case "created_on":
		return custom.Day(string(f.since))
	case "first_order_on":
		return custom.Day(f.done.first)
	case "last_order_on":
		return custom.Day(f.done.last)
	case "last_contact_on":
		return custom.Day(string(f.done.contact))
	case "orders_count":
		return custom.Count(float64(f.done.orders))
	case "orders_total":
		return r.Amount(f.done.revenue)
	case "paid_total":
		return r.Amount(f.done.paid)
	case "open_cases":
		return custom.Count(float64(f.done.cases))
	case "nps":
		if f.done.nps >= 0 {
			return custom.Count(float64(f.done.nps))
		}
	}
	return formula.Value{}
}
