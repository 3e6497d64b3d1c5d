package tag

import (
	"context"

	"regulars/app/customer/customer"
	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// Merge is one tag going into another.
type Merge struct {
	From, Into Tag
	Moves      int // customers that get the other instead
	Both       int // customers that carry both and keep one
}

// PreviewMerge says what a merge would do.
func (s *Service) PreviewMerge(ctx context.Context, from, into int64) (Merge, error) {
	if err := auth.From(ctx).May(Manage); err != nil {
		return Merge{}, err
	}
	return weigh(ctx, s.db.Reader(ctx), from, into)
}

// Merge puts one tag into another: its customers carry the other, saved views
// ask for the other, and it is gone. One undo brings back who carried what.
func (s *Service) Merge(ctx context.Context, from, into int64) (Merge, error) {
	if err := auth.From(ctx).May(Manage); err != nil {
		return Merge{}, err
	}
	return db.WriteOne(ctx, s.db, "tag.merge", func(ctx context.Context, tx *db.Tx) (Merge, error) {
		m, err := weigh(ctx, tx, from, into)
		if err != nil {
			return m, err
		}
		journal.About(tx, "tag", into, m.From.Name+" → "+m.Into.Name)
		if err := customer.Retag(ctx, tx, from, into); err != nil {
			return m, err
		}
		if err := s.views.Retag(ctx, tx, from, into); err != nil {
			return m, err
		}
		return m, remove(ctx, tx, from)
	})
}

func weigh(ctx context.Context, q db.Q, from, into int64) (Merge, error) {
	var m Merge
	var err error
	if m.From, err = get(ctx, q, from); err != nil {
		return m, err
	}
	c := &errs.Check{}
	if m.Into, err = get(ctx, q, into); err != nil || into == from {
		c.Add("into_id", "tag.error.into")
		return m, c.Err()
	}
	if m.Both, err = customer.TaggedBoth(ctx, q, from, into); err != nil {
		return m, err
	}
	all, err := customer.Tagged(ctx, q, auth.Scope{Reach: auth.All}, from)
	m.Moves = all - m.Both
	return m, err
}
