package product

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"regulars/app/kit/errs"
	"regulars/app/kit/photo"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// maxPicture is the largest picture taken, in bytes; it is kept small.
const maxPicture = 10 << 20

// Picture is the picture of a product, a JPEG.
func (s *Service) Picture(ctx context.Context, id int64) ([]byte, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, err
	}
	sha, err := picture(ctx, s.db.Reader(ctx), id)
	if err != nil {
		return nil, err
	}
	f, err := s.blobs.Open(sha)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return io.ReadAll(f)
}

// SetPicture keeps a picture, without what the camera noted.
func (s *Service) SetPicture(ctx context.Context, id int64, r io.Reader) error {
	if err := auth.From(ctx).May(Write); err != nil {
		return err
	}
	raw, err := io.ReadAll(io.LimitReader(r, maxPicture+1))
	if err != nil {
		return fmt.Errorf("read a picture: %w", err)
	}
	c := &errs.Check{}
	c.That(len(raw) <= maxPicture, "picture", "photo.error.large", "mb", maxPicture>>20)
	made, err := photo.Make(raw)
	c.That(err == nil, "picture", "photo.error.type")
	if err := c.Err(); err != nil {
		return err
	}
	return s.db.Write(ctx, "product.picture", func(ctx context.Context, tx *db.Tx) error {
		p, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		ref, err := s.blobs.Put(bytes.NewReader(made), 0)
		if err != nil {
			return err
		}
		journal.About(tx, "product", id, p.Name)
		return setPicture(ctx, tx, id, ref.SHA256)
	})
}

// DropPicture takes it away, undoable.
func (s *Service) DropPicture(ctx context.Context, id int64) error {
	if err := auth.From(ctx).May(Write); err != nil {
		return err
	}
	return s.db.Write(ctx, "product.picture_drop", func(ctx context.Context, tx *db.Tx) error {
		p, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		journal.About(tx, "product", id, p.Name)
		return dropPicture(ctx, tx, id)
	})
}
