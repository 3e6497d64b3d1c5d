package pool

import (
	"context"
	"encoding/json"
	"fmt"

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

// Plan says who would get how many of some customers, of those that lie in the pool.
func (s *Service) Plan(ctx context.Context, pool int64, ids []int64) ([]Portion, error) {
	q := s.db.Reader(ctx)
	if err := s.mayRun(ctx, q, pool); err != nil {
		return nil, err
	}
	p, err := onePool(ctx, q, pool)
	if err != nil {
		return nil, err
	}
	if ids, err = lieIn(ctx, q, pool, ids); err != nil {
		return nil, err
	}
	_, portions, err := plan(ctx, q, p, len(ids))
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

// Spread assigns as Plan says, in one change. Whom a colleague took meanwhile is
// left out; when nobody is left, it is refused.
func (s *Service) Spread(ctx context.Context, pool int64, ids []int64) ([]Portion, error) {
	if err := s.mayRun(ctx, s.db.Reader(ctx), pool); err != nil {
		return nil, err
	}
	asked := int64(0)
	portions, err := db.WriteOne(ctx, s.db, "pool.assign", func(ctx context.Context, tx *db.Tx) ([]Portion, error) {
		p, err := onePool(ctx, tx, pool)
		if err != nil {
			return nil, err
		}
		ids, err := lieIn(ctx, tx, pool, ids)
		if err != nil {
			return nil, err
		}
		if len(ids) == 0 {
			return nil, errs.New(errs.Conflict, "pool.error.none_here")
		}
		to, portions, err := plan(ctx, tx, p, len(ids))
		if err != nil {
			return nil, err
		}
		w := wish{}
		for i, id := range ids {
			w.Shifts = append(w.Shifts, shift{Customer: id, To: to[i]})
		}
		if asked, err = s.ask(ctx, tx, w, ""); err != nil || asked != 0 {
			return nil, err
		}
		for i, id := range ids {
			if _, err := s.assign(ctx, id, to[i], ""); err != nil {
				return nil, err
			}
		}
		return portions, nil
	})
	return portions, waiting(asked, err)
}

// lieIn are those of some customers that lie in a pool, each once.
func lieIn(ctx context.Context, q db.Q, pool int64, ids []int64) ([]int64, error) {
	one, err := first(ctx, q)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(ids)
	if err != nil {
		return nil, fmt.Errorf("write down who is spread: %w", err)
	}
	var out []int64
	if err := q.Select(ctx, &out, sqlLieIn, one, pool, string(text)); err != nil {
		return nil, fmt.Errorf("look who lies in pool %d: %w", pool, err)
	}
	return out, nil
}

// sum is how many customers some portions are.
func sum(portions []Portion) int {
	n := 0
	for _, p := range portions {
		n += p.N
	}
	return n
}
