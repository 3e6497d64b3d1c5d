package importer

import (
	"context"

	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/i18n"
)

// The fields that a shop added to its records, as columns of its files.

// OwnColumns are the columns of a kind of record's added fields.
func OwnColumns(ctx context.Context, q db.Q, subject string) ([]Column, error) {
	set, err := custom.Of(ctx, q, subject)
	if err != nil {
		return nil, err
	}
	var out []Column
	for _, f := range set {
		if f.Stored() {
			out = append(out, Column{Name: f.Input(), Titles: map[string]string{i18n.English: f.Name(i18n.English), i18n.Chinese: f.Name(i18n.Chinese)},
				Synonyms: []string{f.Key, f.NameEN, f.NameZH}, Number: f.Kind == custom.Number || f.Kind == custom.Money})
		}
	}
	return out, nil
}

// Own reads a row's cells of added fields. What cannot be right is left out with
// a remark.
func (r *Row) Own(ctx context.Context, q db.Q, added custom.Record) (custom.Values, error) {
	var typed custom.Typed
	for _, f := range added.Set {
		cell := r.Get(f.Input())
		if cell == "" {
			continue
		}
		if f.Kind == custom.Date {
			if day, ok := r.Date(f.Input()); ok {
				cell = day
			}
		}
		if typed == nil {
			typed = custom.Typed{}
		}
		typed[f.Key] = []string{cell}
	}
	if typed == nil {
		return nil, nil
	}
	values, wrong, err := added.Read(ctx, q, typed)
	for key, m := range wrong {
		r.told(Problem{Line: r.Line, Field: "fields." + key, Key: m.Key, Args: m.Args})
	}
	return values, err
}

// Own is what of a row's added fields is to be written over the record's.
func (o Options) Own(line int, record custom.Record, read custom.Values) custom.Values {
	out := custom.Values{}
	for _, f := range record.Set {
		if value := read[f.Slot()]; value != nil && o.Takes(line, f.Input(), record.Values[f.Slot()] == nil) {
			out[f.Slot()] = value
		}
	}
	return out
}
