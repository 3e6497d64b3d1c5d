package evaluation

import (
	"context"
	"slices"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// Published is the operation that nobody takes back: an earlier version is
// published again, and both stay readable.
const Published = "evaluation.publish"

// Models lists the versions, the newest first.
func (s *Service) Models(ctx context.Context) ([]Model, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, err
	}
	return readModels(ctx, s.db.Reader(ctx))
}

// Model reads one version.
func (s *Service) Model(ctx context.Context, id int64) (Model, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return Model{}, err
	}
	return readModel(ctx, s.db.Reader(ctx), id)
}

// Latest is the version that was published last.
func (s *Service) Latest(ctx context.Context) (Model, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return Model{}, err
	}
	return latestModel(ctx, s.db.Reader(ctx))
}

// Publish makes a draft the next version. It holds as soon as the shop's tables
// are made for it: beside the work, or tonight.
func (s *Service) Publish(ctx context.Context, d Draft) (Model, error) {
	if err := mayDecide(ctx); err != nil {
		return Model{}, err
	}
	return s.publish(ctx, d.Base, func(ctx context.Context, tx *db.Tx, last Model) (Model, error) {
		if err := s.check(ctx, tx, &d); err != nil {
			return Model{}, err
		}
		next := d.model()
		if next.same(last) {
			return next, errs.New(errs.Invalid, "evaluation.error.same")
		}
		return next, nil
	})
}

// Again publishes an earlier version as a new one: that is how a publication is
// undone.
func (s *Service) Again(ctx context.Context, id, base int64) (Model, error) {
	if err := mayDecide(ctx); err != nil {
		return Model{}, err
	}
	return s.publish(ctx, base, func(ctx context.Context, tx *db.Tx, last Model) (Model, error) {
		m, err := readModel(ctx, tx, id)
		if err != nil {
			return m, err
		}
		if m.same(last) {
			return m, errs.New(errs.Invalid, "evaluation.error.same")
		}
		m.Repeats, m.Note, m.AtOnce = db.ID(id), "", true
		d := m.Draft()
		if len(m.Groups) > 0 {
			d.Groups = nil // a field that told them apart may be gone; nobody has it then
		}
		return m, s.check(ctx, tx, &d)
	})
}

func (s *Service) publish(ctx context.Context, base int64, next func(context.Context, *db.Tx, Model) (Model, error)) (Model, error) {
	return db.WriteOne(ctx, s.db, Published, func(ctx context.Context, tx *db.Tx) (Model, error) {
		last, err := latestModel(ctx, tx)
		if err != nil {
			return last, err
		}
		if last.ID != base {
			return last, errs.Stale(last)
		}
		m, err := next(ctx, tx, last)
		if err != nil {
			return last, err
		}
		id, err := putModel(ctx, tx, m)
		if err != nil {
			return last, err
		}
		journal.About(tx, "evaluation_model", id, "")
		journal.Because(tx, m.Note)
		tx.AfterCommit(s.wake)
		return readModel(ctx, tx, id)
	})
}

// check says what is wrong with a draft, and with the tags it looks for.
func (s *Service) check(ctx context.Context, q db.Q, d *Draft) error {
	if err := d.validate(); err != nil {
		return err
	}
	fields, err := custom.Of(ctx, q, "customer")
	if err != nil {
		return err
	}
	c := &errs.Check{}
	d.known(c, fields)
	for _, o := range d.model().Own {
		c.That(!o.closed(fit(fields)), "w."+o.Key(), "evaluation.own.error.shut")
	}
	if err := c.Err(); err != nil {
		return err
	}
	if d.DebtTag == 0 && d.BlockedTag == 0 {
		return nil
	}
	var tags []tagName
	if err := q.Select(ctx, &tags, sqlTag); err != nil {
		return err
	}
	c = &errs.Check{}
	for field, id := range map[string]int64{"debt_tag": d.DebtTag, "blocked_tag": d.BlockedTag} {
		c.That(id == 0 || slices.ContainsFunc(tags, func(t tagName) bool { return t.ID == id }), field, "error.choice")
	}
	return c.Err()
}

// Hurry has a version that waits for the night hold at once.
func (s *Service) Hurry(ctx context.Context) error {
	if err := mayDecide(ctx); err != nil {
		return err
	}
	return s.db.Write(ctx, "evaluation.hurry", func(ctx context.Context, tx *db.Tx) error {
		m, err := latestModel(ctx, tx)
		if err != nil {
			return err
		}
		journal.About(tx, "evaluation_model", m.ID, "")
		_, err = tx.Exec(ctx, sqlAtOnce, m.ID)
		tx.AfterCommit(s.wake)
		return err
	})
}

func (s *Service) wake() {
	select {
	case s.nudge <- struct{}{}:
	default:
	}
}

// Progress is how far everybody has been judged by what was published.
type Progress struct {
	Latest  int64 // the version that was published last
	InForce int64
	AtOnce  bool
	Left    int // customers who are marked
	All     int
}

// Waiting tells whether the latest version holds only from tonight.
func (p Progress) Waiting() bool { return p.Latest != p.InForce && !p.AtOnce }

// Busy tells whether people are being judged anew beside the work.
func (p Progress) Busy() bool {
	return p.Latest != p.InForce && p.AtOnce || p.Left > batch || p.Left*4 > p.All && p.Left > 1
}

// Done is how many were judged.
func (p Progress) Done() int { return max(0, p.All-p.Left) }

// Progress reads it.
func (s *Service) Progress(ctx context.Context) (Progress, error) {
	var p Progress
	if err := auth.From(ctx).May(Read); err != nil {
		return p, err
	}
	q := s.db.Reader(ctx)
	m, err := latestModel(ctx, q)
	if err != nil {
		return p, err
	}
	shop, err := s.knownShop(ctx, q)
	if err != nil {
		return p, err
	}
	p.Latest, p.InForce, p.AtOnce = m.ID, m.ID, m.AtOnce
	if shop.Day != "" {
		p.InForce = shop.version()
	}
	if err := q.Get(ctx, &p.Left, sqlLeft); err != nil {
		return p, err
	}
	return p, q.Get(ctx, &p.All, sqlAll)
}
