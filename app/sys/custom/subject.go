package custom

import (
	"context"
	"fmt"

	"regulars/app/kit/formula"
	"regulars/app/sys/db"
)

// Subject is a kind of record that takes added fields. A slice hands its own
// over in its module; its table has a column "fields" of JSON.
type Subject struct {
	Name  string // "customer"
	Table string
	Path  string // of its pages and in the API: "/customers"
	Label string // i18n key of what these records are called
	Rules []Fact // what rules may look at besides added fields
	Built []Fact // what formulas may use besides added fields
	// Begins: these records are in no search index, a searchable field is found by
	// how its value begins.
	Begins bool
	// Open reads a record that the actor may see.
	Open func(ctx context.Context, id int64) (Opened, error)
}

// Fact is something that every record of a kind has of itself.
type Fact struct {
	Name  string
	Label string       // i18n key
	Kind  formula.Kind // for formulas
	// Column is where the table of these records holds it, "" or NULL for nothing;
	// Derived is an expression over the tables of their list, for what changes
	// without the record. Without either a formula that uses it cannot be
	// filtered by. Money stands in minor units.
	Column, Derived string
	// Off tells that it says nothing in this shop: formulas find no value then.
	Off func(ctx context.Context) (bool, error)

	off bool
}

// Opened is a record and what the history calls it.
type Opened struct {
	Kind  string // of the record under whose history it stands
	ID    int64
	Label string
	Record
}

// Rule finds what a rule may look at.
func (s Subject) Rule(name string) bool {
	for _, f := range s.Rules {
		if f.Name == name {
			return true
		}
	}
	return false
}

// Used counts the records of a kind that have a value in a field.
func Used(ctx context.Context, q db.Q, s Subject, f Field) (int, error) {
	var n int
	if err := q.Get(ctx, &n, "SELECT count(*) FROM "+s.Table+" WHERE json_extract(fields, ?) IS NOT NULL", f.Path()); err != nil {
		return 0, fmt.Errorf("count the values of %s: %w", f.Key, err)
	}
	return n, nil
}

// Last is the highest id of a kind of record, 0 when there are none.
func Last(ctx context.Context, q db.Q, s Subject) (int64, error) {
	var id int64
	if err := q.Get(ctx, &id, "SELECT coalesce(max(id), 0) FROM "+s.Table); err != nil {
		return 0, fmt.Errorf("look for the last of %s: %w", s.Name, err)
	}
	return id, nil
}
