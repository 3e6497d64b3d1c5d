package custom

import (
	"regulars/app/sys/field"
)

// ListFields makes the fields usable in filters of a list whose records stand
// in the table with that alias.
func (s Set) ListFields(alias string) []field.Field {
	var out []field.Field
	for _, f := range s {
		one := field.Field{Name: f.Input(), Titles: map[string]string{"en": f.Name("en"), "zh-CN": f.Name("zh-CN")}, Kind: kinds[f.Kind], Column: f.column(alias)}
		switch f.Kind {
		case Choice:
			one.Choices = f.Choices
		case Multi:
			one.Choices = f.Choices
			one.Within = "EXISTS (SELECT 1 FROM json_each(" + alias + ".fields, '$." + f.slot() + "') x WHERE %s)"
			one.Column = "x.value"
		}
		out = append(out, one)
	}
	return out
}

var kinds = map[string]field.Kind{Text: field.Text, Long: field.Text, Number: field.Number, Money: field.Money, Date: field.Date, Bool: field.Bool,
	Choice: field.Choice, Multi: field.Choice, Phone: field.Text, Email: field.Text, Link: field.Text}

// column is the SQL expression of the value; the index of a filterable field is
// made of the same one.
func (f Field) column(alias string) string {
	if alias != "" {
		alias += "."
	}
	value := "json_extract(" + alias + "fields, '$." + f.slot() + "')"
	if f.Kind == Number || f.Kind == Money || f.Kind == Bool {
		return value
	}
	return "coalesce(" + value + ", '')"
}
