package custom

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/formula"
	"regulars/app/sys/db"
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

// Record is the values of one record with what gives them their meaning.
type Record struct {
	Set      Set
	Values   Values
	Currency string
	Today    cal.Date                        // for formulas
	Built    func(name string) formula.Value // what formulas know of the record itself

	book     *Book
	subject  Subject
	names    names
	formulas formulas
}

// Apply changes a record's values as was said and checks them. facts are what
// rules may look at besides added fields. Errors are named by Input. Nothing said
// (nil) leaves all as it is and requires nothing.
func (r Record) Apply(ctx context.Context, q db.Q, typed Typed, facts map[string]string) (Values, error) {
	after := Values{}
	for slot, v := range r.Values {
		after[slot] = v
	}
	if typed == nil {
		return after, nil
	}
	check := &errs.Check{}
	for key := range typed {
		if _, ok := r.Set.Find(key); !ok {
			check.Add("fields."+key, "error.unknown_field", "field", key)
		}
	}
	read, wrong, err := r.read(ctx, q, typed)
	if err != nil {
		return nil, err
	}
	for _, f := range r.Set {
		said, ok := typed[f.Key]
		if !ok || f.Sensitive && masked(said) {
			continue
		}
		if m, bad := wrong[f.Key]; bad {
			Add(check, f.Input(), m)
			continue
		}
		value := read[f.Slot()]
		if value == nil {
			delete(after, f.Slot())
			continue
		}
		after[f.Slot()] = value
	}
	for _, f := range r.Set {
		must := f.Stored() && r.Set.Needed(f, after, facts) && r.Set.Shown(f, after, facts)
		check.That(!must || after[f.Slot()] != nil, f.Input(), "error.required")
	}
	if err := check.Err(); err != nil {
		return nil, err
	}
	return after, r.sealAll(after)
}

// Add says what is wrong with a value at another place.
func Add(c *errs.Check, field string, m errs.Message) {
	var args []any
	for name, value := range m.Args {
		args = append(args, name, value)
	}
	c.Add(field, m.Key, args...)
}

func masked(said []string) bool { return len(said) == 1 && strings.TrimSpace(said[0]) == Mask }

// read is what was typed as values, sensitive ones not sealed yet, as far as it
// can be read, and what is wrong with the rest, by field key.
func (r Record) read(ctx context.Context, q db.Q, typed Typed) (Values, map[string]errs.Message, error) {
	typed, misfits := r.Set.fit(typed)
	typed, wrong, err := r.resolve(ctx, q, typed)
	if err != nil {
		return nil, nil, err
	}
	for _, key := range misfits {
		wrong[key] = errs.Message{Key: "error.shape"}
	}
	out := Values{}
	for _, f := range r.Set {
		said, ok := typed[f.Key]
		if _, bad := wrong[f.Key]; bad || !ok || f.Sensitive && masked(said) {
			continue
		}
		value, problem := f.parse(said, r.Currency)
		switch {
		case problem != "":
			wrong[f.Key] = errs.New(errs.Invalid, problem, "n", f.limit()).Message
		case value == nil:
		case f.Sensitive:
			out[f.Slot()] = secret{value}
		default:
			out[f.Slot()] = value
		}
	}
	return out, wrong, nil
}

// Read is the cells of an import as values, as far as they can be read, and what
// is wrong with the rest, by field key. Nothing is required. Over puts them into
// a record.
func (r Record) Read(ctx context.Context, q db.Q, typed Typed) (Values, map[string]errs.Message, error) {
	if len(r.Set) == 0 {
		return nil, nil, nil
	}
	return r.read(ctx, q, typed)
}

// Over is the record's values with what was read over them, as they will be read
// back.
func (r Record) Over(read Values) (Values, error) {
	if len(read) == 0 {
		return r.Values, nil
	}
	both := Values{}
	for _, part := range []Values{r.Values, read} {
		for slot, value := range part {
			both[slot] = value
		}
	}
	if err := r.sealAll(both); err != nil {
		return nil, err
	}
	var out Values
	err := out.Scan(both.JSON())
	return out, err
}

// Shown tells whether a field is asked for a record with these values.
func (s Set) Shown(f Field, v Values, facts map[string]string) bool {
	return s.holds(f.ShownField, f.ShownValue, v, facts)
}

// Needed tells whether such a record must have a value in it, once it is asked.
func (s Set) Needed(f Field, v Values, facts map[string]string) bool {
	if f.RequiredField == "" {
		return f.Required
	}
	return s.holds(f.RequiredField, f.RequiredValue, v, facts)
}

// holds tells whether a rule does; one about a field that is no more always does.
func (s Set) holds(field, value string, v Values, facts map[string]string) bool {
	if field == "" {
		return true
	}
	if is, ok := facts[field]; ok {
		return is == value
	}
	other, ok := s.Find(field)
	return !ok || slices.Contains(Record{Set: s, Values: v}.Strings(other), value)
}
