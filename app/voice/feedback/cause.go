package feedback

import (
	"context"
	"fmt"

	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/i18n"
	"regulars/app/sys/journal"
)

// Cause is why things go wrong, one knot of the shop's tree. The code stands in
// the cases and never changes; ours are translated.
type Cause struct {
	ID        int64   `db:"id"`
	ParentID  db.ID   `db:"parent_id"`
	Code      string  `db:"code"`
	NameEN    string  `db:"name_en"`
	NameZH    string  `db:"name_zh"`
	Active    bool    `db:"active"`
	Position  int     `db:"position"`
	Cases     int     `db:"cases"`
	CreatedAt db.Time `db:"created_at"`
	UpdatedAt db.Time `db:"updated_at"`
	Version   int64   `db:"version"`
	Depth     int     `db:"-"`
}

// Name is the cause in the reader's language.
func (c Cause) Name(l *i18n.Locale) string { return causeCalled(l, c.Code, c.NameEN, c.NameZH) }

// CauseInput is what is said about a cause.
type CauseInput struct {
	ParentID       int64
	NameEN, NameZH string
	Active         bool
	Version        int64
}

// maxDepth keeps the tree readable: a cause, what is behind it, and behind that.
const maxDepth = 3

// Causes are the whole tree, parents before their children.
func (s *Service) Causes(ctx context.Context, q db.Q) ([]Cause, error) { return causesIn(ctx, q) }

func causesIn(ctx context.Context, q db.Q) ([]Cause, error) {
	var all []Cause
	if err := q.Select(ctx, &all, sqlCauses); err != nil {
		return nil, fmt.Errorf("read the causes: %w", err)
	}
	return tree(all), nil
}

// tree puts children behind their parents, with how deep they lie.
func tree(all []Cause) []Cause {
	var out []Cause
	var add func(parent db.ID, depth int)
	add = func(parent db.ID, depth int) {
		for _, c := range all {
			if c.ParentID == parent && depth < maxDepth {
				c.Depth = depth
				out = append(out, c)
				add(db.ID(c.ID), depth+1)
			}
		}
	}
	add(0, 0)
	return out
}

// Cause reads one.
func (s *Service) Cause(ctx context.Context, id int64) (Cause, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return Cause{}, err
	}
	return causeOf(ctx, s.db.Reader(ctx), id)
}

func causeOf(ctx context.Context, q db.Q, id int64) (Cause, error) {
	all, err := causesIn(ctx, q)
	for _, c := range all {
		if c.ID == id {
			return c, err
		}
	}
	if err != nil {
		return Cause{}, err
	}
	return Cause{}, errs.NotVisible()
}

// AddCause puts a cause into the tree; its first name becomes its code.
func (s *Service) AddCause(ctx context.Context, in CauseInput) (Cause, error) {
	return s.saveCause(ctx, "feedback.cause_create", 0, in)
}

// SetCause changes one that is still at in.Version.
func (s *Service) SetCause(ctx context.Context, id int64, in CauseInput) (Cause, error) {
	return s.saveCause(ctx, "feedback.cause_update", id, in)
}

func (s *Service) saveCause(ctx context.Context, op string, id int64, in CauseInput) (Cause, error) {
	if err := auth.From(ctx).May(Decide); err != nil {
		return Cause{}, err
	}
	in.NameEN, in.NameZH = text.Line(in.NameEN), text.Line(in.NameZH)
	return db.WriteOne(ctx, s.db, op, func(ctx context.Context, tx *db.Tx) (Cause, error) {
		all, err := causesIn(ctx, tx)
		if err != nil {
			return Cause{}, err
		}
		if err := in.validate(all, id); err != nil {
			return Cause{}, err
		}
		code := in.NameEN
		if code == "" {
			code = in.NameZH
		}
		if id == 0 {
			id, err = tx.Insert(ctx, sqlAddCause, db.ID(in.ParentID), code, in.NameEN, in.NameZH, in.Active, db.At(tx.Now), db.At(tx.Now))
		} else {
			before, gone := causeOf(ctx, tx, id)
			if gone != nil {
				return Cause{}, gone
			}
			if before.Version != in.Version {
				return Cause{}, errs.Stale(before)
			}
			_, err = tx.Exec(ctx, sqlSetCause, db.ID(in.ParentID), in.NameEN, in.NameZH, in.Active, db.At(tx.Now), id)
		}
		if err != nil {
			return Cause{}, fmt.Errorf("keep cause %q: %w", code, err)
		}
		journal.About(tx, "feedback_cause", id, code)
		return causeOf(ctx, tx, id)
	})
}

// validate refuses a name that is taken, and a place below itself or too deep.
func (in CauseInput) validate(all []Cause, id int64) error {
	c := &errs.Check{}
	ours, below, depth, found := false, map[int64]bool{id: id != 0}, 0, in.ParentID == 0
	for _, one := range all {
		if one.ID == id {
			ours = one.NameEN == "" && one.NameZH == ""
		}
		if below[int64(one.ParentID)] && one.ParentID != 0 {
			below[one.ID] = true
		}
		if one.ID == in.ParentID {
			found, depth = true, one.Depth+1
		}
		for _, name := range []string{in.NameEN, in.NameZH} {
			c.That(name == "" || one.ID == id || name != one.Code && name != one.NameEN && name != one.NameZH, "name_en", "feedback.error.cause_taken")
		}
	}
	c.That(in.NameEN != "" || in.NameZH != "" || ours, "name_en", "error.required")
	c.That(len([]rune(in.NameEN)) <= maxCause, "name_en", "error.long", "n", maxCause)
	c.That(len([]rune(in.NameZH)) <= maxCause, "name_zh", "error.long", "n", maxCause)
	c.That(found && (id == 0 || !below[in.ParentID]), "parent_id", "error.choice")
	c.That(depth < maxDepth, "parent_id", "feedback.error.cause_deep")
	return c.Err()
}
