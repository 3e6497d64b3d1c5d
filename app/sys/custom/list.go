package custom

import (
	"context"
	"slices"
	"strings"

	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

// listFields makes the fields usable in filters of a list whose records stand
// in the table with that alias. Those that can only be shown say why.
func (r Record) listFields(alias string) []field.Field {
	var out []field.Field
	for _, f := range r.Set {
		one := field.Field{Name: f.Input(), Titles: map[string]string{"en": f.Name("en"), "zh-CN": f.Name("zh-CN")}, Kind: kinds[f.Kind], Column: f.column(alias)}
		switch {
		case f.Kind == Computed:
			t := r.Translate(f, alias)
			one.Column, one.Kind = t.SQL, kinds[t.Kind]
			if t.Since != "" {
				one.Column, one.Kind = t.Since, field.Since
			}
			if t.Missing != "" {
				one.Column, one.Kind, one.Refuse = "''", field.Text, "customfield.error.filter_computed"
			}
		case f.Sensitive:
			one.Column, one.Refuse = "''", "customfield.error.filter_sensitive"
		case f.Kind == Choice:
			one.Choices = f.Choices
		case f.Kind == Person:
			one.Options = "user"
		case f.Kind == Customer:
			one.Options = "customer"
		case f.Kind == Multi:
			one.Choices = f.Choices
			one.Within = "EXISTS (SELECT 1 FROM json_each(" + alias + ".fields, '$." + f.Slot() + "') x WHERE %s)"
			one.Column = "x.value"
		}
		one.Ahead = one.Kind == field.Date || one.Kind == field.Time // nobody knows what the shop means by it
		out = append(out, one)
	}
	return out
}

var kinds = map[string]field.Kind{Text: field.Text, Long: field.Text, Number: field.Number, Money: field.Money, Date: field.Date, Bool: field.Bool,
	Choice: field.Choice, Multi: field.Choice, Phone: field.Text, Email: field.Text, Link: field.Text, Person: field.Ref, Customer: field.Ref, Computed: field.Text}

// column is the SQL expression of the value; the index of a filterable field is
// made of the same one.
func (f Field) column(alias string) string {
	if alias != "" {
		alias += "."
	}
	value := "json_extract(" + alias + "fields, '$." + f.Slot() + "')"
	switch f.Kind {
	case Number, Money, Bool, Person, Customer:
		return value
	}
	return "coalesce(" + value + ", '')"
}

// Listed is a list with the added fields among what it can be filtered by, and
// sorted by as far as their index is there by now, which the list can walk.
func (r Record) Listed(ctx context.Context, q db.Q, l field.List, alias string) (field.List, error) {
	s := r.Set
	if len(s) > 0 {
		l.Fields = append(append([]field.Field{}, l.Fields...), r.listFields(alias)...)
	}
	if !slices.ContainsFunc(s, func(f Field) bool { return f.Filterable }) {
		return l, nil
	}
	indexed, err := Indexed(ctx, q)
	if err != nil {
		return l, err
	}
	for i, f := range l.Fields {
		key, own := strings.CutPrefix(f.Name, "fields.")
		added, ok := s.Find(key)
		if own && ok && added.Filterable && indexed[added.ID] && f.Within == "" && !added.Linked() {
			l.Fields[i].Sort = true
			l.Fields[i].Nullable = f.Kind == field.Number || f.Kind == field.Money || f.Kind == field.Bool
		}
	}
	return l, nil
}

// Begins are conditions that a searchable field begins with what was typed, each
// served by the field's index. For records that are in no search index.
func (s Set) Begins(alias, typed string) []field.Where {
	var out []field.Where
	for _, f := range s {
		if f.Searchable && kinds[f.Kind] == field.Text && f.Stored() {
			out = append(out, field.Where{SQL: "(" + f.column(alias) + " >= ? AND " + f.column(alias) + " < ?)", Args: []any{typed, typed + "\U0010ffff"}})
		}
	}
	return out
}
