package deal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/blob"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// Documents of a stage that were uploaded: a price sheet, a sample contract. Who
// arranges pipelines adds and removes them, who reads deals opens them. The bytes
// stay as long as the history can bring the row back.

// Paper is one of them.
type Paper struct {
	ID        int64   `db:"id"`
	StageID   int64   `db:"stage_id"`
	Name      string  `db:"name"`
	Mime      string  `db:"mime"`
	Size      int64   `db:"size"`
	SHA256    string  `db:"sha256"`
	CreatedAt db.Time `db:"created_at"`
}

const (
	maxPaper  = 10 << 20 // bytes
	maxPapers = 20       // of a stage
)

// AddPaper keeps a file as a document of a stage. Its type is judged by its
// content together with its name; what is not on the list of known types is
// refused.
func (s *Service) AddPaper(ctx context.Context, stage int64, name string, r io.Reader) (Paper, error) {
	actor := auth.From(ctx)
	if err := actor.May(Settings); err != nil {
		return Paper{}, err
	}
	if _, err := stageOf(ctx, s.db.Reader(ctx), stage); err != nil {
		return Paper{}, err
	}
	name = blob.CleanName(name)
	head := make([]byte, 512)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return Paper{}, fmt.Errorf("read the document of a stage: %w", err)
	}
	mime, ok := blob.Sniff(head[:n], name)
	if n == 0 || !ok {
		return Paper{}, wrong("file", "attachment.error.type")
	}
	ref, err := s.blobs.Put(io.MultiReader(bytes.NewReader(head[:n]), r), maxPaper)
	if err != nil {
		return Paper{}, err
	}
	return db.WriteOne(ctx, s.db, "deal.stage_file", func(ctx context.Context, tx *db.Tx) (Paper, error) {
		st, err := stageOf(ctx, tx, stage)
		if err != nil {
			return Paper{}, err
		}
		have, err := papersOf(ctx, tx, stage)
		if err != nil {
			return Paper{}, err
		}
		if len(have) >= maxPapers {
			return Paper{}, wrong("file", "error.many", "n", maxPapers)
		}
		journal.About(tx, "deal_stage", stage, st.Name)
		return addPaper(ctx, tx, Paper{StageID: stage, Name: name, Mime: mime, Size: ref.Size, SHA256: ref.SHA256}, actor.UserID)
	})
}

// DropPaper takes a document off its stage; undo brings it back.
func (s *Service) DropPaper(ctx context.Context, id int64) error {
	if err := auth.From(ctx).May(Settings); err != nil {
		return err
	}
	return s.db.Write(ctx, "deal.stage_file_delete", func(ctx context.Context, tx *db.Tx) error {
		p, err := paperOf(ctx, tx, id)
		if err != nil {
			return err
		}
		st, err := stageOf(ctx, tx, p.StageID)
		if err != nil {
			return err
		}
		journal.About(tx, "deal_stage", st.ID, st.Name)
		return dropPaper(ctx, tx, id)
	})
}

// OpenPaper gives the bytes to whoever reads deals; the caller closes the file.
func (s *Service) OpenPaper(ctx context.Context, id int64) (Paper, *os.File, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return Paper{}, nil, err
	}
	p, err := paperOf(ctx, s.db.Reader(ctx), id)
	if err != nil {
		return p, nil, err
	}
	f, err := s.blobs.Open(p.SHA256)
	if errs.Is(err, errs.NotFound) {
		return p, nil, errs.NotVisible()
	}
	return p, f, err
}
