package pool

import (
	"context"

	"regulars/app/kit/cal"
	"regulars/app/sys/auth"
	"regulars/app/sys/setting"
)

// Before rules are saved: whom they would take back tonight, by the expression
// that takes them.

// Trial is what rules would do tonight.
type Trial struct {
	N      int
	Owners []OwnerTrial
	First  []Due // the first few, of those whom the actor sees
}

// OwnerTrial is one person's share of it.
type OwnerTrial struct {
	ID   int64
	Name string
	N    int
}

// Try says what would go back tonight if a pool were as it is typed, by the same
// expression over the same facts. It only reads, however long that takes.
func (s *Service) Try(ctx context.Context, id int64, in Pool) (Trial, error) {
	q := s.db.Reader(ctx)
	if err := s.mayRun(ctx, q, id); err != nil {
		return Trial{}, err
	}
	if err := in.check(); err != nil {
		return Trial{}, err
	}
	if in.ID, in.Active = id, in.Active || id == 0; id != 0 {
		before, err := onePool(ctx, q, id)
		if err != nil {
			return Trial{}, err
		}
		if !auth.From(ctx).Can(Admin) {
			if err := in.keeps(before); err != nil {
				return Trial{}, err
			}
		}
	}
	if err := s.freshCalendar(ctx); err != nil {
		return Trial{}, err
	}
	business, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return Trial{}, err
	}
	night := cal.Today(s.db.Now(), business.Zone()).AddDays(1).Time(business.Zone())
	list, id, err := dueTyped(ctx, q, in, night)
	if err != nil {
		return Trial{}, err
	}
	out := trialOf(list, id)
	out.First, err = seen(ctx, q, out.First)
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
