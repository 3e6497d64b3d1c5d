package duplicate

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"regulars/app/customer/customer"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/journal"
)

// Permission is what finding and merging needs.
const Permission = customer.Merge

// customers is what the slice needs of the customers.
type customers interface {
	MustSee(ctx context.Context, id int64) (customer.Ref, error)
	Get(ctx context.Context, id int64) (customer.Customer, error)
}

// Service holds the use cases.
type Service struct {
	db        *db.DB
	events    *event.Bus
	customers customers
	refreshes []func(ctx context.Context, tx *db.Tx, ids []int64) error
}

// New makes the service.
func New(d *db.DB, events *event.Bus, c customers) *Service {
	s := &Service{db: d, events: events, customers: c}
	events.InTx(s.onFact, "customer.created", "customer.changed")
	return s
}

// OnMerged adds what is to be derived anew of the records of a merge.
func (s *Service) OnMerged(f func(ctx context.Context, tx *db.Tx, ids []int64) error) {
	s.refreshes = append(s.refreshes, f)
}

func (s *Service) refresh(ctx context.Context, tx *db.Tx, ids []int64) error {
	for _, f := range append(slices.Clone(s.refreshes), s.MarkDirty) {
		if err := f(ctx, tx, ids); err != nil {
			return fmt.Errorf("refresh merged customers: %w", err)
		}
	}
	return nil
}

// List reads one page of the pairs of which the actor may open at least one.
func (s *Service) List(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Pair], error) {
	var out page.Page[Pair]
	if err := auth.From(ctx).May(Permission); err != nil {
		return out, err
	}
	if req.Q != "" {
		c := &errs.Check{}
		c.Add("q", "duplicate.error.search")
		return out, c.Err()
	}
	w, err := where(ctx, conds)
	if err != nil {
		return out, err
	}
	q := s.db.Reader(ctx)
	if out, err = fetch(ctx, q, req, w); err != nil {
		return out, err
	}
	return out, mark(ctx, q, out.Items)
}

// Count counts pairs up to a limit.
func (s *Service) Count(ctx context.Context, conds []filter.Cond, limit int) (int, error) {
	w, err := where(ctx, conds)
	if err != nil {
		return 0, err
	}
	return list.Count(ctx, s.db.Reader(ctx), w, limit)
}

// Get reads one pair.
func (s *Service) Get(ctx context.Context, id int64) (Pair, error) {
	if err := auth.From(ctx).May(Permission); err != nil {
		return Pair{}, err
	}
	p, err := pair(ctx, s.db.Reader(ctx), id)
	if err == nil && !p.AOpen && !p.BOpen {
		err = errs.NotVisible()
	}
	return p, err
}

// Of lists the customers that may be the same as this one.
func (s *Service) Of(ctx context.Context, id int64) ([]int64, error) {
	var out []int64
	if err := s.db.Reader(ctx).Select(ctx, &out, sqlOpenOf, id); err != nil {
		return nil, fmt.Errorf("look for duplicates of customer %d: %w", id, err)
	}
	return out, nil
}

// KeepApart remembers that two customers are not the same.
func (s *Service) KeepApart(ctx context.Context, a, b int64) error {
	return s.decide(ctx, "duplicate.apart", a, b, keepApart)
}

// Reopen forgets that they were kept apart.
func (s *Service) Reopen(ctx context.Context, a, b int64) error {
	return s.decide(ctx, "duplicate.together", a, b, together)
}

func (s *Service) decide(ctx context.Context, op string, a, b int64, store func(context.Context, *db.Tx, int64, int64) error) error {
	if err := auth.From(ctx).May(Permission); err != nil {
		return err
	}
	if a == b {
		c := &errs.Check{}
		c.Add("customer_ids", "duplicate.error.twice")
		return c.Err()
	}
	return s.db.Write(ctx, op, func(ctx context.Context, tx *db.Tx) error {
		var names []string
		for _, id := range []int64{a, b} {
			r, err := s.customers.MustSee(ctx, id)
			if err != nil {
				return err
			}
			names = append(names, r.Name)
		}
		journal.About(tx, "customer", a, strings.Join(names, ", "))
		return store(ctx, tx, a, b)
	})
}

// MergedInto is the customer that this one became, or 0.
func (s *Service) MergedInto(ctx context.Context, id int64) (int64, error) {
	var m Merged
	_, err := db.Found(s.db.Reader(ctx).Get(ctx, &m, sqlMergedInto, id))
	return m.SurvivorID, err
}

// Merges lists what was merged into customers that the actor may open, newest
// first, from before one (0 = the newest).
func (s *Service) Merges(ctx context.Context, before int64, limit int) ([]Merged, error) {
	if err := auth.From(ctx).May(Permission); err != nil {
		return nil, err
	}
	if before == 0 {
		before = 1 << 62
	}
	var out []Merged
	args := append(append([]any{before}, auth.From(ctx).Scope().Args()...), limit)
	if err := s.db.Reader(ctx).Select(ctx, &out, sqlMergedList, args...); err != nil {
		return nil, fmt.Errorf("list merges: %w", err)
	}
	return out, nil
}

// Merged reads one.
func (s *Service) Merged(ctx context.Context, id int64) (Merged, error) {
	var m Merged
	if err := auth.From(ctx).May(Permission); err != nil {
		return m, err
	}
	err := s.db.Reader(ctx).Get(ctx, &m, sqlMerged, append([]any{id}, auth.From(ctx).Scope().Args()...)...)
	return m, db.OrNotFound(err)
}

func join(reasons []string) string { return strings.Join(reasons, ",") }
