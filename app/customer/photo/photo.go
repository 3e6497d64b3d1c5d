// Package photo keeps a portrait of a customer: a face, a shop front, a logo.
// Whatever comes in is made small and encoded anew, so that no place and no
// device that a camera noted stays with it. Address books bring photos in and
// take them out.
package photo

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"

	"regulars/app/customer/customer"
	"regulars/app/kit/errs"
	portrait "regulars/app/kit/photo"
	"regulars/app/sys/auth"
	"regulars/app/sys/blob"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/journal"
)

// MaxSize is the largest picture taken, in bytes.
const MaxSize = 10 << 20

// Customers says whether the actor may see a customer; customer/customer has it.
type Customers interface {
	MustSee(ctx context.Context, id int64) (customer.Ref, error)
}

// Service holds the use cases. Who may change a customer may change the photo.
type Service struct {
	db        *db.DB
	events    *event.Bus
	blobs     *blob.Store
	customers Customers
}

// New makes the service.
func New(d *db.DB, events *event.Bus, blobs *blob.Store, c Customers) *Service {
	return &Service{db: d, events: events, blobs: blobs, customers: c}
}

// Set makes a picture the customer's photo.
func (s *Service) Set(ctx context.Context, id int64, r io.Reader) error {
	if err := auth.From(ctx).May(customer.Write); err != nil {
		return err
	}
	raw, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	if err != nil {
		return fmt.Errorf("read a photo: %w", err)
	}
	if len(raw) > MaxSize {
		return refused("photo.error.large", "mb", MaxSize>>20)
	}
	made, err := makeOf(raw)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, "photo.set", func(ctx context.Context, tx *db.Tx) error {
		who, err := s.customers.MustSee(ctx, id)
		if err != nil {
			return err
		}
		journal.About(tx, "customer", id, who.Name)
		did, err := s.put(ctx, tx, id, made)
		if err != nil || !did {
			return err
		}
		return s.events.Publish(ctx, tx, customer.Changed{CustomerID: id})
	})
}

// put stores a portrait, unless it is the one that is there.
func (s *Service) put(ctx context.Context, tx *db.Tx, id int64, made []byte) (bool, error) {
	ref, err := s.blobs.Put(bytes.NewReader(made), 0)
	if err != nil {
		return false, err
	}
	return set(ctx, tx, id, ref.SHA256)
}

// Drop takes the photo away, undoable.
func (s *Service) Drop(ctx context.Context, id int64) error {
	if err := auth.From(ctx).May(customer.Write); err != nil {
		return err
	}
	return s.db.Write(ctx, "photo.drop", func(ctx context.Context, tx *db.Tx) error {
		who, err := s.customers.MustSee(ctx, id)
		if err != nil {
			return err
		}
		journal.About(tx, "customer", id, who.Name)
		if err := Drop(ctx, tx, id); err != nil {
			return err
		}
		return s.events.Publish(ctx, tx, customer.Changed{CustomerID: id})
	})
}

// Of is the hash of a customer's photo, "" when there is none. Who may see the
// customer is the caller's to check.
func (s *Service) Of(ctx context.Context, id int64) (string, error) {
	found, err := Of(ctx, s.db.Reader(ctx), []int64{id})
	return found[id], err
}

// Get is the photo of a customer that the actor sees, a JPEG, and its hash.
func (s *Service) Get(ctx context.Context, id int64) (sha string, jpeg []byte, err error) {
	if err := auth.From(ctx).May(customer.Read); err != nil {
		return "", nil, err
	}
	if _, err := s.customers.MustSee(ctx, id); err != nil {
		return "", nil, err
	}
	if sha, err = s.Of(ctx, id); err != nil {
		return "", nil, err
	}
	jpeg, err = s.bytes(sha)
	return sha, jpeg, err
}

func (s *Service) bytes(sha string) ([]byte, error) {
	f, err := s.blobs.Open(sha)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return io.ReadAll(f)
}

// makeOf is a portrait of a picture, or why it cannot be one.
func makeOf(raw []byte) ([]byte, error) {
	made, err := portrait.Make(raw)
	switch {
	case errors.Is(err, portrait.ErrLarge):
		return nil, refused("photo.error.pixels")
	case err != nil:
		return nil, refused("photo.error.type")
	}
	return made, nil
}

func refused(key string, args ...any) error {
	c := &errs.Check{}
	c.Add("photo", key, args...)
	return c.Err()
}

const dataJPEG = "data:image/jpeg;base64,"

// decode reads a data: address.
func decode(cell string) ([]byte, error) {
	head, data, ok := strings.Cut(cell, ",")
	if !ok || !strings.HasSuffix(strings.ToLower(head), ";base64") {
		return nil, portrait.ErrType
	}
	return base64.RawStdEncoding.DecodeString(strings.TrimRight(data, "="))
}
