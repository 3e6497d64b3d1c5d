package pool

import (
	"context"
	"errors"

	"regulars/app/kit/cal"
	"regulars/app/sys/db"
	"regulars/app/sys/setting"
)

// Before rules are saved: whom they would take back tonight, by the expression
// that takes them.

// Trial is what rules would do tonight.
type Trial struct {
	N      int
	Owners []OwnerTrial
	First  []Due // the first few
}

// OwnerTrial is one person's share of it.
type OwnerTrial struct {
	ID   int64
	Name string
	N    int
}

var errTried = errors.New("only a trial")

// Try says what would go back tonight if a pool were as it is typed, by the same
// expression over the same facts: it is stored, asked and taken back at once.
func (s *Service) Try(ctx context.Context, id int64, in Pool) (Trial, error) {
	if err := s.mayRun(ctx, s.db.Reader(ctx), id); err != nil {
		return Trial{}, err
	}
	if err := in.check(); err != nil {
		return Trial{}, err
	}
	business, err := setting.ReadBusiness(ctx, s.db.Reader(ctx))
	if err != nil {
		return Trial{}, err
	}
	var out Trial
	err = s.db.Write(ctx, "pool.try", func(ctx context.Context, tx *db.Tx) error {
		if id, err = s.put(ctx, tx, id, -1, in); err != nil {
			return err
		}
		night := cal.Today(tx.Now, business.Zone()).AddDays(1).Time(business.Zone())
		list, err := dueBefore(ctx, tx, night)
		if err != nil {
			return err
		}
		out = trialOf(list, id)
		return errTried
	})
	if errors.Is(err, errTried) {
		err = nil
	}
	return out, err
}

func trialOf(list []Due, pool int64) Trial {
	var out Trial
	at := map[int64]int{}
	for _, d := range list {
		if d.PoolID != pool {
			continue
		}
		out.N++
		if len(out.First) < 10 {
			out.First = append(out.First, d)
		}
		i, ok := at[d.OwnerID]
		if !ok {
			i, at[d.OwnerID] = len(out.Owners), len(out.Owners)
			out.Owners = append(out.Owners, OwnerTrial{ID: d.OwnerID, Name: d.Owner})
		}
		out.Owners[i].N++
	}
	return out
}

// Astray lists customers of whom something else is kept than the expression
// says now: there are none, which the tests ask.
func (s *Service) Astray(ctx context.Context) []int64 {
	var out []int64
	if err := s.db.Reader(ctx).Select(ctx, &out, sqlAstray); err != nil {
		return []int64{0}
	}
	return out
}
