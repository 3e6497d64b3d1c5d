package customer

import (
	"context"

	"regulars/app/kit/phone"
	"regulars/app/sys/db"
	"regulars/app/sys/importer"
)

// What a file says beside a customer: the people there, what their invoices are
// made out to. The slices that keep these hand over how they are read.

// Part is one sort of thing that a row says of a customer besides themselves.
type Part interface {
	// PartColumns are the columns of a file that are about it.
	PartColumns() []importer.Column
	// MoreColumns are those that the shop itself added.
	MoreColumns(ctx context.Context) ([]importer.Column, error)
	// StartPart begins a run or a check.
	StartPart(o importer.Options) PartWork
	// PartHeader are its columns in a file that leaves; none when the shop has
	// nothing of the sort. An address book (cards) has room for little.
	PartHeader(ctx context.Context, q db.Q, cards bool) ([]string, error)
	// PartCells are the cells of customers in those columns.
	PartCells(ctx context.Context, q db.Q, customers []int64) (map[int64][]string, error)
}

// PartWork takes the part of one run's customers. It may be an
// importer.Preparer too.
type PartWork interface {
	Begin(ctx context.Context, tx *db.Tx) error
	// Read looks at what the rows of a record say, and writes nothing.
	Read(ctx context.Context, tx *db.Tx, r *importer.Record) error
	// Take writes it for a customer; fresh says that the record has just made them.
	Take(ctx context.Context, tx *db.Tx, r *importer.Record, customer int64, fresh bool) (PartAdded, error)
}

// PartAdded is what a part has brought to a customer, for the search.
type PartAdded struct {
	Changed bool
	Names   []string
	WeChats []string
	Phones  []phone.Number
	Emails  []string
}

// OnFiles says what files may hold of a customer besides themselves.
func (s *Service) OnFiles(parts ...Part) { s.parts = append(s.parts, parts...) }

func (s *Service) partColumns() []importer.Column {
	var out []importer.Column
	for _, p := range s.parts {
		out = append(out, p.PartColumns()...)
	}
	return out
}

func (w *importWork) takeParts(ctx context.Context, tx *db.Tx, r *importer.Record, id int64, fresh bool) (PartAdded, error) {
	var all PartAdded
	for _, p := range w.parts {
		one, err := p.Take(ctx, tx, r, id, fresh)
		if err != nil {
			return all, err
		}
		all.Changed = all.Changed || one.Changed
		all.Names, all.Phones, all.Emails = append(all.Names, one.Names...), append(all.Phones, one.Phones...), append(all.Emails, one.Emails...)
	}
	return all, nil
}

// again is what a check says of another row of somebody whom an earlier row
// would make: with a person of theirs it may add to them.
func (w *importWork) again(r *importer.Record) importer.Outcome {
	for _, row := range r.Rows {
		for _, c := range w.s.partColumns() {
			if row.Get(c.Name) != "" {
				return importer.Updated
			}
		}
	}
	return importer.Skipped
}

// Resume implements importer.Resumer: whom the run made before its break may
// still get people from later rows.
func (w *importWork) Resume(ctx context.Context, tx *db.Tx, batch []*importer.Record, past importer.Past) error {
	if len(w.parts) == 0 {
		return nil
	}
	if err := w.Begin(ctx, tx, batch); err != nil {
		return err
	}
	var ids []int64
	for _, r := range batch {
		if id, err := w.match(w.inputs[r], keysOf(w.inputs[r], w.numbers[r])); err == nil && id > 0 {
			ids = append(ids, id)
		}
	}
	born, err := past.Wrote(ctx, tx, "customer", ids)
	for id := range born {
		w.born[id] = true
	}
	return err
}

// AddReach stores the phones and e-mails of a contact who has just been made,
// and gives the numbers back as they were read.
func (s *Service) AddReach(ctx context.Context, tx *db.Tx, customer, contact int64, phones []PhoneInput, emails []string, region string) ([]phone.Number, error) {
	var numbers []phone.Number
	for i, p := range phones {
		n := phone.Parse(p.Raw, region)
		numbers = append(numbers, n)
		if _, err := tx.Insert(ctx, sqlAddPhone, customer, db.ID(contact), p.Raw, n.E164, n.Ext, p.Label, i); err != nil {
			return nil, err
		}
	}
	for i, e := range emails {
		if _, err := tx.Insert(ctx, sqlAddEmail, customer, db.ID(contact), e, i); err != nil {
			return nil, err
		}
	}
	return numbers, nil
}

// File is an attachment as a line of the timeline names it.
type File struct {
	ID   int64
	Name string
}

// OnNoteFiles tells the service where the files of notes are.
func (s *Service) OnNoteFiles(find func(ctx context.Context, notes []int64) (map[int64][]File, error)) {
	s.noteFiles = find
}

// OnPhoto says how to find a customer's photo: its hash, "" for none.
func (s *Service) OnPhoto(find func(ctx context.Context, id int64) (string, error)) { s.photo = find }
