package customer

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
)

// One change to many customers: looked at first, then made as one entry of the
// history that one undo takes back.

// The fields that a bulk change knows besides the shop's own.
const (
	bulkOwner    = "owner_id"
	bulkLevel    = "level"
	bulkRegion   = "region"
	bulkSource   = "source"
	bulkAddTags  = "add_tags"
	bulkDropTags = "drop_tags"
)

var bulkFields = []string{bulkOwner, bulkLevel, bulkAddTags, bulkDropTags, bulkRegion, bulkSource}

// BulkChange is what is to become of a field; no value clears it.
type BulkChange struct {
	Field  string
	Values []string
}

// BulkOutcome says what a change means for the customers that were chosen.
type BulkOutcome struct {
	Changes int // get another value
	Same    int // have it already
	Hidden  int // are not there, or not the actor's to see or change
}

// wrongChange says which of several changes was wrong.
type wrongChange struct {
	field string
	err   error
}

// Error implements error.
func (w *wrongChange) Error() string { return w.field + ": " + w.err.Error() }

// Unwrap gives what was wrong with it.
func (w *wrongChange) Unwrap() error { return w.err }

// Preview says what changes would do, each by itself, and changes nothing.
func (s *Service) Preview(ctx context.Context, ids []int64, changes ...BulkChange) ([]BulkOutcome, error) {
	if err := mayBulk(ctx, ids); err != nil {
		return nil, err
	}
	works, err := s.prepareAll(ctx, s.db.Reader(ctx), changes)
	if err != nil {
		return nil, err
	}
	return sortAll(ctx, s.db.Reader(ctx), ids, works)
}

// Change makes them. Customers that have the value already are left alone, and so
// are those that the actor may not see or change. Whom it is about is asked once
// for all: a customer who is given away by one change still gets the others.
func (s *Service) Change(ctx context.Context, ids []int64, changes ...BulkChange) ([]BulkOutcome, error) {
	if err := mayBulk(ctx, ids); err != nil {
		return nil, err
	}
	return db.WriteOne(ctx, s.db, "customer.bulk", func(ctx context.Context, tx *db.Tx) ([]BulkOutcome, error) {
		works, err := s.prepareAll(ctx, tx, changes)
		if err != nil {
			return nil, err
		}
		for _, b := range works {
			if err := b.makeTags(ctx, tx); err != nil {
				return nil, err
			}
		}
		out, err := sortAll(ctx, tx, ids, works)
		if err != nil {
			return nil, err
		}
		for _, b := range works {
			var changed []int64
			if b.Field == bulkOwner {
				for _, r := range b.todo {
					changed = append(changed, r.ID)
				}
				if err := s.giveAll(ctx, tx, changed, b.owner); err != nil {
					return nil, err
				}
				changed = nil
			}
			for _, r := range b.todo {
				if err := b.apply(ctx, tx, r); err != nil {
					return nil, err
				}
				changed = append(changed, r.ID)
			}
			if err := s.afterBulk(ctx, tx, b, changed); err != nil {
				return nil, err
			}
		}
		return out, nil
	})
}

// afterBulk keeps what is derived of the changed field.
func (s *Service) afterBulk(ctx context.Context, tx *db.Tx, b *bulkWork, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	if b.Field == bulkLevel { // how often to be in touch follows it
		if err := s.RefreshStats(ctx, tx, ids); err != nil {
			return err
		}
	}
	if b.Field == bulkOwner || b.Field == bulkRegion || b.own.Searchable {
		if err := s.indexAll(ctx, tx, ids); err != nil {
			return err
		}
	}
	if b.Field == bulkOwner {
		return s.events.Publish(ctx, tx, Assigned{Count: len(ids), OwnerID: b.owner})
	}
	return nil
}

func mayBulk(ctx context.Context, ids []int64) error {
	if err := auth.From(ctx).May(Write); err != nil {
		return err
	}
	if len(ids) == 0 {
		return errs.New(errs.Invalid, "customer.error.none_chosen")
	}
	if len(ids) > maxBulk {
		return errs.New(errs.Invalid, "customer.error.bulk_many", "max", maxBulk)
	}
	return nil
}

// bulkWork is a change that was read and checked.
type bulkWork struct {
	book *custom.Book
	BulkChange
	text  string
	owner int64
	names []string // of tags
	tags  []int64
	own   custom.Field
	value any // of the own field; nil clears it

	todo []*bulkRow // who changes
}

// bulkRow is a customer as far as a bulk change looks at one.
type bulkRow struct {
	ID      int64         `db:"id"`
	OwnerID db.ID         `db:"owner_id"`
	Level   string        `db:"level"`
	Region  string        `db:"region"`
	Source  string        `db:"source"`
	Values  custom.Values `db:"fields"`

	tags []int64 // of those the changes are about
}

// prepareAll reads all the changes before anything is made of one.
func (s *Service) prepareAll(ctx context.Context, q db.Q, changes []BulkChange) ([]*bulkWork, error) {
	var out []*bulkWork
	for _, ch := range changes {
		b, err := s.prepare(ctx, q, ch)
		if err != nil {
			return nil, &wrongChange{ch.Field, err}
		}
		for _, other := range out {
			for _, name := range b.names {
				if slices.Contains(other.names, name) {
					c := &errs.Check{}
					c.Add("value", "customer.error.tag_both", "tag", name)
					return nil, &wrongChange{ch.Field, c.Err()}
				}
			}
		}
		out = append(out, &b)
	}
	return out, nil
}

// prepare reads what is to be changed and says what is wrong with it.
func (s *Service) prepare(ctx context.Context, q db.Q, ch BulkChange) (bulkWork, error) {
	b := bulkWork{book: s.fields, BulkChange: ch, text: strings.TrimSpace(strings.Join(ch.Values, ","))}
	in := Input{Name: "x", Kind: Person}
	c := &errs.Check{}
	switch ch.Field {
	case bulkOwner:
		if b.text != "" {
			id, err := strconv.ParseInt(b.text, 10, 64)
			c.That(err == nil, "value", "error.person")
			b.owner = id
		}
		if err := checkOwner(ctx, q, b.owner); err != nil {
			return b, err
		}
	case bulkLevel:
		in.Level = b.text
	case bulkRegion:
		in.Region = b.text
	case bulkSource:
		in.Source = b.text
	case bulkAddTags, bulkDropTags:
		in.Tags = strings.FieldsFunc(b.text, isListMark)
	default:
		return b, b.prepareOwn(ctx, q)
	}
	in.Clean()
	if err := in.Validate(); err != nil {
		return b, err
	}
	b.text, b.names = map[string]string{bulkLevel: in.Level, bulkRegion: in.Region, bulkSource: in.Source}[ch.Field], in.Tags
	if strings.HasSuffix(ch.Field, "_tags") {
		c.That(len(in.Tags) > 0, "value", "error.required")
		if err := c.Err(); err != nil {
			return b, err
		}
		return b, b.findTags(ctx, q)
	}
	return b, c.Err()
}

func (b *bulkWork) prepareOwn(ctx context.Context, q db.Q) error {
	record, err := b.book.Record(ctx, q, "customer")
	if err != nil {
		return err
	}
	c := &errs.Check{}
	key, own := strings.CutPrefix(b.Field, "fields.")
	f, ok := record.Set.Find(key)
	if c.That(own && ok && f.Stored() && !f.Sensitive, "field", "error.choice"); c.Err() != nil {
		return c.Err()
	}
	b.own = f
	values, wrong, err := record.Read(ctx, q, custom.Typed{key: b.Values})
	if err != nil {
		return err
	}
	for _, m := range wrong {
		custom.Add(c, "value", m)
	}
	b.value = values[f.Slot()]
	c.That(b.value != nil || !f.Required || f.RequiredField != "", "value", "error.required")
	return c.Err()
}

// bulkStep is how many customers are looked at at a time.
const bulkStep = 500

// sortAll tells for every change who changes and who does not.
func sortAll(ctx context.Context, q db.Q, ids []int64, works []*bulkWork) ([]BulkOutcome, error) {
	var tags []int64
	for _, b := range works {
		tags = append(tags, b.tags...)
	}
	out := make([]BulkOutcome, len(works))
	ids = slices.Clone(ids)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	for some := range slices.Chunk(ids, bulkStep) {
		rows, err := bulkRows(ctx, q, some, tags)
		if err != nil {
			return nil, err
		}
		for i, b := range works {
			out[i].Hidden += len(some) - len(rows)
			for j := range rows {
				if b.same(rows[j]) {
					out[i].Same++
					continue
				}
				out[i].Changes++
				b.todo = append(b.todo, &rows[j])
			}
		}
	}
	return out, nil
}

// same tells whether a customer is already as the change wants them.
func (b *bulkWork) same(r bulkRow) bool {
	switch b.Field {
	case bulkOwner:
		return int64(r.OwnerID) == b.owner
	case bulkLevel:
		return r.Level == b.text
	case bulkRegion:
		return r.Region == b.text
	case bulkSource:
		return r.Source == b.text
	case bulkAddTags:
		return b.carried(r) == len(b.names)
	case bulkDropTags:
		return b.carried(r) == 0
	}
	return fmt.Sprint(r.Values[b.own.Slot()]) == fmt.Sprint(b.value)
}

// carried is how many of the change's tags a customer has.
func (b *bulkWork) carried(r bulkRow) int {
	n := 0
	for _, tag := range b.tags {
		if slices.Contains(r.tags, tag) {
			n++
		}
	}
	return n
}
