package custom

import (
	"context"
	"slices"
	"strings"

	"regulars/app/sys/db"
	"regulars/app/sys/i18n"
)

// Asked is a field on a form.
type Asked struct {
	Field
	Title   string
	Note    string // the help below it
	Given   []string
	Hidden  bool    // its rule does not hold for the record as it stands
	Must    bool    // it is required for the record as it stands
	Offered []Named // people to choose from, customers that may be meant

	facts map[string]string
}

// Value is the text of a field with one value.
func (a Asked) Value() string { return strings.Join(a.Given, "; ") }

// Has tells whether a choice is taken.
func (a Asked) Has(choice string) bool { return slices.Contains(a.Given, choice) }

// Stays tells whether the person chosen is none of those on offer.
func (a Asked) Stays() bool {
	return a.Value() != "" && !slices.ContainsFunc(a.Offered, func(n Named) bool { return n.Written() == a.Value() })
}

// RuleInput is the name of the input that the rule about being asked looks at.
func (a Asked) RuleInput() string { return ruleInput(a.facts, a.ShownField) }

// NeedInput is the name of the input that the rule about being required looks at.
func (a Asked) NeedInput() string { return ruleInput(a.facts, a.RequiredField) }

func ruleInput(facts map[string]string, field string) string {
	if _, ok := facts[field]; ok || field == "" {
		return field
	}
	return "fields." + field
}

// Asked is the form's part for these fields, with what was typed so far.
func (r Record) Asked(ctx context.Context, q db.Q, typed Typed, facts map[string]string, l *i18n.Locale) ([]Asked, error) {
	v, _, err := r.read(ctx, q, typed) // what is wrong is said beside its field
	if err != nil {
		return nil, err
	}
	var people []Named
	if r.Set.Has(Person) {
		if people, err = r.book.links.People(ctx, q); err != nil {
			return nil, err
		}
	}
	var out []Asked
	for _, f := range r.Set {
		if !f.Stored() {
			continue
		}
		a := Asked{Field: f, Title: f.Name(l.Tag()), Note: f.Help(l.Tag()), Given: typed[f.Key], Hidden: !r.Set.Shown(f, v, facts),
			Must: r.Set.Needed(f, v, facts), facts: facts}
		switch {
		case f.Kind == Person:
			a.Offered = people
		case f.Kind == Customer && a.Value() != "" && !strings.Contains(a.Value(), "#"):
			if a.Offered, err = r.book.links.Find(ctx, q, Customer, a.Value()); err != nil {
				return nil, err
			}
		}
		out = append(out, a)
	}
	return out, nil
}

// People are those whom values may name, when there is a field for people.
func (r Record) People(ctx context.Context) ([]Named, error) {
	if !r.Set.Has(Person) {
		return nil, nil
	}
	return r.book.links.People(ctx, r.book.db.Reader(ctx))
}
