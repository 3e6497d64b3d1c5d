package quality

import (
	"context"
	"fmt"
	"hash/fnv"
	"strings"

	"regulars/app/customer/customer"
	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// The ways to deal with many findings at once.
const (
	DoMend   = "mend"   // put the values right that are proposed
	DoRight  = "right"  // they are right as they are
	DoAssign = "assign" // Owner
	DoLevel  = "level"  // Value
	DoSource = "source" // Value
	DoTag    = "tag"    // Value
	DoCall   = "call"   // a task each; Value is its title, Day when
)

// Order is what is to be done about a kind of finding.
type Order struct {
	Kind  string
	Do    string
	IDs   []int64 // customers
	All   bool    // everybody on the list instead
	Owner int64
	Value string
	Day   string
	Seen  string // of a Preview: what was agreed to
}

// Proposal is what mending would change.
type Proposal struct {
	Mends []customer.Mend
	IDs   []int64
	Seen  string
}

// Preview proposes how to put the findings of customers right.
func (s *Service) Preview(ctx context.Context, o Order) (Proposal, error) {
	if err := mayChange(auth.From(ctx)); err != nil {
		return Proposal{}, err
	}
	if err := known(o.Kind); err != nil {
		return Proposal{}, err
	}
	if err := maySeeDetail(ctx, o.Kind); err != nil {
		return Proposal{}, err
	}
	ids, err := s.chosen(ctx, o)
	if err != nil {
		return Proposal{}, err
	}
	return s.propose(ctx, s.db.Reader(ctx), o.Kind, ids)
}

// maySeeDetail refuses to propose changes of what the actor sees masked.
func maySeeDetail(ctx context.Context, kind string) error {
	if !reach(kind) {
		return nil
	}
	return auth.From(ctx).May(auth.Detail)
}

func (s *Service) propose(ctx context.Context, q db.Q, kind string, ids []int64) (Proposal, error) {
	p := Proposal{IDs: ids}
	h := fnv.New64a()
	for len(ids) > 0 {
		n := min(len(ids), 400)
		for _, id := range ids[:n] {
			if _, err := s.customers.MustSee(ctx, id); err != nil {
				return p, err
			}
		}
		records, err := load(ctx, q, ids[:n])
		if err != nil {
			return p, err
		}
		for _, id := range ids[:n] {
			if r := records[id]; r != nil {
				p.Mends = append(p.Mends, mends(kind, *r)...)
			}
		}
		ids = ids[n:]
	}
	for _, m := range p.Mends {
		fmt.Fprintf(h, "%d %s %q %q\n", m.CustomerID, m.Field, m.From, m.To)
	}
	p.Seen = fmt.Sprintf("%x", h.Sum64())
	return p, nil
}

// Deal does it, as one change that one undo takes back, and answers how many
// customers it was about.
func (s *Service) Deal(ctx context.Context, o Order) (int, error) {
	if err := mayChange(auth.From(ctx)); err != nil {
		return 0, err
	}
	if err := known(o.Kind); err != nil {
		return 0, err
	}
	ids, err := s.chosen(ctx, o)
	if err != nil {
		return 0, err
	}
	return db.WriteOne(ctx, s.db, "quality.deal", func(ctx context.Context, tx *db.Tx) (int, error) {
		for _, id := range ids {
			if _, err := s.customers.MustSee(ctx, id); err != nil {
				return 0, err
			}
		}
		journal.About(tx, "quality", 0, o.Kind)
		done, err := s.deal(ctx, tx, o, ids)
		if err != nil {
			return 0, err
		}
		return done, again(ctx, tx, ids)
	})
}

func (s *Service) deal(ctx context.Context, tx *db.Tx, o Order, ids []int64) (int, error) {
	switch o.Do {
	case DoMend:
		if err := maySeeDetail(ctx, o.Kind); err != nil {
			return 0, err
		}
		return s.mend(ctx, tx, o, ids)
	case DoRight:
		for _, id := range ids {
			if _, err := tx.Exec(ctx, sqlPutRight, db.ID(auth.From(ctx).UserID), db.At(tx.Now), id, o.Kind); err != nil {
				return 0, fmt.Errorf("remember that a value is right: %w", err)
			}
		}
		return len(ids), nil
	case DoAssign:
		if o.Owner == 0 {
			return 0, missing("owner_id")
		}
		return len(ids), s.customers.Assign(ctx, ids, o.Owner)
	case DoLevel, DoSource:
		if strings.TrimSpace(o.Value) == "" {
			return 0, missing("value")
		}
		return len(ids), s.customers.Classify(ctx, ids, o.Do, o.Value)
	case DoTag:
		return len(ids), s.customers.AddTags(ctx, ids, strings.FieldsFunc(o.Value, func(r rune) bool { return strings.ContainsRune(",，、;；\n", r) }))
	case DoCall:
		return s.call(ctx, tx, o, ids)
	}
	return 0, errs.New(errs.Invalid, "error.choice")
}

func (s *Service) mend(ctx context.Context, tx *db.Tx, o Order, ids []int64) (int, error) {
	p, err := s.propose(ctx, tx, o.Kind, ids)
	if err != nil {
		return 0, err
	}
	if len(p.Mends) == 0 {
		return 0, errs.New(errs.Invalid, "quality.error.no_proposal")
	}
	if o.Seen != p.Seen {
		return 0, errs.New(errs.Conflict, "quality.error.changed")
	}
	return len(ids), s.customers.Mend(ctx, p.Mends)
}

// maxCalls is how many tasks one order makes: nobody calls more in a day or a week.
const maxCalls = 200

func (s *Service) call(ctx context.Context, tx *db.Tx, o Order, ids []int64) (int, error) {
	if len(ids) > maxCalls {
		return 0, errs.New(errs.Invalid, "quality.error.calls", "n", maxCalls)
	}
	if o.Value = text.Line(o.Value); o.Value == "" {
		return 0, missing("value")
	}
	if o.Day == "" {
		by, err := rulesNow(ctx, tx, tx.Now)
		if err != nil {
			return 0, err
		}
		o.Day = string(by.today.AddDays(1))
	}
	for _, id := range ids {
		if err := s.calls.Call(ctx, id, o.Value, o.Day); err != nil {
			return 0, err
		}
	}
	return len(ids), nil
}

func missing(field string) error {
	c := &errs.Check{}
	c.Add(field, "error.required")
	return c.Err()
}

func (s *Service) chosen(ctx context.Context, o Order) ([]int64, error) {
	ids := o.IDs
	if o.All {
		var err error
		if ids, err = s.every(ctx, o.Kind); err != nil {
			return nil, err
		}
	}
	if len(ids) == 0 {
		return nil, errs.New(errs.Invalid, "customer.error.none_chosen")
	}
	if len(ids) > maxBulk {
		return nil, errs.New(errs.Invalid, "customer.error.bulk_many", "max", maxBulk)
	}
	return ids, nil
}
