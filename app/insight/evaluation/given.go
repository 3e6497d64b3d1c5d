package evaluation

import (
	"slices"

	"regulars/app/customer/customer"
	"regulars/app/kit/cal"
	"regulars/app/kit/formula"
	"regulars/app/sys/custom"
)

// What added fields give as numbers: those that are kept and those that are
// computed from what a customer did.

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
	known := customer.Known{Figures: f.done, Kind: f.kind, Level: f.level, CreatedOn: f.since, ContactOn: cal.DateOf(f.done.LastContactAt.Time, d.zone)}
	if f.done.LastContactAt.IsZero() {
		known.ContactOn = ""
	}
	r.Built = func(name string) formula.Value { return known.Value(r, name) }
	f.numbers = map[int64]given{}
	for _, id := range fields {
		if field, ok := fieldAt(d.fair, id); ok {
			if n, ok := r.Number(field); ok {
				f.numbers[id] = given{n, r.Shape(field) == custom.Money}
			}
		}
	}
}
