package deal

import (
	"context"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// Who else offers.

// AddRival notes a competitor of a deal.
func (s *Service) AddRival(ctx context.Context, deal int64, name, note string) (Rival, error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return Rival{}, err
	}
	name, note = strings.Join(strings.Fields(text.Line(name)), " "), text.Block(note)
	c := &errs.Check{}
	c.That(name != "", "rival", "error.required")
	c.That(len([]rune(name)) <= maxShort, "rival", "error.long", "n", maxShort)
	c.That(len([]rune(note)) <= 500, "rival_note", "error.long", "n", 500)
	if err := c.Err(); err != nil {
		return Rival{}, err
	}
	return db.WriteOne(ctx, s.db, "deal.rival", func(ctx context.Context, tx *db.Tx) (Rival, error) {
		d, err := workable(ctx, tx, actor.Scope(), deal)
		if err != nil {
			return Rival{}, err
		}
		journal.About(tx, "deal", deal, d.Name)
		id, err := addRival(ctx, tx, deal, name, note)
		return Rival{id, deal, name, note}, err
	})
}

// DropRival takes a competitor off a deal.
func (s *Service) DropRival(ctx context.Context, deal, id int64) error {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return err
	}
	return s.db.Write(ctx, "deal.rival_drop", func(ctx context.Context, tx *db.Tx) error {
		d, err := workable(ctx, tx, actor.Scope(), deal)
		if err != nil {
			return err
		}
		journal.About(tx, "deal", deal, d.Name)
		return dropRival(ctx, tx, deal, id)
	})
}
