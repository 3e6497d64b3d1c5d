package api

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/sys/db"
)

// Money is an amount as it travels: a decimal string, never a float.
type Money struct {
	Amount   string `json:"amount" example:"12.30"`
	Currency string `json:"currency,omitempty" example:"CNY"`
}

// MoneyOf writes minor units.
func MoneyOf(minor int64, currency string) Money {
	return Money{money.Decimal(minor, currency), currency}
}

// Minor reads the amount in the shop's currency into minor units; field is
// where a mistake is reported.
func (m Money) Minor(c *errs.Check, field, currency string) int64 {
	if m.Currency != "" && m.Currency != currency {
		c.Add(field, "error.currency", "currency", currency)
		return 0
	}
	n, err := money.Parse(m.Amount, currency)
	if err != nil {
		c.Add(field, "error.money")
	}
	return n
}

// Time writes an instant; the zero one is absent.
func Time(t db.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	u := t.UTC()
	return &u
}

// ID writes a reference; none is absent.
func ID(id db.ID) *int64 {
	if id == 0 {
		return nil
	}
	n := int64(id)
	return &n
}

// Opt is a field of a PATCH: absent leaves it alone, null clears it.
type Opt[T any] struct {
	Set   bool // the field was there
	Null  bool // and was null
	Value T
}

// UnmarshalJSON notes presence.
func (o *Opt[T]) UnmarshalJSON(b []byte) error {
	o.Set = true
	if bytes.Equal(b, []byte("null")) {
		o.Null = true
		return nil
	}
	return json.Unmarshal(b, &o.Value)
}

// Schema describes the field as T or null.
func (o Opt[T]) Schema(r huma.Registry) *huma.Schema {
	s := *huma.SchemaFromType(r, typeOf[T]())
	if s.Ref != "" {
		return &huma.Schema{AnyOf: []*huma.Schema{&s, {Type: "null"}}}
	}
	s.Nullable = true
	return &s
}

// Into writes the field to dst when it was there; null is the zero value.
func (o Opt[T]) Into(dst *T) {
	if !o.Set {
		return
	}
	var zero T
	*dst = zero
	if !o.Null {
		*dst = o.Value
	}
}

// Versioned is the part of a PATCH that says which state it was based on:
// version in the body or If-Match in the header.
type Versioned struct {
	IfMatch string `header:"If-Match"`
}

// Version is the version that a change is based on, or an Invalid error. One
// that is said twice, and not alike, is none.
func (v Versioned) Version(body *int64) (int64, error) {
	if body != nil && v.IfMatch == "" {
		return *body, nil
	}
	n, err := strconv.ParseInt(strings.Trim(v.IfMatch, `W/"`), 10, 64)
	if err != nil || body != nil && *body != n {
		c := &errs.Check{}
		c.Add("version", "error.version_needed")
		return 0, c.Err()
	}
	return n, nil
}

// PhoneIn is a telephone number in an input: plain text, or an object with a
// label.
type PhoneIn struct {
	Raw   string `json:"raw"`
	Label string `json:"label,omitempty"`
}

// UnmarshalJSON takes both forms.
func (p *PhoneIn) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, &p.Raw)
	}
	type plain PhoneIn
	return json.Unmarshal(b, (*plain)(p))
}

// Schema describes both forms.
func (PhoneIn) Schema(huma.Registry) *huma.Schema {
	raw := &huma.Schema{Type: "string", MaxLength: ptr(100)}
	return &huma.Schema{AnyOf: []*huma.Schema{raw, {
		Type: "object", Properties: map[string]*huma.Schema{"raw": raw, "label": {Type: "string", MaxLength: ptr(100)},
			"e164": {Type: "string"}, "ext": {Type: "string"}}, Required: []string{"raw"}, AdditionalProperties: false,
	}}}
}

func ptr[T any](v T) *T { return &v }
