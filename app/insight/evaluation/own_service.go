package evaluation

import (
	"context"
	"fmt"
	"slices"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// Owns are the dimensions that the shop made itself, as they stand now.
func (s *Service) Owns(ctx context.Context) ([]Own, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, err
	}
	return ownsOf(ctx, s.db.Reader(ctx))
}

// Own is one of them.
func (s *Service) Own(ctx context.Context, id int64) (Own, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return Own{}, err
	}
	return ownOf(ctx, s.db.Reader(ctx), id)
}

func ownOf(ctx context.Context, q db.Q, id int64) (Own, error) {
	var o Own
	return o, db.OrNotFound(q.Get(ctx, &o, sqlOwn, id))
}

// Begin is a draft from the latest version, with the shop's own dimensions as
// they stand now: that is how a change of them comes to hold.
func (s *Service) Begin(ctx context.Context) (Draft, Model, error) {
	m, err := s.Latest(ctx)
	if err != nil {
		return Draft{}, m, err
	}
	d := m.Draft()
	d.Own, err = ownsOf(ctx, s.db.Reader(ctx))
	return d.without(), m, err
}

// without leaves out weights of dimensions that are there no longer.
func (d Draft) without() Draft {
	keys := keysWith(d.Own)
	trim := func(weights map[string]float64) map[string]float64 {
		out := map[string]float64{}
		for _, key := range keys {
			out[key] = weights[key]
		}
		return out
	}
	d.Weights = trim(d.Weights)
	for i := range d.Groups {
		d.Groups[i].Weights = trim(d.Groups[i].Weights)
	}
	return d
}

// Make adds a dimension. It weighs nothing until a version gives it a weight.
func (s *Service) Make(ctx context.Context, o Own) (Own, error) {
	if err := mayDecide(ctx); err != nil {
		return o, err
	}
	return db.WriteOne(ctx, s.db, "evaluation.dimension.create", func(ctx context.Context, tx *db.Tx) (Own, error) {
		all, err := ownsOf(ctx, tx)
		if err != nil {
			return o, err
		}
		if len(all) >= maxOwn {
			return o, errs.New(errs.Invalid, "error.many", "n", maxOwn)
		}
		if err := s.ready(ctx, tx, &o, Own{}); err != nil {
			return o, err
		}
		items, err := itemsText(o.Items)
		if err != nil {
			return o, err
		}
		now := db.At(tx.Now)
		o.ID, err = tx.Insert(ctx, sqlInsertOwn, o.Kind, o.NameEN, o.NameZH, o.About, o.Side, o.Field, o.Counted, o.Months, o.Low, o.High, o.Need, o.Days, items, now, now)
		if err != nil {
			return o, fmt.Errorf("add a dimension: %w", err)
		}
		journal.About(tx, "evaluation_dimension", o.ID, o.Name(auth.From(ctx).Locale))
		return ownOf(ctx, tx, o.ID)
	})
}

// Redo changes a dimension that is still at version. What it is made of stays.
func (s *Service) Redo(ctx context.Context, id, version int64, o Own) (Own, error) {
	if err := mayDecide(ctx); err != nil {
		return o, err
	}
	return db.WriteOne(ctx, s.db, "evaluation.dimension.update", func(ctx context.Context, tx *db.Tx) (Own, error) {
		before, err := ownOf(ctx, tx, id)
		if err != nil {
			return before, err
		}
		if before.Version != version {
			return before, errs.Stale(before)
		}
		o.ID, o.Kind = id, before.Kind
		if err := s.ready(ctx, tx, &o, before); err != nil {
			return before, err
		}
		items, err := itemsText(o.Items)
		if err != nil {
			return o, err
		}
		if _, err := tx.Exec(ctx, sqlUpdateOwn, o.NameEN, o.NameZH, o.About, o.Side, o.Field, o.Counted, o.Months, o.Low, o.High, o.Need, o.Days, items, db.At(tx.Now), id); err != nil {
			return o, fmt.Errorf("change dimension %d: %w", id, err)
		}
		journal.About(tx, "evaluation_dimension", id, o.Name(auth.From(ctx).Locale))
		return ownOf(ctx, tx, id)
	})
}

// ready checks a dimension and numbers the points of its checklist: one that
// stays keeps its number, and with it what was answered.
func (s *Service) ready(ctx context.Context, tx *db.Tx, o *Own, before Own) error {
	o.clean()
	added, err := s.book.Record(ctx, tx, "customer")
	if err != nil {
		return err
	}
	if err := o.validate(added); err != nil {
		return err
	}
	var top int64
	if err := tx.Get(ctx, &top, sqlTopItem, o.ID); err != nil {
		return err
	}
	known := map[int64]bool{}
	for _, i := range before.Items {
		known[i.ID] = true
		top = max(top, i.ID)
	}
	for i := range o.Items {
		if !known[o.Items[i].ID] {
			top++
			o.Items[i].ID = top
		}
		delete(known, o.Items[i].ID)
	}
	return nil
}

// Drop deletes a dimension that the latest version gives no weight, with what was
// answered. Old versions and scores keep what they hold of it.
func (s *Service) Drop(ctx context.Context, id int64) error {
	if err := mayDecide(ctx); err != nil {
		return err
	}
	return s.db.Write(ctx, "evaluation.dimension.delete", func(ctx context.Context, tx *db.Tx) error {
		o, err := ownOf(ctx, tx, id)
		if err != nil {
			return err
		}
		m, err := latestModel(ctx, tx)
		if err != nil {
			return err
		}
		if slices.Contains(m.Keys(), o.Key()) {
			return errs.New(errs.Invalid, "evaluation.own.error.in_use")
		}
		journal.About(tx, "evaluation_dimension", id, o.Name(auth.From(ctx).Locale))
		_, err = tx.Exec(ctx, sqlDeleteOwn, id)
		return err
	})
}
