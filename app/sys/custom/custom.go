// Package custom is the fields that a shop adds to its records: what they are
// called, what they take and how their values are stored, filtered and shown. A
// record keeps all of them in one JSON column, by the field's id, so that a
// field can be renamed, removed and brought back without touching a record.
package custom

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"regulars/app/sys/db"
)

// The kinds of field.
const (
	Text     = "text"
	Long     = "long" // several lines
	Number   = "number"
	Money    = "money" // in the shop's currency
	Date     = "date"
	Bool     = "bool"
	Choice   = "choice"
	Multi    = "multi" // several of the choices
	Phone    = "phone"
	Email    = "email"
	Link     = "link"
	Person   = "person"   // somebody who works here
	Customer = "customer" // another record
	Computed = "computed" // from a formula; nothing is stored
)

// Kinds in the order in which they are offered.
var Kinds = []string{Text, Long, Number, Money, Date, Bool, Choice, Multi, Phone, Email, Link, Person, Customer, Computed}

// Field is one added field.
type Field struct {
	ID            int64   `db:"id"`
	Subject       string  `db:"subject"` // the kind of record: "customer"
	Key           string  `db:"key"`     // its name in the API and in files
	Kind          string  `db:"kind"`
	NameEN        string  `db:"name_en"`
	NameZH        string  `db:"name_zh"`
	HelpEN        string  `db:"help_en"`
	HelpZH        string  `db:"help_zh"`
	Choices       Words   `db:"choices"`
	Required      bool    `db:"required"`
	RequiredField string  `db:"required_field"` // required when this field has RequiredValue
	RequiredValue string  `db:"required_value"`
	ShownField    string  `db:"shown_field"` // asked only when this field has ShownValue; "" always
	ShownValue    string  `db:"shown_value"`
	Searchable    bool    `db:"searchable"`
	Filterable    bool    `db:"filterable"`
	Sensitive     bool    `db:"sensitive"` // sealed in the column, masked wherever it is shown
	Formula       string  `db:"formula"`
	Purpose       string  `db:"purpose"`
	Preference    bool    `db:"preference"` // says what a customer likes
	Unscored      bool    `db:"unscored"`   // nobody is judged by it
	Position      int     `db:"position"`
	CreatedAt     db.Time `db:"created_at"`
	UpdatedAt     db.Time `db:"updated_at"`
	Version       int64   `db:"version"`
}

// Name is what the field is called in a language.
func (f Field) Name(locale string) string { return either(locale, f.NameEN, f.NameZH) }

// Help is the sentence below its input.
func (f Field) Help(locale string) string { return either(locale, f.HelpEN, f.HelpZH) }

func either(locale, en, zh string) string {
	if locale == "zh-CN" && zh != "" || en == "" {
		return zh
	}
	return en
}

// Input is the name of its input on a form and of its place in errors, filters
// and files.
func (f Field) Input() string { return "fields." + f.Key }

// Linked tells whether its values name other records.
func (f Field) Linked() bool { return f.Kind == Person || f.Kind == Customer }

// Stored tells whether records hold values of it.
func (f Field) Stored() bool { return f.Kind != Computed }

// Slot is its name inside the JSON column. It is made of the id alone, so that
// nothing anybody typed becomes part of a statement.
func (f Field) Slot() string { return "f" + strconv.FormatInt(f.ID, 10) }

// Words is a list of texts stored as JSON.
type Words []string

// Scan implements sql.Scanner.
func (w *Words) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return fmt.Errorf("read a list of words: it is %T", src)
	}
	return json.Unmarshal([]byte(text), w)
}

// Set is all fields of one kind of record, in the order of the form.
type Set []Field

var keyShape = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// ValidKey tells whether a text can be a field's key.
func ValidKey(key string) bool { return keyShape.MatchString(key) }

// Columns are what a Field is read from.
const Columns = `id, subject, key, kind, name_en, name_zh, help_en, help_zh, choices, required, required_field, required_value, shown_field, shown_value,
	searchable, filterable, sensitive, formula, purpose, preference, unscored, position, created_at, updated_at, version`

var sqlOf = db.SQL(`SELECT ` + Columns + ` FROM custom_field WHERE subject = ? ORDER BY position, id`)

// Of reads the fields of a kind of record.
func Of(ctx context.Context, q db.Q, subject string) (Set, error) {
	var s Set
	if err := q.Select(ctx, &s, sqlOf, subject); err != nil {
		return nil, fmt.Errorf("read the added fields of %s: %w", subject, err)
	}
	return s, nil
}

// Find is the field with that key.
func (s Set) Find(key string) (Field, bool) {
	i := slices.IndexFunc(s, func(f Field) bool { return f.Key == key })
	if i < 0 {
		return Field{}, false
	}
	return s[i], true
}

// Has tells whether there is a field of one of these kinds.
func (s Set) Has(kinds ...string) bool {
	return slices.ContainsFunc(s, func(f Field) bool { return slices.Contains(kinds, f.Kind) })
}

// Path is where a record's JSON column holds the value.
func (f Field) Path() string { return "$." + f.Slot() }
