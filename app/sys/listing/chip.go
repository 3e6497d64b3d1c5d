package listing

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"regulars/app/kit/cal"
	"regulars/app/kit/filter"
	"regulars/app/sys/field"
	"regulars/app/sys/i18n"
	"regulars/app/sys/view"
)

// Words is how a list's filters are said in the reader's language.
type Words struct {
	*i18n.Locale
	List field.List
	Pick map[string][]view.Option // the records that filters name, by field.Options
	// Called is what a word or record of a field is called; nil or "" leaves it to
	// the field's own words.
	Called func(l *i18n.Locale, field, value string) string
}

// Chip is one filter in words, with the way to remove it.
type Chip struct {
	Label, Value, Without string
	Hue                   int // of the one tag that it names
}

// Chips says each condition in words; a group is one chip.
func (w Words) Chips(q url.Values, conds []filter.Cond) []Chip {
	all, anyOf, alternatives := filter.Groups(conds)
	var out []Chip
	for _, c := range all {
		if label, value, ok := w.said(c); ok {
			out = append(out, Chip{Label: label, Value: value, Without: without(q, c), Hue: w.Hue(c)})
		}
	}
	for _, group := range anyOf {
		out = append(out, Chip{Value: w.sentence(group, "filter.or"), Without: without(q, group...)})
	}
	var either []string
	var gone []filter.Cond
	for _, group := range alternatives {
		either = append(either, w.sentence(group, "filter.and"))
		gone = append(gone, group...)
	}
	if len(either) > 0 {
		out = append(out, Chip{Value: strings.Join(either, w.T("filter.or_else")), Without: without(q, gone...)})
	}
	return out
}

// Hue is the colour of the tag that a condition names.
func (w Words) Hue(c filter.Cond) int {
	if c.Field == "tag_id" {
		for _, o := range w.Pick["tag"] {
			if fmt.Sprint(o.Value) == c.Value {
				return o.Hue
			}
		}
	}
	return 0
}

func (w Words) sentence(conds []filter.Cond, word string) string {
	var parts []string
	for _, c := range conds {
		if label, value, ok := w.said(c); ok {
			parts = append(parts, label+" "+value)
		}
	}
	return strings.Join(parts, w.T(word))
}

// without is the query less some conditions.
func without(q url.Values, conds ...filter.Cond) string {
	rest := url.Values{}
	for k, v := range q {
		if k != "cursor" {
			rest[k] = slices.Clone(v)
		}
	}
	for _, c := range conds {
		for key := range rest {
			if key == c.Key() || c.Group == "" && c.Op == "eq" && key == "filter["+c.Field+"]" {
				rest[key] = slices.DeleteFunc(rest[key], func(v string) bool { return v == c.Value })
				if len(rest[key]) == 0 {
					delete(rest, key)
				}
			}
		}
	}
	return rest.Encode()
}

// said is a condition as people say it.
func (w Words) said(c filter.Cond) (label, value string, ok bool) {
	f, ok := w.List.Field(c.Field)
	if !ok {
		return "", "", false
	}
	way, values := f.Chosen(c)
	options := w.Options(f)
	for i, v := range values {
		for _, o := range options {
			if fmt.Sprint(o.Value) == v {
				values[i] = o.Label
			}
		}
		if way.Asks == field.AskDay {
			if day, err := cal.ParseDate(v); err == nil && day != "" {
				values[i] = w.Date(day.Time(w.Zone()))
			}
		}
	}
	name := way.Name
	if name == "in" && len(values) == 1 {
		name = "eq"
	}
	value = w.T("filter.said."+name, "value", strings.Join(values, w.T("common.list_comma")))
	if f.Off != "" {
		value += w.T("common.comma") + w.T(f.Off)
	}
	return w.Label(f), value, true
}

// Options is what a condition on a field with words or records can take.
func (w Words) Options(f field.Field) []view.Option {
	pick, picked := w.Pick[f.Options]
	if f.Kind == field.Ref && f.Options == "user" {
		return append([]view.Option{{Value: "me", Label: w.T("filter.me")}}, pick...)
	}
	if f.Kind == field.Ref || f.Options != "" && picked {
		return pick
	}
	var out []view.Option
	for _, word := range f.Choices {
		out = append(out, view.Option{Value: word, Label: w.word(f, word)})
	}
	return out
}

func (w Words) word(f field.Field, word string) string {
	if f.Titles != nil {
		return word
	}
	if w.Called != nil {
		if name := w.Called(w.Locale, f.Name, word); name != "" {
			return name
		}
	}
	if w.Has(f.Label + "." + word) {
		return w.T(f.Label + "." + word)
	}
	return word
}

// Label is what a field is called.
func (w Words) Label(f field.Field) string { return label(w.Locale, f) }
