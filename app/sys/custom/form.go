package custom

import (
	"slices"
	"strings"

	"regulars/app/kit/cal"
	"regulars/app/sys/i18n"
)

// Asked is a field on a form.
type Asked struct {
	Field
	Title  string
	Note   string // the help below it
	Given  []string
	Hidden bool // its rule does not hold for the record as it stands
}

// Value is the text of a field with one value.
func (a Asked) Value() string { return strings.Join(a.Given, "; ") }

// Has tells whether a choice is taken.
func (a Asked) Has(choice string) bool { return slices.Contains(a.Given, choice) }

// Asked is the form's part for these fields, with what was typed so far.
func (s Set) Asked(typed Typed, v Values, kind, locale string) []Asked {
	var out []Asked
	for _, f := range s {
		out = append(out, Asked{Field: f, Title: f.Name(locale), Note: f.Help(locale), Given: typed[f.Key], Hidden: !s.Shown(f, v, kind)})
	}
	return out
}

// Told is a value on a record's page.
type Told struct{ Title, Text, Href string }

// Told is what a page shows of a record: the fields that have a value.
func (r Record) Told(l *i18n.Locale) []Told {
	var out []Told
	for _, f := range r.Set {
		given := f.Strings(r.Values, r.Currency)
		if len(given) == 0 {
			continue
		}
		t := Told{Title: f.Name(l.Tag()), Text: strings.Join(given, ", ")}
		switch f.Kind {
		case Money:
			if minor, ok := r.Values[f.slot()].(float64); ok {
				t.Text = l.Money(int64(minor), r.Currency)
			}
		case Date:
			t.Text = l.Date(cal.Date(given[0]).Time(l.Zone()))
		case Bool:
			t.Text = l.T("common.no")
			if given[0] == "true" {
				t.Text = l.T("common.yes")
			}
		case Phone:
			t.Href = "tel:" + strings.ReplaceAll(given[0], " ", "")
		case Email:
			t.Href = "mailto:" + given[0]
		case Link:
			t.Href = given[0]
		}
		out = append(out, t)
	}
	return out
}
