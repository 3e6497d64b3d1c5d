package reorder

import (
	"context"
	"maps"
	"math"
	"slices"

	"regulars/app/insight/prediction"
	"regulars/app/kit/cal"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// Attach makes the clocks follow the rows of buyers, and go with them.
func (s *Service) Attach(p *prediction.Service) {
	p.OnRows(s.Renew)
	p.OnForget(forget)
}

// Renew walks through everybody three times: for the rhythm of products, once
// with the last gaps left out to foretell those, and to set the clocks.
func (s *Service) Renew(ctx context.Context, today cal.Date) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	ctx = auth.With(ctx, auth.System("job"))
	q := s.db.Reader(ctx)
	categories, err := repeated(ctx, q)
	if err != nil {
		return err
	}
	fresh := func() *rhythms {
		return &rhythms{products: map[int64]*usual{}, categories: map[string]*usual{}, category: categories}
	}
	before, now := fresh(), fresh()
	if err := walk(ctx, q, categories, today, func(_ []int64, by map[int64]history) error {
		for _, h := range by {
			for product, days := range h {
				gaps := gapsOf(days)
				for i, g := range gaps {
					now.add(product, g)
					if i < len(gaps)-1 {
						before.add(product, g)
					}
				}
			}
		}
		return nil
	}); err != nil {
		return err
	}
	m, then, shop := Model{Day: today}, before.settle(), now.settle()
	if err := walk(ctx, q, categories, today, func(_ []int64, by map[int64]history) error {
		for _, h := range by {
			for product, days := range h {
				m.try(gapsOf(days), then[product])
			}
		}
		return nil
	}); err != nil {
		return err
	}
	m.judge()
	if err := s.set(ctx, q, categories, &m, shop); err != nil {
		return err
	}
	return s.db.Write(ctx, "prediction.reorder", func(ctx context.Context, tx *db.Tx) error { return prediction.Keep(ctx, tx, figure, m) })
}

// try foretells a last gap from those before it, in both ways.
func (m *Model) try(gaps []float64, shop float64) {
	n := len(gaps)
	if n < 2 || shop == 0 {
		return
	}
	ours, theirs := math.Abs(own(gaps[:n-1], shop)-gaps[n-1]), math.Abs(shop-gaps[n-1])
	m.N++
	m.Own += ours
	m.Base += theirs
	switch {
	case ours < theirs:
		m.Closer++
	case ours > theirs:
		m.Farther++
	}
}

// set writes the clocks that are other than they were; of a rhythm that is not
// shown none stays.
func (s *Service) set(ctx context.Context, q db.Q, categories map[int64]string, m *Model, shop map[int64]float64) error {
	if !m.Shown {
		return s.db.Write(ctx, "prediction.reorder", func(ctx context.Context, tx *db.Tx) error {
			tx.Quiet()
			return clear(ctx, tx)
		})
	}
	return walk(ctx, q, categories, m.Day, func(ids []int64, by map[int64]history) error {
		was, err := clocksOf(ctx, q, ids)
		if err != nil {
			return err
		}
		gone, err := goneOf(ctx, q, ids)
		if err != nil {
			return err
		}
		changed := map[int64][]Clock{}
		for _, customer := range ids {
			var list []Clock
			if !gone[customer] {
				list = clocks(customer, by[customer], shop, m.Day)
			}
			m.Clocks += len(list)
			if !slices.Equal(was[customer], list) {
				changed[customer] = list
			}
		}
		if len(changed) == 0 {
			return nil
		}
		return s.db.Write(ctx, "prediction.reorder", func(ctx context.Context, tx *db.Tx) error {
			tx.Quiet()
			for _, customer := range slices.Sorted(maps.Keys(changed)) {
				if err := put(ctx, tx, customer, changed[customer]); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// clocks are those of one customer, by product.
func clocks(customer int64, h history, shop map[int64]float64, today cal.Date) (out []Clock) {
	for _, product := range h.ordered() {
		if c, ok := clockOf(customer, product, h[product], shop[product], today); ok {
			out = append(out, c)
		}
	}
	return out
}
