package duplicate

import (
	"context"
	"fmt"
	"slices"

	"regulars/app/customer/customer"
	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// batchMost is how many merges one press makes; more wait for the next one.
const batchMost = 100

var errChanged = errs.New(errs.Conflict, "duplicate.error.changed")

// Group is records that are surely one, the staying one first.
type Group struct {
	Input Input
	Names []customer.Ref
}

// Preview is what a batch would do.
type Preview struct {
	Groups  []Group
	Records int // that become part of another
	More    bool
}

// Sure lists what a batch would merge: records whose pairs are all sure, that
// the actor may open, that nobody keeps apart.
func (s *Service) Sure(ctx context.Context) (Preview, error) {
	if err := auth.From(ctx).May(Permission); err != nil {
		return Preview{}, err
	}
	return s.sure(ctx, s.db.Reader(ctx))
}

func (s *Service) sure(ctx context.Context, q db.Q) (Preview, error) {
	var out Preview
	var pairs []couple
	if err := q.Select(ctx, &pairs, sqlSure, Sure); err != nil {
		return out, fmt.Errorf("list sure pairs: %w", err)
	}
	for _, ids := range clusters(pairs) {
		if len(ids) > MaxRecords {
			continue // so many alike deserve a look
		}
		if out.More = len(out.Groups) == batchMost; out.More {
			break
		}
		g, ok, err := s.group(ctx, q, ids)
		if err != nil {
			return out, err
		}
		if ok {
			out.Groups = append(out.Groups, g)
			out.Records += len(ids) - 1
		}
	}
	return out, nil
}

// group is a cluster as a merge, unless it may not be one.
func (s *Service) group(ctx context.Context, q db.Q, ids []int64) (Group, bool, error) {
	var g Group
	for i, a := range ids {
		for _, b := range ids[i+1:] {
			var apart bool
			if err := q.Get(ctx, &apart, sqlIsApart, min(a, b), max(a, b)); err != nil || apart {
				return g, false, err
			}
		}
		if ok, err := visible(ctx, q, a); err != nil || !ok {
			return g, false, err
		}
	}
	var err error
	if g.Input, err = s.suggest(ctx, q, ids); err != nil {
		return g, false, err
	}
	for _, id := range g.Input.IDs() {
		r, err := s.customers.MustSee(ctx, id)
		if err != nil {
			return g, false, err
		}
		g.Names = append(g.Names, r)
	}
	return g, true, nil
}

// MergeSure merges what Sure lists, as one change with one undo, when it is
// still as many as the person saw (0 = whatever it is).
func (s *Service) MergeSure(ctx context.Context, seen int) (Preview, error) {
	if err := auth.From(ctx).May(Permission); err != nil {
		return Preview{}, err
	}
	return db.WriteOne(ctx, s.db, "customer.merge_sure", func(ctx context.Context, tx *db.Tx) (Preview, error) {
		p, err := s.sure(ctx, tx)
		if err != nil {
			return p, err
		}
		if seen > 0 && p.Records != seen {
			return p, errChanged
		}
		if len(p.Groups) > 0 {
			journal.About(tx, "customer", p.Groups[0].Input.Survivor, p.Groups[0].Names[0].Name)
		}
		for _, g := range p.Groups {
			if _, err := s.merge(ctx, tx, g.Input); err != nil {
				return p, err
			}
		}
		return p, nil
	})
}

// clusters joins pairs that share a record, in the order of their score.
func clusters(pairs []couple) [][]int64 {
	of := map[int64]int{}
	var out [][]int64
	for _, p := range pairs {
		a, okA := of[p.A]
		b, okB := of[p.B]
		switch {
		case okA && okB && a == b:
		case okA && okB:
			for _, id := range out[b] {
				of[id] = a
			}
			out[a], out[b] = append(out[a], out[b]...), nil
		case okA:
			out[a], of[p.B] = append(out[a], p.B), a
		case okB:
			out[b], of[p.A] = append(out[b], p.A), b
		default:
			of[p.A], of[p.B] = len(out), len(out)
			out = append(out, []int64{p.A, p.B})
		}
	}
	return slices.DeleteFunc(out, func(ids []int64) bool { return ids == nil })
}

// Href is where its records are compared.
func (g Group) Href() string { return compareHref(g.Input.IDs()) }
