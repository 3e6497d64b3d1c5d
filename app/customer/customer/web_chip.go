package customer

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

// Chip is one filter in words, with the way to remove it.
type Chip struct {
	Label, Value, Without string
	Hue                   int // of the one tag that it names
}

// chips says each condition in words; a group is one chip.
func chips(l *i18n.Locale, list field.List, q url.Values, conds []filter.Cond, pick map[string][]view.Option) []Chip {
	all, anyOf, alternatives := filter.Groups(conds)
	var out []Chip
	for _, c := range all {
		if label, value, ok := said(l, list, c, pick); ok {
			out = append(out, Chip{Label: label, Value: value, Without: without(q, c), Hue: hueOf(c, pick)})
		}
	}
	for _, group := range anyOf {
		out = append(out, Chip{Value: sentence(l, list, group, pick, "filter.or"), Without: without(q, group...)})
	}
	var either []string
	var gone []filter.Cond
	for _, group := range alternatives {
		either = append(either, sentence(l, list, group, pick, "filter.and"))
		gone = append(gone, group...)
	}
	if len(either) > 0 {
		out = append(out, Chip{Value: strings.Join(either, l.T("filter.or_else")), Without: without(q, gone...)})
	}
	return out
}

// hueOf is the colour of the tag that a condition names.
func hueOf(c filter.Cond, pick map[string][]view.Option) int {
	if c.Field == "tag_id" {
		for _, o := range pick["tag"] {
			if fmt.Sprint(o.Value) == c.Value {
				return o.Hue
			}
		}
	}
	return 0
}

func sentence(l *i18n.Locale, list field.List, conds []filter.Cond, pick map[string][]view.Option, word string) string {
	var parts []string
	for _, c := range conds {
		if label, value, ok := said(l, list, c, pick); ok {
			parts = append(parts, label+" "+value)
		}
	}
	return strings.Join(parts, l.T(word))
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
func said(l *i18n.Locale, list field.List, c filter.Cond, pick map[string][]view.Option) (label, value string, ok bool) {
	f, ok := list.Field(c.Field)
	if !ok {
		return "", "", false
	}
	way, values := f.Chosen(c)
	for i, v := range values {
		for _, o := range optionsOf(l, f, pick) {
			if fmt.Sprint(o.Value) == v {
				values[i] = o.Label
			}
		}
		if way.Asks == field.AskDay {
			if day, err := cal.ParseDate(v); err == nil && day != "" {
				values[i] = l.Date(day.Time(l.Zone()))
			}
		}
	}
	return fieldLabel(l, f), l.T("filter.said."+way.Name, "value", strings.Join(values, ", ")), true
}
