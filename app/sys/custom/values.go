package custom

import (
	"encoding/json"
	"fmt"
	"math"
	"net/mail"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/kit/text"
)

// Values are a record's values by slot, as the column holds them. What is not
// there is empty.
type Values map[string]any

// Scan implements sql.Scanner.
func (v *Values) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return fmt.Errorf("read added values: they are %T", src)
	}
	*v = nil
	return json.Unmarshal([]byte(text), v)
}

// JSON is what the column takes.
func (v Values) JSON() string {
	if len(v) == 0 {
		return "{}"
	}
	b, err := json.Marshal(v)
	if err != nil {
		panic("custom: values are plain: " + err.Error())
	}
	return string(b)
}

// Typed is what somebody said about fields, by key: no text clears a field, a
// key that is not there leaves it as it is.
type Typed map[string][]string

// FromJSON reads what the API says: text, number, true or false, a list of
// texts, or null.
func FromJSON(in map[string]any) Typed {
	if in == nil {
		return nil
	}
	out := Typed{}
	for key, value := range in {
		switch v := value.(type) {
		case nil:
			out[key] = nil
		case []any:
			out[key] = []string{}
			for _, one := range v {
				out[key] = append(out[key], fmt.Sprint(one))
			}
		case float64:
			out[key] = []string{strconv.FormatFloat(v, 'f', -1, 64)}
		default:
			out[key] = []string{fmt.Sprint(v)}
		}
	}
	return out
}

// Limits of values.
const (
	maxLine  = 500
	maxLong  = 20_000
	maxMulti = 50
)

// Apply changes a record's values as was said and checks them; kind is the
// record's own kind, on which rules may look. Errors are named by Input.
func (s Set) Apply(before Values, typed Typed, kind, currency string) (Values, error) {
	check := &errs.Check{}
	after := Values{}
	for slot, v := range before {
		after[slot] = v
	}
	for key := range typed {
		if _, ok := s.Find(key); !ok {
			check.Add("fields."+key, "error.unknown_field", "field", key)
		}
	}
	for _, f := range s {
		said, ok := typed[f.Key]
		if !ok {
			continue
		}
		value, key := f.parse(said, currency)
		if key != "" {
			check.Add(f.Input(), key, "n", maxLine)
			continue
		}
		if value == nil {
			delete(after, f.slot())
			continue
		}
		after[f.slot()] = value
	}
	if typed != nil {
		for _, f := range s {
			check.That(!f.Required || !s.Shown(f, after, kind) || after[f.slot()] != nil, f.Input(), "error.required")
		}
	}
	return after, check.Err()
}

// Shown tells whether a field is asked for a record with these values.
func (s Set) Shown(f Field, v Values, kind string) bool {
	if f.ShownField == "" {
		return true
	}
	if f.ShownField == "kind" {
		return kind == f.ShownValue
	}
	other, ok := s.Find(f.ShownField)
	return !ok || slices.Contains(other.Strings(v, ""), f.ShownValue)
}

// parse reads what was typed; nil is nothing, key names a fault.
func (f Field) parse(said []string, currency string) (value any, key string) {
	if f.Kind == Multi {
		return f.several(said)
	}
	line := ""
	if len(said) > 0 {
		line = text.Line(said[0])
	}
	if f.Kind == Long && len(said) > 0 {
		line = text.Block(said[0])
	}
	if line == "" {
		return nil, ""
	}
	limit := maxLine
	if f.Kind == Long {
		limit = maxLong
	}
	if len([]rune(line)) > limit {
		return nil, "error.long"
	}
	return f.one(line, currency)
}

func (f Field) one(line, currency string) (any, string) {
	switch f.Kind {
	case Number:
		n, err := strconv.ParseFloat(strings.ReplaceAll(text.Fold(line), ",", ""), 64)
		if err != nil || math.IsInf(n, 0) || math.IsNaN(n) || math.Abs(n) > 1e15 {
			return nil, "error.number"
		}
		return n, ""
	case Money:
		n, err := money.Parse(line, currency)
		if err != nil {
			return nil, "error.money"
		}
		return float64(n), ""
	case Date:
		d, err := cal.ParseDate(line)
		if err != nil {
			return nil, "error.date"
		}
		return string(d), ""
	case Bool:
		return yes(line)
	case Choice:
		if !slices.Contains(f.Choices, line) {
			return nil, "error.choice"
		}
	case Phone:
		if !strings.ContainsAny(text.Fold(line), "0123456789") {
			return nil, "error.phone"
		}
	case Email:
		if a, err := mail.ParseAddress(line); err != nil || a.Address != line {
			return nil, "error.email"
		}
	case Link:
		if u, err := url.Parse(line); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			return nil, "error.link"
		}
	}
	return line, ""
}

// yes reads a yes or no as forms, files and the API write it.
func yes(line string) (any, string) {
	switch strings.ToLower(line) {
	case "1", "true", "yes", "y", "on", "x", "是", "有", "对":
		return true, ""
	case "0", "false", "no", "n", "off", "否", "无", "没有":
		return false, ""
	}
	return nil, "error.choice"
}

func (f Field) several(said []string) (any, string) {
	var out []string
	for _, words := range said {
		for _, w := range strings.FieldsFunc(words, func(r rune) bool { return strings.ContainsRune(",;，；、\n", r) }) {
			if w = text.Line(w); w != "" && !slices.Contains(out, w) {
				out = append(out, w)
			}
		}
	}
	if len(out) == 0 {
		return nil, ""
	}
	if len(out) > maxMulti {
		return nil, "error.choice"
	}
	for _, w := range out {
		if !slices.Contains(f.Choices, w) {
			return nil, "error.choice"
		}
	}
	return out, ""
}

// Strings is a value as files and forms write it, one text for each choice.
// Without a currency money is left in minor units.
func (f Field) Strings(v Values, currency string) []string {
	switch value := v[f.slot()].(type) {
	case nil:
		return nil
	case float64:
		if f.Kind == Money && currency != "" {
			return []string{money.Decimal(int64(value), currency)}
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

// Object is the values as the API shows them, by key; empty ones are null.
func (s Set) Object(v Values, currency string) map[string]any {
	out := make(map[string]any, len(s))
	for _, f := range s {
		value := v[f.slot()]
		if n, ok := value.(float64); ok && f.Kind == Money {
			value = money.Amount{Minor: int64(n), Currency: currency}
		}
		out[f.Key] = value
	}
	return out
}

// Typed is the values as a form sends them.
func (s Set) Typed(v Values, currency string) Typed {
	out := Typed{}
	for _, f := range s {
		out[f.Key] = f.Strings(v, currency)
	}
	return out
}

// SearchText are the values by which a record is to be found.
func (s Set) SearchText(v Values) []string {
	var out []string
	for _, f := range s {
		if f.Searchable {
			out = append(out, f.Strings(v, "")...)
		}
	}
	return out
}

// Record is the values of one record with what gives them their meaning.
type Record struct {
	Set      Set
	Values   Values
	Currency string
}

// Object is the values as the API shows them.
func (r Record) Object() map[string]any { return r.Set.Object(r.Values, r.Currency) }

// Typed is the values as a form sends them.
func (r Record) Typed() Typed { return r.Set.Typed(r.Values, r.Currency) }

// Read is what was typed as values, as far as it can be read, and the i18n key
// of what is wrong with the rest, by field key. Nothing is required.
func (s Set) Read(typed Typed, currency string) (Values, map[string]string) {
	out, wrong := Values{}, map[string]string{}
	for _, f := range s {
		value, key := f.parse(typed[f.Key], currency)
		if key != "" {
			wrong[f.Key] = key
		} else if value != nil {
			out[f.slot()] = value
		}
	}
	return out, wrong
}

// With is v with what others say over it, as it will be read back.
func (v Values) With(others Values) (Values, error) {
	both := Values{}
	for _, part := range []Values{v, others} {
		for slot, value := range part {
			both[slot] = value
		}
	}
	var out Values
	err := out.Scan(both.JSON())
	return out, err
}
