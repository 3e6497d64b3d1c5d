package note

import (
	"context"
	"io"

	"regulars/app/customer/customer"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/field"
	"regulars/app/sys/journal"
	"regulars/app/sys/timeline"
)

// Customers says whether the actor may see a customer; customer/customer has it.
type Customers interface {
	MustSee(ctx context.Context, id int64) (customer.Ref, error)
}

// Mentions finds whom a text speaks to; staff/notify has it.
type Mentions interface {
	Address(ctx context.Context, text string) (string, []int64, error)
}

// Files keeps what is attached to notes; customer/attachment has it.
type Files interface {
	Attach(ctx context.Context, customer, note int64, name string, r io.Reader) error
	Clear(ctx context.Context, tx *db.Tx, note int64) error
	OfNotes(ctx context.Context, notes []int64) (map[int64][]customer.File, error)
}

// Service holds the use cases.
type Service struct {
	files     Files
	db        *db.DB
	events    *event.Bus
	customers Customers
	mentions  Mentions
}

// New makes the service.
func New(d *db.DB, events *event.Bus, customers Customers, mentions Mentions, files Files) *Service {
	return &Service{files: files, db: d, events: events, customers: customers, mentions: mentions}
}

// Add writes a note on a customer.
func (s *Service) Add(ctx context.Context, in Input) (Note, error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return Note{}, err
	}
	in.Clean()
	if err := in.Validate(); err != nil {
		return Note{}, err
	}
	return db.WriteOne(ctx, s.db, "note.create", func(ctx context.Context, tx *db.Tx) (Note, error) {
		c, err := s.customers.MustSee(ctx, in.CustomerID)
		if err != nil {
			return Note{}, err
		}
		text, mentioned, err := s.mentions.Address(ctx, in.Text)
		if err != nil {
			return Note{}, err
		}
		if in.Pinned {
			if err := mayPin(ctx, tx, in.CustomerID, 0); err != nil {
				return Note{}, err
			}
		}
		id, err := insert(ctx, tx, actor.UserID, in, text)
		if err != nil {
			return Note{}, err
		}
		journal.About(tx, "note", id, c.Name)
		if err := s.events.Publish(ctx, tx, Written{NoteID: id, CustomerID: in.CustomerID, Mentions: mentioned, Channel: channel(in.Visible), text: text}); err != nil {
			return Note{}, err
		}
		return visible(ctx, tx, auth.Scope{Reach: auth.All}, id)
	})
}

// Get reads a note on a customer that the actor sees.
func (s *Service) Get(ctx context.Context, id int64) (Note, error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return Note{}, err
	}
	return visible(ctx, s.db.Reader(ctx), actor.Scope(), id)
}

// List reads one page of notes, newest first.
func (s *Service) List(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Note], error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return page.Page[Note]{}, err
	}
	where, err := list.Conditions(ctx, conds)
	if err != nil {
		return page.Page[Note]{}, err
	}
	where = append(where, field.Where{SQL: auth.CustomerSQL, Args: actor.Scope().Args()})
	if req.Q != "" {
		where = append(where, field.Where{SQL: "instr(lower(n.text), lower(?)) > 0", Args: []any{req.Q}})
	}
	return field.Fetch[Note](ctx, s.db.Reader(ctx), list, req, where)
}

// Update rewrites a note that is still at version.
func (s *Service) Update(ctx context.Context, id, version int64, in Input) (Note, error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return Note{}, err
	}
	in.Clean()
	if err := in.Validate(); err != nil {
		return Note{}, err
	}
	return db.WriteOne(ctx, s.db, "note.update", func(ctx context.Context, tx *db.Tx) (Note, error) {
		n, err := visible(ctx, tx, actor.Scope(), id)
		if err != nil {
			return n, err
		}
		if n.Version != version {
			return n, errs.Stale(n)
		}
		text, mentioned, err := s.mentions.Address(ctx, in.Text)
		if err != nil {
			return n, err
		}
		pinned := n.PinnedAt
		if in.Pinned && !n.Pinned() {
			if err := mayPin(ctx, tx, n.CustomerID, id); err != nil {
				return n, err
			}
			pinned = db.At(tx.Now)
		}
		if !in.Pinned {
			pinned = db.Time{}
		}
		if err := update(ctx, tx, id, text, pinned, in.Visible); err != nil {
			return n, err
		}
		journal.About(tx, "note", id, n.CustomerName)
		if err := timeline.Reword(ctx, tx, "note", id, "note.written", text, n.CreatedAt); err != nil {
			return n, err
		}
		if n.Visible != in.Visible {
			if err := timeline.Amend(ctx, tx, "note", id, "note.written", "channel", channel(in.Visible)); err != nil {
				return n, err
			}
		}
		if n.Text == text {
			mentioned = nil // whoever is named was told when that was written
		}
		if err := s.events.Publish(ctx, tx, Changed{NoteID: id, CustomerID: n.CustomerID, Mentions: mentioned}); err != nil {
			return n, err
		}
		return visible(ctx, tx, auth.Scope{Reach: auth.All}, id)
	})
}

// Pin puts a note on top of its customer's record, or takes it from there; the
// rest of it stays.
func (s *Service) Pin(ctx context.Context, id int64, on bool) (Note, error) {
	n, err := s.Get(ctx, id)
	if err != nil || n.Pinned() == on {
		return n, err
	}
	in := n.Input()
	in.Pinned = on
	return s.Update(ctx, id, n.Version, in)
}

// Pins are the notes on top of a customer's record.
func (s *Service) Pins(ctx context.Context, customer int64) ([]Note, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, err
	}
	if _, err := s.customers.MustSee(ctx, customer); err != nil {
		return nil, err
	}
	return pins(ctx, s.db.Reader(ctx), customer)
}

// channel is how the timeline says that a note is not the house's own.
func channel(visible bool) string {
	if visible {
		return "visible"
	}
	return ""
}

// Remove deletes a note; undo brings it back.
func (s *Service) Remove(ctx context.Context, id int64) error {
	actor := auth.From(ctx)
	if err := actor.May(Delete); err != nil {
		return err
	}
	return s.db.Write(ctx, "note.delete", func(ctx context.Context, tx *db.Tx) error {
		n, err := visible(ctx, tx, actor.Scope(), id)
		if err != nil {
			return err
		}
		journal.About(tx, "note", id, n.CustomerName)
		if err := remove(ctx, tx, id); err != nil {
			return err
		}
		if err := s.files.Clear(ctx, tx, id); err != nil {
			return err
		}
		if err := timeline.Drop(ctx, tx, "note", id); err != nil {
			return err
		}
		return s.events.Publish(ctx, tx, Removed{NoteID: id, CustomerID: n.CustomerID})
	})
}
