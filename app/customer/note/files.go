package note

import (
	"context"
	"fmt"
	"io"
	"mime/multipart"

	"regulars/app/customer/customer"
	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// maxFiles is how many files come with one note at a time.
const maxFiles = 10

// MaxUpload is how large a note may be together with its files, in bytes.
const MaxUpload = 11 << 20

// AddWith writes a note together with the files that were chosen with it, as
// one change: if a file is refused, there is no note either.
func (s *Service) AddWith(ctx context.Context, in Input, files []*multipart.FileHeader) (Note, error) {
	if len(files) == 0 {
		return s.Add(ctx, in)
	}
	return db.WriteOne(ctx, s.db, "note.create", func(ctx context.Context, tx *db.Tx) (Note, error) {
		n, err := s.Add(ctx, in)
		if err != nil {
			return n, err
		}
		return n, s.attach(ctx, tx, n, files)
	})
}

// UpdateWith rewrites a note and adds files to it, as one change.
func (s *Service) UpdateWith(ctx context.Context, id, version int64, in Input, files []*multipart.FileHeader) (Note, error) {
	if len(files) == 0 {
		return s.Update(ctx, id, version, in)
	}
	return db.WriteOne(ctx, s.db, "note.update", func(ctx context.Context, tx *db.Tx) (Note, error) {
		n, err := s.Update(ctx, id, version, in)
		if err != nil {
			return n, err
		}
		return n, s.attach(ctx, tx, n, files)
	})
}

// AttachTo adds files to a note that is there.
func (s *Service) AttachTo(ctx context.Context, id int64, files []*multipart.FileHeader) error {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return err
	}
	return s.db.Write(ctx, "note.attach", func(ctx context.Context, tx *db.Tx) error {
		n, err := visible(ctx, tx, actor.Scope(), id)
		if err != nil {
			return err
		}
		return s.attach(ctx, tx, n, files)
	})
}

func (s *Service) attach(ctx context.Context, tx *db.Tx, n Note, files []*multipart.FileHeader) error {
	c := &errs.Check{}
	if c.That(len(files) <= maxFiles, "file", "note.error.files", "n", maxFiles); c.Err() != nil {
		return c.Err()
	}
	for _, head := range files {
		f, err := head.Open()
		if err != nil {
			return fmt.Errorf("open a file of a note: %w", err)
		}
		if err := s.one(ctx, n, head.Filename, f); err != nil {
			return err
		}
	}
	journal.About(tx, "note", n.ID, n.CustomerName)
	return nil
}

func (s *Service) one(ctx context.Context, n Note, name string, f io.ReadCloser) error {
	defer f.Close()
	return s.files.Attach(ctx, n.CustomerID, n.ID, name, f)
}

// Chosen are the files that somebody chose in a form; a field that was left
// empty is none.
func Chosen(form *multipart.Form) []*multipart.FileHeader {
	if form == nil {
		return nil
	}
	var out []*multipart.FileHeader
	for _, head := range form.File["file"] {
		if head.Size > 0 {
			out = append(out, head)
		}
	}
	return out
}

// filesOf are one note's files.
func (s *Service) filesOf(ctx context.Context, id int64) ([]customer.File, error) {
	all, err := s.files.OfNotes(ctx, []int64{id})
	return all[id], err
}
