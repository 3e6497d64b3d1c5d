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
	Hidden  int // are not there, or not the actor's to see
}

// Preview says what a change would do, and changes nothing.
func (s *Service) Preview(ctx context.Context, ids []int64, ch BulkChange) (BulkOutcome, error) {
	if err := mayBulk(ctx, ids); err != nil {
		return BulkOutcome{}, err
	}
	b, err := s.prepare(ctx, s.db.Reader(ctx), ch)
	if err != nil {
		return BulkOutcome{}, err
	}
	_, out, err := b.sort(ctx, s.db.Reader(ctx), ids)
	return out, err
}

// Change makes it. Customers that have the value already are left alone, and so
// are those that the actor may not see.
func (s *Service) Change(ctx context.Context, ids []int64, ch BulkChange) (BulkOutcome, error) {
	if err := mayBulk(ctx, ids); err != nil {
		return BulkOutcome{}, err
	}
	return db.WriteOne(ctx, s.db, "customer.bulk", func(ctx context.Context, tx *db.Tx) (BulkOutcome, error) {
		b, err := s.prepare(ctx, tx, ch)
		if err != nil {
			return BulkOutcome{}, err
		}
		if b.names != nil {
			if err := b.makeTags(ctx, tx); err != nil {
				return BulkOutcome{}, err
			}
		}
		todo, out, err := b.sort(ctx, tx, ids)
		if err != nil {
			return out, err
		}
		var changed []int64
		for _, r := range todo {
			if err := b.apply(ctx, tx, r); err != nil {
				return out, err
			}
			changed = append(changed, r.ID)
		}
		return out, s.afterBulk(ctx, tx, b, changed)
	})
}

// afterBulk keeps what is derived of the changed field.
func (s *Service) afterBulk(ctx context.Context, tx *db.Tx, b bulkWork, ids []int64) error {
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
}

// bulkRow is a customer as far as a bulk change looks at one.
type bulkRow struct {
	ID      int64         `db:"id"`
	OwnerID db.ID         `db:"owner_id"`
	Level   string        `db:"level"`
	Region  string        `db:"region"`
	Source  string        `db:"source"`
	Values  custom.Values `db:"fields"`

	tags []int64 // of those the change is about
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

// sort tells who changes and who does not.
func (b bulkWork) sort(ctx context.Context, q db.Q, ids []int64) ([]bulkRow, BulkOutcome, error) {
	var todo []bulkRow
	var out BulkOutcome
	ids = slices.Clone(ids)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	for some := range slices.Chunk(ids, bulkStep) {
		rows, err := bulkRows(ctx, q, auth.From(ctx).Scope(), some, b.tags)
		if err != nil {
			return nil, out, err
		}
		out.Hidden += len(some) - len(rows)
		for _, r := range rows {
			if b.same(r) {
				out.Same++
				continue
			}
			out.Changes++
			todo = append(todo, bulkRow{ID: r.ID, Values: r.Values})
		}
	}
	return todo, out, nil
}

// same tells whether a customer is already as the change wants them.
func (b bulkWork) same(r bulkRow) bool {
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
		return len(r.tags) == len(b.names)
	case bulkDropTags:
		return len(r.tags) == 0
	}
	return fmt.Sprint(r.Values[b.own.Slot()]) == fmt.Sprint(b.value)
}
