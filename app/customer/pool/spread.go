package pool

import (
	"context"

	"regulars/app/kit/errs"
	"regulars/app/sys/db"
)

// Many customers of a pool at once, each to the member who has the fewest then,
// in turn where they have as many, and nobody above the pool's limit.

// Portion is one member's share.
type Portion struct {
	ID   int64  `db:"id"`
	Name string `db:"name"`
	Held int    `db:"held"` // before
	N    int    `db:"-"`    // more
}

// Plan says who would get how many of n customers.
func (s *Service) Plan(ctx context.Context, pool int64, n int) ([]Portion, error) {
	q := s.db.Reader(ctx)
	if err := s.mayRun(ctx, q, pool); err != nil {
		return nil, err
	}
	p, err := onePool(ctx, q, pool)
	if err != nil {
		return nil, err
	}
	_, portions, err := plan(ctx, q, p, n)
	return portions, err
}

// plan gives to whom each of n goes, and what that makes for each member.
func plan(ctx context.Context, q db.Q, p Pool, n int) (to []int64, portions []Portion, err error) {
	if portions, err = members(ctx, q, p); err != nil {
		return nil, nil, err
	}
	for range n {
		best := -1
		for i, m := range portions {
			if p.HoldCap > 0 && m.Held+m.N >= p.HoldCap {
				continue
			}
			if best < 0 || m.Held+m.N < portions[best].Held+portions[best].N {
				best = i
			}
		}
		if best < 0 {
			return nil, nil, errs.New(errs.Conflict, "pool.error.no_room", "n", n)
		}
		portions[best].N++
		to = append(to, portions[best].ID)
	}
	return to, portions, nil
}

// Spread assigns customers of a pool as Plan says, all or none.
func (s *Service) Spread(ctx context.Context, pool int64, ids []int64) ([]Portion, error) {
	if err := s.mayRun(ctx, s.db.Reader(ctx), pool); err != nil {
		return nil, err
	}
	return db.WriteOne(ctx, s.db, "pool.assign", func(ctx context.Context, tx *db.Tx) ([]Portion, error) {
		p, err := onePool(ctx, tx, pool)
		if err != nil {
			return nil, err
		}
		to, portions, err := plan(ctx, tx, p, len(ids))
		if err != nil {
			return nil, err
		}
		for i, id := range ids {
			at, err := home(ctx, tx, id)
			if err != nil {
				return nil, err
			}
			if at != pool {
				return nil, errs.NotVisible()
			}
			if _, err := s.Assign(ctx, id, to[i], ""); err != nil {
				return nil, err
			}
		}
		return portions, nil
	})
}
