// Package savedview keeps a list's filters, search and order under a name: a
// view is a URL, and the name is the way back to it.
package savedview

import (
	"context"
	"net/url"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
	"regulars/app/sys/journal"
)

// Share lets people make views that everybody sees.
const Share = "view.write"

// View is a saved view.
type View struct {
	ID        int64   `db:"id"`
	Kind      string  `db:"kind"`    // the list it belongs to: customers
	UserID    db.ID   `db:"user_id"` // 0 = everybody's
	Name      string  `db:"name"`
	Query     string  `db:"query"`
	CreatedAt db.Time `db:"created_at"`
	UpdatedAt db.Time `db:"updated_at"`
	Version   int64   `db:"version"`
}

// Row is a view in a list.
type Row struct {
	field.Row
	View
}

// Input is what is said about a view.
type Input struct {
	Kind   string
	Name   string
	Query  string
	Shared bool
}

// kinds are the lists that can be saved.
var kinds = map[string]bool{"customers": true, "orders": true, "tasks": true, "products": true, "feedback-cases": true}

// Clean trims and drops what is no part of a view: the page within the list.
func (in *Input) Clean() {
	in.Name = text.Line(in.Name)
	if q, err := url.ParseQuery(in.Query); err == nil {
		q.Del("cursor")
		q.Del("limit")
		in.Query = q.Encode()
	}
}

// Validate says what is wrong.
func (in Input) Validate() error {
	c := &errs.Check{}
	c.That(kinds[in.Kind], "kind", "error.choice")
	c.That(in.Name != "", "name", "error.required")
	c.That(len([]rune(in.Name)) <= 60, "name", "error.long", "n", 60)
	q, err := url.ParseQuery(in.Query)
	c.That(err == nil && len(in.Query) <= 2000, "query", "error.malformed")
	if err == nil {
		_, err = filter.Parse(q)
		c.That(err == nil, "query", "error.malformed")
	}
	return c.Err()
}

// Service holds the use cases. Everybody saves views of their own.
type Service struct{ db *db.DB }

// New makes the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// Of lists a kind's views that the actor sees: shared ones and their own.
func (s *Service) Of(ctx context.Context, kind string) ([]View, error) {
	return of(ctx, s.db.Reader(ctx), kind, auth.From(ctx).UserID)
}

// List reads one page of the views that the actor sees.
func (s *Service) List(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Row], error) {
	actor := auth.From(ctx)
	if !actor.Signed() {
		return page.Page[Row]{}, actor.May(Share)
	}
	where, err := list.Conditions(ctx, conds)
	if err != nil {
		return page.Page[Row]{}, err
	}
	where = append(where, field.Where{SQL: "(v.user_id IS NULL OR v.user_id = ?)", Args: []any{actor.UserID}})
	return field.Fetch[Row](ctx, s.db.Reader(ctx), list, req, where)
}

// Get reads a view that the actor sees.
func (s *Service) Get(ctx context.Context, id int64) (View, error) {
	return get(ctx, s.db.Reader(ctx), id, auth.From(ctx).UserID)
}

// Create saves a view.
func (s *Service) Create(ctx context.Context, in Input) (View, error) {
	actor := auth.From(ctx)
	if err := may(actor, in.Shared); err != nil {
		return View{}, err
	}
	in.Clean()
	if err := in.Validate(); err != nil {
		return View{}, err
	}
	return db.WriteOne(ctx, s.db, "view.create", func(ctx context.Context, tx *db.Tx) (View, error) {
		owner := actor.UserID
		if in.Shared {
			owner = 0
		}
		id, err := insert(ctx, tx, in, owner)
		if err != nil {
			return View{}, err
		}
		journal.About(tx, "view", id, in.Name)
		return get(ctx, tx, id, actor.UserID)
	})
}

// Delete forgets a view, undoable.
func (s *Service) Delete(ctx context.Context, id int64) error {
	actor := auth.From(ctx)
	return s.db.Write(ctx, "view.delete", func(ctx context.Context, tx *db.Tx) error {
		v, err := get(ctx, tx, id, actor.UserID)
		if err != nil {
			return err
		}
		if err := may(actor, v.UserID == 0); err != nil {
			return err
		}
		journal.About(tx, "view", id, v.Name)
		return remove(ctx, tx, id)
	})
}

// may lets everybody who is signed in keep views, and those who may share
// change what everybody sees.
func may(actor *auth.Actor, shared bool) error {
	if shared || !actor.Signed() || actor.ReadOnly {
		return actor.May(Share)
	}
	return nil
}
