package customer

import (
	"context"
	"slices"
	"strings"

	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
	"regulars/app/sys/i18n"
	"regulars/app/sys/importer"
	"regulars/app/sys/setting"
)

// The fields that the shop added to its customers.

// added is what all customers' values have in common: the fields and the
// currency of their money.
func added(ctx context.Context, q db.Q) (custom.Record, error) {
	set, err := custom.Of(ctx, q, "customer")
	if err != nil || len(set) == 0 {
		return custom.Record{}, err
	}
	business, err := setting.ReadBusiness(ctx, q)
	return custom.Record{Set: set, Currency: business.Currency}, err
}

// fill checks what was said about added fields and completes the input with the
// values to store.
func (in *Input) fill(ctx context.Context, q db.Q, before custom.Values) error {
	record, err := added(ctx, q)
	if err != nil {
		return err
	}
	in.values, err = record.Set.Apply(before, in.Fields, in.Kind, record.Currency)
	return err
}

// must makes the required fields of a new customer required, although nothing
// was said about any.
func (in *Input) must() {
	if in.Fields == nil {
		in.Fields = custom.Typed{}
	}
}

// listWith is the list with the added fields among what it can be filtered by.
func listWith(ctx context.Context, q db.Q) (field.List, custom.Record, error) {
	record, err := added(ctx, q)
	if err != nil || len(record.Set) == 0 {
		return list, record, err
	}
	l := list
	own := record.Set.ListFields("c")
	if slices.ContainsFunc(record.Set, func(f custom.Field) bool { return f.Filterable }) {
		if err := sortable(ctx, q, own, record.Set); err != nil {
			return l, record, err
		}
	}
	l.Fields = append(append([]field.Field{}, list.Fields...), own...)
	return l, record, nil
}

// sortable marks the fields whose index is there by now: the list can walk it.
func sortable(ctx context.Context, q db.Q, own []field.Field, set custom.Set) error {
	indexed, err := custom.Indexed(ctx, q)
	if err != nil {
		return err
	}
	for i, f := range own {
		added, ok := set.Find(strings.TrimPrefix(f.Name, "fields."))
		if ok && added.Filterable && indexed[added.ID] && f.Within == "" {
			own[i].Sort = true
			own[i].Nullable = added.Kind == custom.Number || added.Kind == custom.Money || added.Kind == custom.Bool
		}
	}
	return nil
}

// importMore are the columns that an import of customers has besides.
func (s *Service) importMore(ctx context.Context) ([]importer.Column, error) {
	record, err := added(ctx, s.db.Reader(ctx))
	if err != nil {
		return nil, err
	}
	var out []importer.Column
	for _, f := range record.Set {
		out = append(out, importer.Column{Name: f.Input(), Titles: map[string]string{i18n.English: f.Name(i18n.English), i18n.Chinese: f.Name(i18n.Chinese)},
			Synonyms: []string{f.Key, f.NameEN, f.NameZH}, Number: f.Kind == custom.Number || f.Kind == custom.Money})
	}
	return out, nil
}

// fields reads a row's cells of the shop's own fields. What cannot be right is
// left out with a remark.
func (w *importWork) fields(r *importer.Row) custom.Values {
	if len(w.added.Set) == 0 {
		return nil
	}
	typed := custom.Typed{}
	for _, f := range w.added.Set {
		cell := r.Get(f.Input())
		if f.Kind == custom.Date && cell != "" {
			if day, ok := r.Date(f.Input()); ok {
				cell = day
			}
		}
		if cell != "" {
			typed[f.Key] = []string{cell}
		}
	}
	values, wrong := w.added.Set.Read(typed, w.added.Currency)
	for key, reason := range wrong {
		r.Remark("fields."+key, reason, "n", 500)
	}
	return values
}
