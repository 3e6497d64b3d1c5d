package feedback

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/i18n"
	"regulars/app/sys/journal"
)

// What somebody can look after.
const (
	onProduct  = "product"
	onCategory = "category"
	onPoster   = "poster"
	onTopic    = "topic"
	onCause    = "cause"
)

var routeKinds = []string{onCategory, onProduct, onPoster, onTopic, onCause}

// Route says who looks after something: a department, or one person of it.
type Route struct {
	ID        int64   `db:"id"`
	Kind      string  `db:"kind"`
	Category  string  `db:"category"`
	ProductID db.ID   `db:"product_id"`
	PosterID  db.ID   `db:"poster_id"`
	TopicID   db.ID   `db:"topic_id"`
	CauseID   db.ID   `db:"cause_id"`
	TeamID    db.ID   `db:"team_id"`
	UserID    db.ID   `db:"user_id"`
	NameEN    string  `db:"name_en"` // of what it is about
	NameZH    string  `db:"name_zh"`
	Code      string  `db:"code"` // of a cause
	TeamName  db.Null `db:"team_name"`
	UserName  db.Null `db:"user_name"`
	CreatedAt db.Time `db:"created_at"`
	UpdatedAt db.Time `db:"updated_at"`
	Version   int64   `db:"version"`
}

// Ref is what the route is about: an id, or the name of a category.
func (r Route) Ref() string {
	switch r.Kind {
	case onCategory:
		return r.Category
	case onProduct:
		return strconv.FormatInt(int64(r.ProductID), 10)
	case onPoster:
		return strconv.FormatInt(int64(r.PosterID), 10)
	case onTopic:
		return strconv.FormatInt(int64(r.TopicID), 10)
	}
	return strconv.FormatInt(int64(r.CauseID), 10)
}

// Name is what the route is about, for the reader.
func (r Route) Name(l *i18n.Locale) string {
	if r.Kind == onCause {
		return causeCalled(l, r.Code, r.NameEN, r.NameZH)
	}
	if l.Tag() == "zh-CN" && r.NameZH != "" || r.NameEN == "" {
		return r.NameZH
	}
	return r.NameEN
}

// Whom is who looks after it.
func (r Route) Whom() string {
	if r.UserID != 0 {
		return string(r.UserName)
	}
	return string(r.TeamName)
}

// RouteInput is what is said about a route.
type RouteInput struct {
	Kind    string
	Ref     string // the id of what it is about, or the category
	TeamID  int64
	UserID  int64 // wins over the team
	Version int64
}

// Routes are all of them.
func (s *Service) Routes(ctx context.Context) ([]Route, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, err
	}
	out := []Route{}
	err := s.db.Reader(ctx).Select(ctx, &out, sqlRoutes)
	return out, err
}

// Route reads one.
func (s *Service) Route(ctx context.Context, id int64) (Route, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return Route{}, err
	}
	return routeIn(ctx, s.db.Reader(ctx), id)
}

func routeIn(ctx context.Context, q db.Q, id int64) (Route, error) {
	var r Route
	return r, db.OrNotFound(q.Get(ctx, &r, sqlRoute, id))
}

// SaveRoute says who looks after something; id 0 makes a new line. What is
// already said about the same thing is changed, so that there is one answer.
func (s *Service) SaveRoute(ctx context.Context, id int64, in RouteInput) (Route, error) {
	if err := auth.From(ctx).May(Decide); err != nil {
		return Route{}, err
	}
	in.Ref = text.Line(in.Ref)
	op := "feedback.route_create"
	if id != 0 {
		op = "feedback.route_update"
	}
	return db.WriteOne(ctx, s.db, op, func(ctx context.Context, tx *db.Tx) (Route, error) {
		if id != 0 {
			before, err := routeIn(ctx, tx, id)
			if err != nil {
				return before, err
			}
			if in.Version != before.Version {
				return before, errs.Stale(before)
			}
			in.Kind, in.Ref = before.Kind, before.Ref()
		}
		row, err := in.check(ctx, tx)
		if err != nil {
			return Route{}, err
		}
		now := db.At(tx.Now)
		var there int64
		found, err := db.Found(tx.Get(ctx, &there, sqlRouteAbout, row.Kind, row.Category, about64(row)))
		if err != nil {
			return Route{}, err
		}
		if found {
			id = there
		}
		if id == 0 {
			id, err = tx.Insert(ctx, sqlAddRoute, row.Kind, row.Category, row.ProductID, row.PosterID, row.TopicID, row.CauseID, row.TeamID, row.UserID, now, now)
		} else {
			_, err = tx.Exec(ctx, sqlSetRoute, row.TeamID, row.UserID, now, id)
		}
		if err != nil {
			return Route{}, fmt.Errorf("keep who looks after %s %q: %w", in.Kind, in.Ref, err)
		}
		r, err := routeIn(ctx, tx, id)
		if err != nil {
			return r, err
		}
		journal.About(tx, "feedback_route", id, r.NameEN)
		return r, nil
	})
}

func about64(r Route) int64 {
	return int64(max(r.ProductID, r.PosterID, r.TopicID, r.CauseID))
}

// check refuses what does not exist, and a line that leads to nobody.
func (in RouteInput) check(ctx context.Context, q db.Q) (Route, error) {
	c := &errs.Check{}
	c.That(slices.Contains(routeKinds, in.Kind), "kind", "error.choice")
	c.That(in.TeamID != 0 || in.UserID != 0, "team_id", "feedback.error.nobody")
	r := Route{Kind: in.Kind, TeamID: db.ID(in.TeamID), UserID: db.ID(in.UserID)}
	if r.UserID != 0 {
		r.TeamID = 0
	}
	if in.Kind == onCategory {
		r.Category = in.Ref
	} else {
		n, _ := strconv.ParseInt(in.Ref, 10, 64) // what is no number is not there
		for kind, into := range map[string]*db.ID{onProduct: &r.ProductID, onPoster: &r.PosterID, onTopic: &r.TopicID, onCause: &r.CauseID} {
			if kind == in.Kind {
				*into = db.ID(n)
			}
		}
	}
	var have struct {
		About bool `db:"about"`
		Team  bool `db:"team"`
		Works bool `db:"works"`
	}
	if err := q.Get(ctx, &have, sqlRouteKnown, r.Kind, r.Category, about64(r), r.TeamID, r.UserID); err != nil {
		return r, fmt.Errorf("look up what a case is about: %w", err)
	}
	c.That(have.About, "ref", "error.choice")
	c.That(have.Team, "team_id", "error.choice")
	c.That(have.Works, "user_id", "error.choice")
	return r, c.Err()
}

// DropRoute forgets who looks after something.
func (s *Service) DropRoute(ctx context.Context, id int64) error {
	if err := auth.From(ctx).May(Decide); err != nil {
		return err
	}
	return s.db.Write(ctx, "feedback.route_delete", func(ctx context.Context, tx *db.Tx) error {
		r, err := routeIn(ctx, tx, id)
		if err != nil {
			return err
		}
		journal.About(tx, "feedback_route", id, r.NameEN)
		_, err = tx.Exec(ctx, sqlDropRoute, id)
		return err
	})
}

// Thing is something that can be looked after, for a choice.
type Thing struct {
	Kind   string `db:"kind"`
	Ref    string `db:"ref"`
	NameEN string `db:"name_en"`
	NameZH string `db:"name_zh"`
	Code   string `db:"code"`
}

func (t Thing) name(l *i18n.Locale) string {
	return Route{Kind: t.Kind, NameEN: t.NameEN, NameZH: t.NameZH, Code: t.Code}.Name(l)
}
