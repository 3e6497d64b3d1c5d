package custom

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"regulars/app/kit/cal"
	"regulars/app/kit/money"
	"regulars/app/sys/i18n"
)

// Strings is a value as files and forms write it, one text for each choice.
// Without a currency money is left in minor units.
func (r Record) Strings(f Field) []string {
	kind, v := r.value(f)
	if v == nil {
		return nil
	}
	if f.Sensitive {
		return []string{Mask}
	}
	switch value := v.(type) {
	case float64:
		switch {
		case kind == Money && r.Currency != "":
			return []string{money.Decimal(int64(value), r.Currency)}
		case f.Linked():
			return []string{r.named(f, int64(value)).Written()}
		}
		return []string{strconv.FormatFloat(value, 'f', -1, 64)}
	case bool:
		return []string{strconv.FormatBool(value)}
	case []string:
		return value
	case []any:
		var out []string
		for _, one := range value {
			out = append(out, fmt.Sprint(one))
		}
		return out
	default:
		return []string{fmt.Sprint(value)}
	}
}

// masking is a sensitive value in the API; sent back it changes nothing.
type masking struct {
	Masked bool `json:"masked"`
}

// naming is a person or customer in the API.
type naming struct {
	ID   int64   `json:"id"`
	Name *string `json:"name"` // null: not yours to see, or gone
	Gone bool    `json:"gone,omitempty"`
}

// Object is the values as the API shows them, by key; empty ones are null.
func (r Record) Object() map[string]any {
	out := make(map[string]any, len(r.Set))
	for _, f := range r.Set {
		kind, value := r.value(f)
		n, number := value.(float64)
		switch {
		case value == nil:
		case f.Sensitive:
			value = masking{true}
		case number && kind == Money:
			value = money.Amount{Minor: int64(n), Currency: r.Currency}
		case number && f.Linked():
			to := r.named(f, int64(n))
			shown := naming{ID: to.ID, Gone: to.Gone}
			if to.Name != "" {
				shown.Name = &to.Name
			}
			value = shown
		}
		out[f.Key] = value
	}
	return out
}

// Typed is the values as a form sends them.
func (r Record) Typed() Typed {
	out := Typed{}
	for _, f := range r.Set {
		if f.Stored() {
			out[f.Key] = r.Strings(f)
		}
	}
	return out
}

// Cells are the values as the columns of a file, in the order of Columns; clear
// writes sensitive ones in the clear, which whoever asks must note.
func (r Record) Cells(clear bool) ([]string, error) {
	var out []string
	for _, f := range r.Set {
		cell := strings.Join(r.Strings(f), "; ")
		if f.Sensitive && clear && cell != "" {
			var err error
			if cell, err = r.Reveal(f); err != nil {
				return nil, err
			}
		}
		out = append(out, cell)
	}
	return out, nil
}

// Columns are the headers of Cells.
func (s Set) Columns() []string {
	var out []string
	for _, f := range s {
		out = append(out, f.Input())
	}
	return out
}

// Sensitive tells whether one of the fields is.
func (s Set) Sensitive() bool {
	for _, f := range s {
		if f.Sensitive {
			return true
		}
	}
	return false
}

// SearchText are the values by which a record is to be found.
func (s Set) SearchText(v Values) []string {
	var out []string
	for _, f := range s {
		if f.Searchable && !f.Sensitive && f.Stored() && !f.Linked() {
			out = append(out, Record{Set: s, Values: v}.Strings(f)...)
		}
	}
	return out
}

// Told is a value on a record's page.
type Told struct {
	Key, Title, Text, Href string
	Masked                 bool // shown only when somebody asks, which is noted
	May                    bool // the reader may ask
	Dim                    bool // there is something, but it cannot be shown
	Computed               bool
}

// Told is what a page shows of a record: the fields that have a value.
func (r Record) Told(l *i18n.Locale) []Told {
	var out []Told
	for _, f := range r.Set {
		if t, ok := r.TellOne(f, l); ok {
			out = append(out, t)
		}
	}
	return out
}

// TellOne is one value on a page, for example in a column of a list; not ok when
// there is none.
func (r Record) TellOne(f Field, l *i18n.Locale) (Told, bool) {
	t := Told{Key: f.Key, Title: f.Name(l.Tag()), Computed: f.Kind == Computed}
	kind, v := r.value(f)
	given := r.Strings(f)
	if len(given) == 0 {
		return t, false
	}
	t.Text = strings.Join(given, ", ")
	n, _ := v.(float64)
	switch {
	case f.Sensitive:
		t.Masked = true
	case f.Linked():
		r.tellLink(&t, f, r.named(f, int64(n)), l)
	case kind == Money:
		t.Text = l.Money(int64(n), r.Currency)
	case kind == Number && f.Kind == Computed:
		t.Text = l.Decimal(n, decimals(given[0]))
	case kind == Date:
		t.Text = l.Date(cal.Date(given[0]).Time(l.Zone()))
	case kind == Bool:
		t.Text = l.T("common.no")
		if given[0] == "true" {
			t.Text = l.T("common.yes")
		}
	case kind == Phone:
		t.Href = "tel:" + strings.ReplaceAll(given[0], " ", "")
	case kind == Email:
		t.Href = "mailto:" + given[0]
	case kind == Link:
		t.Href = given[0]
	}
	return t, true
}

// decimals is how many of a number's decimals a page shows.
func decimals(s string) int {
	_, after, _ := strings.Cut(s, ".")
	return min(len(after), 2)
}

func (r Record) tellLink(t *Told, f Field, to Named, l *i18n.Locale) {
	switch {
	case to.Gone:
		t.Text, t.Dim = l.T("customfield.gone."+f.Kind, "id", to.ID), true
	case to.Closed:
		t.Text, t.Dim = l.T("customfield.closed", "id", to.ID), true
	default:
		t.Text = to.Name
		if f.Kind == Customer {
			t.Href = "/customers/" + strconv.FormatInt(to.ID, 10)
		}
	}
}

// Aside are the values that a form shows beside its inputs: computed ones, which
// it cannot change, and sensitive ones, which it does not show.
func Aside(list []Told) []Told {
	return slices.DeleteFunc(slices.Clone(list), func(t Told) bool { return !t.Computed && !t.Masked })
}
