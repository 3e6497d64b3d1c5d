// Package attachment keeps files that belong to a customer: what was scanned,
// photographed or sent. The bytes lie in files/ under their hash, the row says
// what they are called and whose they are.
package attachment

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"

	"regulars/app/customer/customer"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/blob"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/field"
	"regulars/app/sys/journal"
)

// MaxSize is the largest file, in bytes.
const MaxSize = 10 << 20

// Attachment is one file of a customer.
type Attachment struct {
	ID         int64   `db:"id"`
	Subject    string  `db:"subject_kind"` // customer, or note
	SubjectID  int64   `db:"subject_id"`
	CustomerID int64   `db:"customer_id"`
	UserID     db.ID   `db:"user_id"`
	UserName   db.Null `db:"user_name"`
	Name       string  `db:"name"`
	Mime       string  `db:"mime"`
	Size       int64   `db:"size"`
	SHA256     string  `db:"sha256"`
	CreatedAt  db.Time `db:"created_at"`
}

// Row is an attachment in a list.
type Row struct {
	field.Row
	Attachment
}

// Customers is what the slice needs of its neighbour.
type Customers interface {
	MustSee(ctx context.Context, id int64) (customer.Ref, error)
}

// Service holds the use cases. Who may see a customer may see their files, and
// who may change a customer may add and remove them.
type Service struct {
	db        *db.DB
	events    *event.Bus
	blobs     *blob.Store
	customers Customers
}

// New makes the service.
func New(d *db.DB, events *event.Bus, blobs *blob.Store, customers Customers) *Service {
	return &Service{db: d, events: events, blobs: blobs, customers: customers}
}

// Added: a file was attached.
type Added struct {
	AttachmentID int64  `json:"attachment_id"`
	CustomerID   int64  `json:"customer_id"`
	Name         string `json:"name"`
}

// Meta implements event.Fact.
func (f Added) Meta() event.Meta {
	return event.Meta{Kind: "attachment.added", CustomerID: f.CustomerID, SubjectKind: "attachment", SubjectID: f.AttachmentID}
}

// Add stores a file for a customer. Its type is judged by its content together
// with its name; what is not on the list of known types is refused.
func (s *Service) Add(ctx context.Context, customerID int64, name string, r io.Reader) (Attachment, error) {
	return s.add(ctx, customerID, "customer", customerID, name, r)
}

// Attach stores a file that belongs to a note about a customer. The note's own
// entry on the timeline shows it.
func (s *Service) Attach(ctx context.Context, customerID, note int64, name string, r io.Reader) error {
	_, err := s.add(ctx, customerID, forNote, note, name, r)
	return err
}

// Clear takes the files of a note away with it, in the same undoable change.
func (s *Service) Clear(ctx context.Context, tx *db.Tx, note int64) error {
	return clearNote(ctx, tx, note)
}

// AddTo stores a file that belongs to a record of a customer, such as a deal,
// whose slice has asked whether the actor may change it.
func (s *Service) AddTo(ctx context.Context, customerID int64, kind string, id int64, name string, r io.Reader) (Attachment, error) {
	return s.add(ctx, customerID, kind, id, name, r)
}

// OfRecord lists the files of such a record, newest first.
func (s *Service) OfRecord(ctx context.Context, kind string, id int64) ([]Attachment, error) {
	return ofRecord(ctx, s.db.Reader(ctx), kind, id)
}

// forNote is the subject of a file that belongs to a note.
const forNote = "note"

func (s *Service) add(ctx context.Context, customerID int64, subject string, subjectID int64, name string, r io.Reader) (Attachment, error) {
	actor := auth.From(ctx)
	if err := actor.May(customer.Write); err != nil {
		return Attachment{}, err
	}
	if _, err := s.customers.MustSee(ctx, customerID); err != nil {
		return Attachment{}, err
	}
	name = blob.CleanName(name)
	head := make([]byte, 512)
	n, err := io.ReadFull(r, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return Attachment{}, fmt.Errorf("read the file: %w", err)
	}
	mime, ok := blob.Sniff(head[:n], name)
	if n == 0 || !ok {
		c := &errs.Check{}
		c.Add("file", "attachment.error.type")
		return Attachment{}, c.Err()
	}
	ref, err := s.blobs.Put(io.MultiReader(bytes.NewReader(head[:n]), r), MaxSize)
	if err != nil {
		return Attachment{}, err
	}
	return db.WriteOne(ctx, s.db, "attachment.add", func(ctx context.Context, tx *db.Tx) (Attachment, error) {
		id, err := insert(ctx, tx, Attachment{Subject: subject, SubjectID: subjectID, CustomerID: customerID, UserID: db.ID(actor.UserID), Name: name, Mime: mime, Size: ref.Size, SHA256: ref.SHA256})
		if err != nil {
			return Attachment{}, err
		}
		journal.About(tx, "customer", customerID, name)
		if subject == forNote {
			return get(ctx, tx, id)
		}
		if err := s.events.Publish(ctx, tx, Added{AttachmentID: id, CustomerID: customerID, Name: name}); err != nil {
			return Attachment{}, err
		}
		return get(ctx, tx, id)
	})
}

// NoteID is the note that it belongs to, 0 for a file of the customer.
func (a Attachment) NoteID() int64 {
	if a.Subject == forNote {
		return a.SubjectID
	}
	return 0
}

// OfNotes are the files of notes, by note, the oldest first.
func (s *Service) OfNotes(ctx context.Context, notes []int64) (map[int64][]customer.File, error) {
	list, err := ofNotes(ctx, s.db.Reader(ctx), notes)
	out := map[int64][]customer.File{}
	for _, a := range list {
		out[a.SubjectID] = append(out[a.SubjectID], customer.File{ID: a.ID, Name: a.Name})
	}
	return out, err
}

// Get reads an attachment of a customer that the actor sees.
func (s *Service) Get(ctx context.Context, id int64) (Attachment, error) {
	if err := auth.From(ctx).May(customer.Read); err != nil {
		return Attachment{}, err
	}
	a, err := get(ctx, s.db.Reader(ctx), id)
	if err != nil {
		return a, err
	}
	_, err = s.customers.MustSee(ctx, a.CustomerID)
	return a, err
}

// Open gives the bytes; the caller closes the file.
func (s *Service) Open(ctx context.Context, id int64) (Attachment, *os.File, error) {
	a, err := s.Get(ctx, id)
	if err != nil {
		return a, nil, err
	}
	f, err := s.blobs.Open(a.SHA256)
	return a, f, err
}

// Of lists a customer's files, newest first.
func (s *Service) Of(ctx context.Context, customerID int64) ([]Attachment, error) {
	if _, err := s.customers.MustSee(ctx, customerID); err != nil {
		return nil, err
	}
	return of(ctx, s.db.Reader(ctx), customerID)
}

// List reads one page of the files of customers that the actor sees.
func (s *Service) List(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Row], error) {
	actor := auth.From(ctx)
	if err := actor.May(customer.Read); err != nil {
		return page.Page[Row]{}, err
	}
	where, err := list.Conditions(ctx, conds)
	if err != nil {
		return page.Page[Row]{}, err
	}
	if sql, args := actor.Scope().Where("c.owner_id"); sql != "1" {
		where = append(where, field.Where{SQL: sql, Args: args})
	}
	return field.Fetch[Row](ctx, s.db.Reader(ctx), list, req, where)
}

// Remove takes a file off the record, undoable; the bytes stay as long as the
// journal can bring the row back.
func (s *Service) Remove(ctx context.Context, id int64) error {
	if err := auth.From(ctx).May(customer.Write); err != nil {
		return err
	}
	return s.db.Write(ctx, "attachment.remove", func(ctx context.Context, tx *db.Tx) error {
		a, err := s.Get(ctx, id)
		if err != nil {
			return err
		}
		journal.About(tx, "customer", a.CustomerID, a.Name)
		return remove(ctx, tx, id)
	})
}
