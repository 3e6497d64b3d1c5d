package custom

import (
	"context"
	"slices"

	"regulars/app/kit/cal"
	"regulars/app/sys/db"
	"regulars/app/sys/keys"
	"regulars/app/sys/setting"
)

// Book is what the slices share to read, check and show added fields: which
// kinds of record there are, the key for sensitive values, and whoever knows the
// people and customers that values name.
type Book struct {
	db       *db.DB
	ring     *keys.Ring
	links    Links
	subjects []Subject
}

// NewBook makes one. Without a ring nothing sensitive can be stored.
func NewBook(d *db.DB, ring *keys.Ring, links Links) *Book {
	return &Book{db: d, ring: ring, links: links}
}

// Register adds the kinds of record, in the order in which pages list them.
func (b *Book) Register(list ...Subject) { b.subjects = append(b.subjects, list...) }

// Subjects are the kinds of record that take added fields.
func (b *Book) Subjects() []Subject { return slices.Clone(b.subjects) }

// Subject finds one by name.
func (b *Book) Subject(name string) (Subject, bool) {
	i := slices.IndexFunc(b.subjects, func(s Subject) bool { return s.Name == name })
	if i < 0 {
		return Subject{}, false
	}
	return b.subjects[i], true
}

// Record is what all records of a kind have in common: the fields and what gives
// their values a meaning.
func (b *Book) Record(ctx context.Context, q db.Q, subject string) (Record, error) {
	set, err := Of(ctx, q, subject)
	if err != nil || len(set) == 0 {
		return Record{}, err
	}
	business, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return Record{}, err
	}
	r := Record{Set: set, Currency: business.Currency, book: b}
	if set.Has(Computed) {
		r.subject, _ = b.Subject(subject)
		if r.subject.Built, err = heard(ctx, r.subject.Built); err != nil {
			return r, err
		}
		r.Today = cal.Today(b.db.Now(), business.Zone())
		r.formulas = compile(set, r.subject)
	}
	return r, nil
}

// heard are the facts with those marked that say nothing now.
func heard(ctx context.Context, built []Fact) ([]Fact, error) {
	out := slices.Clone(built)
	for i := range out {
		f := &out[i]
		if f.Off == nil {
			continue
		}
		var err error
		if f.off, err = f.Off(ctx); err != nil {
			return nil, err
		}
		if f.off {
			f.Column, f.Derived = "", "''"
		}
	}
	return out, nil
}

// Of is one record's values, ready to show.
func (b *Book) Of(ctx context.Context, q db.Q, subject string, v Values) (Record, error) {
	r, err := b.Record(ctx, q, subject)
	if err != nil || len(r.Set) == 0 {
		return r, err
	}
	r.Values = v
	r.names, err = b.names(ctx, q, r.Set, []Values{v})
	return r, err
}

// All is the values of several records, in their order. It is empty when the
// kind has no added fields.
func (b *Book) All(ctx context.Context, q db.Q, subject string, list []Values) ([]Record, error) {
	r, err := b.Record(ctx, q, subject)
	if err != nil || len(r.Set) == 0 {
		return nil, err
	}
	if r.names, err = b.names(ctx, q, r.Set, list); err != nil {
		return nil, err
	}
	out := make([]Record, len(list))
	for i, v := range list {
		out[i] = r
		out[i].Values = v
	}
	return out, nil
}

// Apply reads what was said about the added fields of a record whose values were
// before, and gives the values to store; see Record.Apply.
func (b *Book) Apply(ctx context.Context, q db.Q, subject string, before Values, typed Typed, facts map[string]string) (Values, error) {
	r, err := b.Record(ctx, q, subject)
	if err != nil {
		return nil, err
	}
	r.Values = before
	return r.Apply(ctx, q, typed, facts)
}

// Complete gives the added fields of n records to take, in their order.
func (b *Book) Complete(ctx context.Context, q db.Q, subject string, n int, values func(i int) Values, take func(i int, r Record)) error {
	list := make([]Values, n)
	for i := range n {
		list[i] = values(i)
	}
	records, err := b.All(ctx, q, subject, list)
	if err != nil {
		return err
	}
	for i, r := range records {
		take(i, r)
	}
	return nil
}

// Keys are those of the fields of the records at a path, "/customers".
func (b *Book) Keys(ctx context.Context, path string) ([]string, error) {
	i := slices.IndexFunc(b.subjects, func(s Subject) bool { return s.Path == path })
	if i < 0 {
		return nil, nil
	}
	set, err := Of(ctx, b.db.Reader(ctx), b.subjects[i].Name)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, f := range set {
		out = append(out, f.Key)
	}
	return out, nil
}
