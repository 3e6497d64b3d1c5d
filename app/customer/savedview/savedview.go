// Package savedview keeps a list's filters, search and order under a name: a
// view is a URL, and the name is the way back to it.
package savedview

import (
	"context"
	"net/url"
	"slices"

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
	TeamID    db.ID   `db:"team_id"` // of a shared one: only this team's
	Name      string  `db:"name"`
	Query     string  `db:"query"`
	CreatedAt db.Time `db:"created_at"`
	UpdatedAt db.Time `db:"updated_at"`
	Version   int64   `db:"version"`

	Use `db:"-"`
}

// Use is what one person does with a view.
type Use struct {
	ViewID   int64 `db:"view_id"`
	Pinned   bool  `db:"pinned"`   // it stands in the sidebar
	Opens    bool  `db:"opens"`    // the list opens with it
	Position int   `db:"position"` // among the list's views, 0 = after the others
}

// maxPins is how many views one person's sidebar holds.
const maxPins = 8

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
	TeamID int64 // of a shared one: only this team sees it
}

// kindOrder are the lists that can be saved.
var kindOrder = []string{"customers", "contacts", "orders", "products", "payments", "tasks", "feedback-cases"}

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
	c.That(slices.Contains(kindOrder, in.Kind), "kind", "error.choice")
	c.That(in.Name != "", "name", "error.required")
	c.That(len([]rune(in.Name)) <= 60, "name", "error.long", "n", 60)
	q, err := url.ParseQuery(in.Query)
	c.That(err == nil && len(in.Query) <= 6000, "query", "error.malformed")
	if err == nil {
		_, err = filter.Parse(q)
		c.That(err == nil, "query", "error.malformed")
	}
	return c.Err()
}

// Service holds the use cases. Everybody saves views of their own.
type Service struct {
	db     *db.DB
	staff  Staff
	counts counts
}

// New makes the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// Of lists a kind's views that the actor sees, shared ones and their own, in
// the order they gave them.
func (s *Service) Of(ctx context.Context, kind string) ([]View, error) {
	actor := auth.From(ctx)
	views, err := of(ctx, s.db.Reader(ctx), kind, actor.UserID, teamOf(actor))
	slices.SortStableFunc(views, func(a, b View) int { return a.place() - b.place() })
	return views, err
}

func (v View) place() int {
	if v.Position == 0 {
		return 1000
	}
	return v.Position
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
	where = append(where, field.Where{SQL: seen, Args: []any{actor.UserID, teamOf(actor)}})
	p, err := field.Fetch[Row](ctx, s.db.Reader(ctx), list, req, where)
	if err != nil {
		return p, err
	}
	views := make([]View, len(p.Items))
	for i := range p.Items {
		views[i] = p.Items[i].View
	}
	err = fill(ctx, s.db.Reader(ctx), views, actor.UserID)
	for i := range p.Items {
		p.Items[i].View = views[i]
	}
	return p, err
}

// Get reads a view that the actor sees.
func (s *Service) Get(ctx context.Context, id int64) (View, error) {
	actor := auth.From(ctx)
	return get(ctx, s.db.Reader(ctx), id, actor.UserID, teamOf(actor))
}

// Create saves a view.
func (s *Service) Create(ctx context.Context, in Input) (View, error) {
	actor := auth.From(ctx)
	if err := may(actor, in.Shared, in.TeamID); err != nil {
		return View{}, err
	}
	in.Clean()
	if err := in.Validate(); err != nil {
		return View{}, err
	}
	return db.WriteOne(ctx, s.db, "view.create", func(ctx context.Context, tx *db.Tx) (View, error) {
		owner, err := in.owner(ctx, tx, actor)
		if err != nil {
			return View{}, err
		}
		id, err := insert(ctx, tx, in, owner)
		if err != nil {
			return View{}, err
		}
		journal.About(tx, "view", id, in.Name)
		return get(ctx, tx, id, actor.UserID, teamOf(actor))
	})
}

// owner is whose the view is: nobody's when it is shared.
func (in Input) owner(ctx context.Context, q db.Q, actor *auth.Actor) (owner int64, err error) {
	if !in.Shared {
		owner = actor.UserID
	}
	if in.TeamID == 0 {
		return owner, nil
	}
	ok, err := teamExists(ctx, q, in.TeamID)
	if err == nil && !ok {
		c := &errs.Check{}
		c.Add("team_id", "error.choice")
		err = c.Err()
	}
	return owner, err
}

// Update renames a view, gives it another query, or shares it.
func (s *Service) Update(ctx context.Context, id, version int64, in Input) (View, error) {
	actor := auth.From(ctx)
	return db.WriteOne(ctx, s.db, "view.update", func(ctx context.Context, tx *db.Tx) (View, error) {
		v, err := get(ctx, tx, id, actor.UserID, teamOf(actor))
		if err != nil {
			return v, err
		}
		if err := may(actor, v.UserID == 0, int64(v.TeamID)); err != nil {
			return v, err
		}
		if err := may(actor, in.Shared, in.TeamID); err != nil {
			return v, err
		}
		if v.Version != version {
			return v, errs.Stale(v)
		}
		in.Kind = v.Kind
		in.Clean()
		if err := in.Validate(); err != nil {
			return v, err
		}
		owner, err := in.owner(ctx, tx, actor)
		if err != nil {
			return v, err
		}
		if err := update(ctx, tx, id, in, owner); err != nil {
			return v, err
		}
		journal.About(tx, "view", id, in.Name)
		return get(ctx, tx, id, actor.UserID, teamOf(actor))
	})
}

// Keep says what the actor does with a view: pinned in their sidebar, or what
// their list opens with.
func (s *Service) Keep(ctx context.Context, id int64, pinned, opens bool) (View, error) {
	actor := auth.From(ctx)
	if err := may(actor, false, 0); err != nil {
		return View{}, err
	}
	return db.WriteOne(ctx, s.db, "view.use", func(ctx context.Context, tx *db.Tx) (View, error) {
		v, err := get(ctx, tx, id, actor.UserID, teamOf(actor))
		if err != nil {
			return v, err
		}
		if pinned && !v.Pinned {
			have, err := s.pinned(ctx, tx)
			if err != nil {
				return v, err
			}
			if len(have) >= maxPins {
				return v, errs.New(errs.Invalid, "view.error.pins", "max", maxPins)
			}
		}
		if opens {
			if err := opensOnly(ctx, tx, actor.UserID, v); err != nil {
				return v, err
			}
		}
		v.Use = Use{ViewID: id, Pinned: pinned, Opens: opens, Position: v.Position}
		journal.About(tx, "view", id, v.Name)
		return v, putUse(ctx, tx, actor.UserID, v.Use)
	})
}

// pinned are the actor's pins of all lists.
func (s *Service) pinned(ctx context.Context, q db.Q) ([]View, error) {
	actor := auth.From(ctx)
	var out []View
	for _, kind := range kindOrder {
		views, err := of(ctx, q, kind, actor.UserID, teamOf(actor))
		if err != nil {
			return nil, err
		}
		slices.SortStableFunc(views, func(a, b View) int { return a.place() - b.place() })
		for _, v := range views {
			if v.Pinned {
				out = append(out, v)
			}
		}
	}
	return out, nil
}

// Earlier moves a view one place towards the front of the actor's own order.
func (s *Service) Earlier(ctx context.Context, id int64) (View, error) {
	actor := auth.From(ctx)
	if err := may(actor, false, 0); err != nil {
		return View{}, err
	}
	return db.WriteOne(ctx, s.db, "view.use", func(ctx context.Context, tx *db.Tx) (View, error) {
		v, err := get(ctx, tx, id, actor.UserID, teamOf(actor))
		if err != nil {
			return v, err
		}
		views, err := s.Of(ctx, v.Kind)
		if err != nil {
			return v, err
		}
		i := slices.IndexFunc(views, func(o View) bool { return o.ID == id })
		if i > 0 {
			views[i-1], views[i] = views[i], views[i-1]
		}
		for n, one := range views {
			if one.Position == n+1 {
				continue
			}
			one.Use.ViewID, one.Use.Position = one.ID, n+1
			if err := putUse(ctx, tx, actor.UserID, one.Use); err != nil {
				return v, err
			}
		}
		journal.About(tx, "view", id, v.Name)
		return get(ctx, tx, id, actor.UserID, teamOf(actor))
	})
}

// Delete forgets a view, undoable.
func (s *Service) Delete(ctx context.Context, id int64) error {
	actor := auth.From(ctx)
	return s.db.Write(ctx, "view.delete", func(ctx context.Context, tx *db.Tx) error {
		v, err := get(ctx, tx, id, actor.UserID, teamOf(actor))
		if err != nil {
			return err
		}
		if err := may(actor, v.UserID == 0, int64(v.TeamID)); err != nil {
			return err
		}
		journal.About(tx, "view", id, v.Name)
		return remove(ctx, tx, id)
	})
}

// everyTeam stands for all of them.
const everyTeam = -1

// teamOf is whose shared views the actor sees.
func teamOf(actor *auth.Actor) int64 {
	if actor.Can(Share) {
		return everyTeam
	}
	return actor.TeamID
}

// may lets everybody who is signed in keep views of their own and those of their
// team, and those who may share change what others see.
func may(actor *auth.Actor, shared bool, team int64) error {
	others := shared && (team == 0 || team != actor.TeamID)
	if others || !actor.Signed() || actor.ReadOnly {
		return actor.May(Share)
	}
	return nil
}
