package quote

import (
	"context"

	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// Template is ready words for a quote, and how long one is usually valid.
type Template struct {
	ID        int64   `db:"id"`
	Name      string  `db:"name"`
	Intro     string  `db:"intro"`
	Terms     string  `db:"terms"`
	ValidDays int     `db:"valid_days"` // 0 is without an end
	CreatedAt db.Time `db:"created_at"`
	UpdatedAt db.Time `db:"updated_at"`
	Version   int64   `db:"version"`
}

const (
	maxTemplates = 100
	maxValid     = 730
	usualValid   = 14
)

func (t *Template) check() error {
	t.Name, t.Intro, t.Terms = line(t.Name), text.Block(t.Intro), text.Block(t.Terms)
	c := &errs.Check{}
	c.That(t.Name != "", "name", "error.required")
	c.That(len([]rune(t.Name)) <= maxUnit, "name", "error.long", "n", maxUnit)
	c.That(len([]rune(t.Intro)) <= maxText, "intro", "error.long", "n", maxText)
	c.That(len([]rune(t.Terms)) <= maxText, "terms", "error.long", "n", maxText)
	c.That(t.ValidDays >= 0 && t.ValidDays <= maxValid, "valid_days", "error.range", "min", 0, "max", maxValid)
	return c.Err()
}

// Templates lists them by name.
func (s *Service) Templates(ctx context.Context) ([]Template, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, err
	}
	return templates(ctx, s.db.Reader(ctx))
}

// Template reads one.
func (s *Service) Template(ctx context.Context, id int64) (Template, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return Template{}, err
	}
	return readTemplate(ctx, s.db.Reader(ctx), id)
}

// SaveTemplate makes a template, or changes the one of its id that is still at
// its version.
func (s *Service) SaveTemplate(ctx context.Context, t Template) (Template, error) {
	if err := auth.From(ctx).May(Write); err != nil {
		return t, err
	}
	if err := t.check(); err != nil {
		return t, err
	}
	return db.WriteOne(ctx, s.db, "quote.template", func(ctx context.Context, tx *db.Tx) (Template, error) {
		if t.ID == 0 {
			all, err := templates(ctx, tx)
			if err != nil {
				return t, err
			}
			if len(all) >= maxTemplates {
				return t, errs.New(errs.Conflict, "error.many", "n", maxTemplates)
			}
		} else {
			before, err := readTemplate(ctx, tx, t.ID)
			if err != nil {
				return t, err
			}
			if before.Version != t.Version {
				return t, errs.Stale(before)
			}
		}
		journal.About(tx, "quote", 0, t.Name)
		id, err := putTemplate(ctx, tx, t)
		if err != nil {
			return t, err
		}
		return readTemplate(ctx, tx, id)
	})
}

// DeleteTemplate removes one; quotes keep its words.
func (s *Service) DeleteTemplate(ctx context.Context, id int64) error {
	if err := auth.From(ctx).May(Write); err != nil {
		return err
	}
	return s.db.Write(ctx, "quote.template_drop", func(ctx context.Context, tx *db.Tx) error {
		t, err := readTemplate(ctx, tx, id)
		if err != nil {
			return err
		}
		journal.About(tx, "quote", 0, t.Name)
		return dropTemplate(ctx, tx, id)
	})
}
