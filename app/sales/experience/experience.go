// Package experience keeps what was learnt from a deal that was won or lost: what
// decided it, what one would do again. The notes are found from deals that are
// alike, which say in what.
package experience

import (
	"context"
	"fmt"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sales/deal"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// Note is what was learnt from one deal.
type Note struct {
	ID         int64   `db:"id"`
	DealID     int64   `db:"deal_id"`
	DealName   string  `db:"deal_name"`
	Result     string  `db:"result"`
	Amount     int64   `db:"amount"`
	Currency   string  `db:"currency"`
	Customer   db.Null `db:"customer_name"`
	Decided    string  `db:"decided"`
	Again      string  `db:"again"`
	AuthorID   db.ID   `db:"author_id"`
	AuthorName db.Null `db:"author_name"`
	CreatedAt  db.Time `db:"created_at"`
	UpdatedAt  db.Time `db:"updated_at"`
	Version    int64   `db:"version"`
	// What its deal has in common with the one that is looked at.
	Product  bool `db:"product"`
	Rival    bool `db:"rival"`
	Level    bool `db:"level"`
	Size     bool `db:"size"`
	Pipeline bool `db:"pipeline"`
}

// Why names what the deals have in common, the strongest first.
func (n Note) Why() []string {
	var out []string
	for _, w := range []struct {
		yes  bool
		name string
	}{{n.Product, "product"}, {n.Rival, "rival"}, {n.Level, "level"}, {n.Size, "size"}, {n.Pipeline, "pipeline"}} {
		if w.yes {
			out = append(out, w.name)
		}
	}
	return out
}

// Deals says which deals there are; sales/deal has it.
type Deals interface {
	Get(ctx context.Context, id int64) (deal.Deal, error)
	MustWork(ctx context.Context, id int64) (deal.Deal, error)
}

// Service holds the use cases.
type Service struct {
	db    *db.DB
	deals Deals
}

// New makes the service.
func New(d *db.DB, deals Deals) *Service { return &Service{d, deals} }

const (
	maxWords = 4000
	alike    = 5 // as many notes a deal's page shows
)

// Of is the note of a deal, if there is one.
func (s *Service) Of(ctx context.Context, id int64) (Note, bool, error) {
	if _, err := s.deals.Get(ctx, id); err != nil {
		return Note{}, false, err
	}
	return of(ctx, s.db.Reader(ctx), id)
}

// Alike are notes of other deals that the actor may see and that have something in
// common with this one: a product or a rival counts most, then the level of the
// customer, the size and the pipeline. A pipeline alone is not enough.
func (s *Service) Alike(ctx context.Context, id int64) ([]Note, error) {
	if _, err := s.deals.Get(ctx, id); err != nil {
		return nil, err
	}
	out := []Note{}
	args := append([]any{id}, deal.VisibleArgs(auth.From(ctx).Scope())...)
	if err := s.db.Reader(ctx).Select(ctx, &out, sqlAlike, append(args, alike)...); err != nil {
		return nil, fmt.Errorf("look for deals like deal %d: %w", id, err)
	}
	return out, nil
}

// Find are the notes with these words, newest first, before the given one; of won
// or lost deals, or of both ("").
func (s *Service) Find(ctx context.Context, words, result string, before int64) ([]Note, error) {
	me := auth.From(ctx)
	if err := me.May(deal.Read); err != nil {
		return nil, err
	}
	if result != "" && result != deal.Won && result != deal.Lost {
		c := &errs.Check{}
		c.Add("result", "error.choice")
		return nil, c.Err()
	}
	words = strings.ToLower(text.Line(words))
	out := []Note{}
	args := append([]any{before, before, result, result, words, words, words, words, words}, deal.VisibleArgs(me.Scope())...)
	if err := s.db.Reader(ctx).Select(ctx, &out, sqlFind, append(args, shown)...); err != nil {
		return nil, fmt.Errorf("look for experience: %w", err)
	}
	return out, nil
}

// shown is how many notes one look gives.
const shown = 50

// Write keeps what was learnt from a deal that is over, as the note was at version
// (0: there is none yet).
func (s *Service) Write(ctx context.Context, id, version int64, decided, again string) (Note, error) {
	me := auth.From(ctx)
	if err := me.May(deal.Write); err != nil {
		return Note{}, err
	}
	decided, again = text.Block(decided), text.Block(again)
	c := &errs.Check{}
	c.That(text.Visible(decided), "decided", "error.required")
	c.That(len([]rune(decided)) <= maxWords, "decided", "error.long", "n", maxWords)
	c.That(len([]rune(again)) <= maxWords, "again", "error.long", "n", maxWords)
	if err := c.Err(); err != nil {
		return Note{}, err
	}
	return db.WriteOne(ctx, s.db, "experience.write", func(ctx context.Context, tx *db.Tx) (Note, error) {
		d, err := s.deals.MustWork(ctx, id)
		if err != nil {
			return Note{}, err
		}
		if d.Result == deal.Open {
			return Note{}, errs.New(errs.Conflict, "experience.error.open")
		}
		before, found, err := of(ctx, tx, id)
		if err != nil {
			return before, err
		}
		if before.Version != version {
			return before, errs.Stale(before)
		}
		if found {
			_, err = tx.Exec(ctx, sqlUpdate, decided, again, db.At(tx.Now), id)
		} else {
			_, err = tx.Insert(ctx, sqlInsert, id, decided, again, db.ID(me.UserID), db.At(tx.Now), db.At(tx.Now))
		}
		if err != nil {
			return before, fmt.Errorf("keep what deal %d taught: %w", id, err)
		}
		journal.About(tx, "deal", id, d.Name)
		now, _, err := of(ctx, tx, id)
		return now, err
	})
}

// Drop deletes the note of a deal.
func (s *Service) Drop(ctx context.Context, id int64) error {
	if err := auth.From(ctx).May(deal.Write); err != nil {
		return err
	}
	return s.db.Write(ctx, "experience.drop", func(ctx context.Context, tx *db.Tx) error {
		d, err := s.deals.MustWork(ctx, id)
		if err != nil {
			return err
		}
		if _, found, err := of(ctx, tx, id); err != nil || !found {
			if err == nil {
				err = errs.NotVisible()
			}
			return err
		}
		journal.About(tx, "deal", id, d.Name)
		_, err = tx.Exec(ctx, sqlDrop, id)
		return err
	})
}
