// Package customfield is where the shop decides which fields its records have
// besides the built-in ones. Values live with the records, see app/sys/custom:
// a deleted field takes nothing with it that an undo does not bring back.
package customfield

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/kit/formula"
	"regulars/app/kit/text"
	"regulars/app/sys/custom"
)

// Permissions: everybody reads what their forms ask; sensitive values only those
// who are trusted with them.
const (
	Read   = "custom_field.read"
	Write  = "custom_field.write"
	Reveal = "custom_field.reveal"
)

// Limits.
const (
	maxFields  = 500 // of one kind of record
	maxIndexes = 20  // of those: every index makes saving a little slower
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
	NeedField  string // required only when this field has NeedValue
	NeedValue  string
	ShownField string
	ShownValue string
	Searchable bool
	Filterable bool
	Sensitive  bool // stays what it was when the field was made
	Formula    string
	Purpose    string
	Preference bool // says what a customer likes
	Unscored   bool // nobody is judged by it
	Position   int
}

// Clean trims and completes.
func (in *Input) Clean() {
	for _, s := range []*string{&in.Subject, &in.Key, &in.Kind, &in.NameEN, &in.NameZH, &in.HelpEN, &in.HelpZH, &in.NeedField, &in.NeedValue,
		&in.ShownField, &in.ShownValue, &in.Formula, &in.Purpose} {
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
	if in.NeedField == "" {
		in.NeedValue = ""
	}
	if in.Kind != custom.Computed {
		in.Formula = ""
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
func (in Input) Validate(of custom.Subject, set custom.Set, id int64) error {
	c := &errs.Check{}
	c.That(of.Name != "", "subject", "error.choice")
	c.That(slices.Contains(custom.Kinds, in.Kind), "kind", "error.choice")
	c.That(in.NameEN != "" || in.NameZH != "", "name_en", "error.required")
	for field, s := range map[string]string{"name_en": in.NameEN, "name_zh": in.NameZH} {
		c.That(len([]rune(s)) <= maxName, field, "error.long", "n", maxName)
	}
	for field, s := range map[string]string{"help_en": in.HelpEN, "help_zh": in.HelpZH, "purpose": in.Purpose, "shown_value": in.ShownValue, "required_value": in.NeedValue} {
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
	in.rule(c, of, set, id, "shown", in.ShownField, in.ShownValue)
	in.rule(c, of, set, id, "required", in.NeedField, in.NeedValue)
	in.special(c, of, set)
	c.That(id != 0 || len(set) < maxFields, "name_en", "customfield.error.many", "n", maxFields)
	others := 0
	for _, f := range set {
		if f.Indexed(of) && f.ID != id {
			others++
		}
	}
	indexed := custom.Field{Kind: in.Kind, Filterable: in.Filterable, Searchable: in.Searchable}.Indexed(of)
	c.That(!indexed || others < maxIndexes, "filterable", "customfield.error.indexes", "n", maxIndexes)
	return c.Err()
}

// rule checks that a rule looks at something that is there and can be seen.
func (in Input) rule(c *errs.Check, of custom.Subject, set custom.Set, id int64, name, field, value string) {
	if field == "" {
		return
	}
	other, known := set.Find(field)
	c.That(of.Rule(field) || known && other.ID != id && other.Stored() && !other.Sensitive && !other.Linked(), name+"_field", "error.choice")
	c.That(value != "", name+"_value", "error.required")
}

// special checks what only some kinds of field are or can be.
func (in Input) special(c *errs.Check, of custom.Subject, set custom.Set) {
	linked := in.Kind == custom.Person || in.Kind == custom.Customer
	c.That(!in.Sensitive || !linked && in.Kind != custom.Computed && in.Kind != custom.Multi, "sensitive", "customfield.error.sensitive_kind")
	c.That(!in.Sensitive || !in.Searchable && !in.Filterable, "sensitive", "customfield.error.sensitive_found")
	if in.Kind != custom.Computed {
		return
	}
	c.That(!in.Searchable, "kind", "customfield.error.search_computed")
	c.That(!in.Required && in.NeedField == "", "required", "customfield.error.computed")
	e, err := formula.Parse(in.Formula)
	if err == nil {
		_, err = e.Check(set.KindOf(of))
	}
	if wrong, ok := errors.AsType[*formula.Error](err); ok {
		c.Add("formula", wrong.Key, "at", wrong.At, "word", wrong.Word)
		return
	}
	if key, word := Unindexed(of, set, in.Formula); in.Filterable && key != "" {
		c.Add("filterable", key, "word", word)
	}
}

// Unindexed says, as an i18n key with the word that it is about, why no index can
// keep what a formula computes; "" when one can.
func Unindexed(of custom.Subject, set custom.Set, source string) (key, word string) {
	t := set.Translate(of, source)
	switch {
	case t.Missing != "":
		return "customfield.filter_not", t.Missing
	case t.Moves != "":
		return "customfield.filter_moves", t.Moves
	}
	return "", ""
}

// InputOf is a field as a form would send it.
func InputOf(f custom.Field) Input {
	return Input{Subject: f.Subject, Key: f.Key, Kind: f.Kind, NameEN: f.NameEN, NameZH: f.NameZH, HelpEN: f.HelpEN, HelpZH: f.HelpZH, Choices: f.Choices,
		Required: f.Required, NeedField: f.RequiredField, NeedValue: f.RequiredValue, ShownField: f.ShownField, ShownValue: f.ShownValue,
		Searchable: f.Searchable, Filterable: f.Filterable, Sensitive: f.Sensitive, Formula: f.Formula, Purpose: f.Purpose, Preference: f.Preference, Unscored: f.Unscored, Position: f.Position}
}
