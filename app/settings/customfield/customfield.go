// Package customfield is where the shop decides which fields its records have
// besides the built-in ones. Values live with the records, see app/sys/custom:
// a deleted field takes nothing with it that an undo does not bring back.
package customfield

import (
	"cmp"
	"slices"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/custom"
)

// Permissions: everybody reads what their forms ask.
const (
	Read  = "custom_field.read"
	Write = "custom_field.write"
)

// Subjects are the kinds of record that take added fields, and their tables.
var Subjects = map[string]string{"customer": "customer"}

// Limits.
const (
	maxFields  = 500 // of one kind of record
	maxName    = 80
	maxHelp    = 300
	maxChoices = 200
)

// Input is what is said about a field. Subject, Key and Kind stay what they were
// when it was made.
type Input struct {
	Subject    string
	Key        string // "" = made from the name
	Kind       string
	NameEN     string
	NameZH     string
	HelpEN     string
	HelpZH     string
	Choices    []string
	Required   bool
	ShownField string
	ShownValue string
	Searchable bool
	Filterable bool
	Purpose    string
	Position   int
}

// Clean trims and completes.
func (in *Input) Clean() {
	for _, s := range []*string{&in.Subject, &in.Key, &in.Kind, &in.NameEN, &in.NameZH, &in.HelpEN, &in.HelpZH, &in.ShownField, &in.ShownValue, &in.Purpose} {
		*s = text.Line(*s)
	}
	var choices []string
	for _, c := range in.Choices {
		if c = text.Line(c); c != "" && !slices.Contains(choices, c) {
			choices = append(choices, c)
		}
	}
	in.Choices = choices
	if in.Kind != custom.Choice && in.Kind != custom.Multi {
		in.Choices = nil
	}
	if in.ShownField == "" {
		in.ShownValue = ""
	}
	if in.Key == "" {
		in.Key = keyFrom(cmp.Or(in.NameEN, in.NameZH))
	}
}

// keyFrom makes a key of a name: pinyin or folded Latin, words joined by _.
func keyFrom(name string) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(text.SortKey(strings.TrimSpace(name))) {
		letter := r >= 'a' && r <= 'z' || r >= '0' && r <= '9' && b.Len() > 0
		if letter && gap && b.Len() > 0 {
			b.WriteByte('_')
		}
		gap = !letter
		if letter && b.Len() < 30 {
			b.WriteRune(r)
		}
	}
	if key := strings.TrimRight(b.String(), "_"); key != "" {
		return key
	}
	return "field"
}

// Validate says what is wrong; set is what the kind of record has already, and
// id the field's own, 0 for a new one.
func (in Input) Validate(set custom.Set, id int64) error {
	c := &errs.Check{}
	c.That(Subjects[in.Subject] != "", "subject", "error.choice")
	c.That(slices.Contains(custom.Kinds, in.Kind), "kind", "error.choice")
	c.That(in.NameEN != "" || in.NameZH != "", "name_en", "error.required")
	for field, s := range map[string]string{"name_en": in.NameEN, "name_zh": in.NameZH} {
		c.That(len([]rune(s)) <= maxName, field, "error.long", "n", maxName)
	}
	for field, s := range map[string]string{"help_en": in.HelpEN, "help_zh": in.HelpZH, "purpose": in.Purpose, "shown_value": in.ShownValue} {
		c.That(len([]rune(s)) <= maxHelp, field, "error.long", "n", maxHelp)
	}
	c.That(custom.ValidKey(in.Key), "key", "customfield.error.key")
	if other, taken := set.Find(in.Key); taken {
		c.That(other.ID == id, "key", "customfield.error.taken")
	}
	if in.Kind == custom.Choice || in.Kind == custom.Multi {
		c.That(len(in.Choices) > 0, "choices", "error.required")
		c.That(len(in.Choices) <= maxChoices, "choices", "error.many", "n", maxChoices)
		for _, one := range in.Choices {
			c.That(len([]rune(one)) <= maxName && !strings.ContainsAny(one, ",;，；、"), "choices", "customfield.error.choice")
		}
	}
	if in.ShownField != "" {
		other, known := set.Find(in.ShownField)
		c.That(in.ShownField == "kind" || known && other.ID != id, "shown_field", "error.choice")
		c.That(in.ShownValue != "", "shown_value", "error.required")
	}
	c.That(id != 0 || len(set) < maxFields, "name_en", "customfield.error.many", "n", maxFields)
	return c.Err()
}

// InputOf is a field as a form would send it.
func InputOf(f custom.Field) Input {
	return Input{Subject: f.Subject, Key: f.Key, Kind: f.Kind, NameEN: f.NameEN, NameZH: f.NameZH, HelpEN: f.HelpEN, HelpZH: f.HelpZH, Choices: f.Choices,
		Required: f.Required, ShownField: f.ShownField, ShownValue: f.ShownValue, Searchable: f.Searchable, Filterable: f.Filterable, Purpose: f.Purpose,
		Position: f.Position}
}
