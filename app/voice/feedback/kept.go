package feedback

import (
	"context"
	"fmt"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/filter"
	"regulars/app/kit/stats"
	"regulars/app/sys/db"
)

// Given is what was given to make up for it in the last year.
type Given struct {
	Total int64 `db:"total"` // minor units of the shop's currency
	N     int   `db:"n"`
}

// Age is how many open cases were opened between From and To days ago; To is 0
// for the oldest.
type Age struct {
	From, To int
	N        int
	Rows     string // the page that lists them
}

// ages are where one group of open cases ends and the next begins, in days.
var ages = []int{2, 4, 8, 15}

// Kept is how many customers with a case bought again within so many days of it:
// those whose case was put right, and those whose was not.
type Kept struct {
	Days    int
	Right   Rate
	Not     Rate
	Verdict stats.Verdict // of the difference; never that the one made the other
}

// Enough tells that both sides may be named.
func (k Kept) Enough() bool { return k.Right.N >= 5 && k.Not.N >= 5 }

// keptFor are the days after a case within which a customer is expected again.
var keptFor = []int{90, 180}

func (s *Service) aged(ctx context.Context, q db.Q, today cal.Date, zone *time.Location) ([]Age, error) {
	var opened []db.Time
	if err := q.Select(ctx, &opened, sqlOpened); err != nil {
		return nil, fmt.Errorf("read when the open cases were opened: %w", err)
	}
	out := make([]Age, len(ages)+1)
	for i := range out {
		if i > 0 {
			out[i].From = ages[i-1]
		}
		if i < len(ages) {
			out[i].To = ages[i] - 1
		}
	}
	for i, a := range out {
		conds := []filter.Cond{{Field: "open", Op: "eq", Value: "true"}, {Field: "opened_at", Op: "lte", Value: string(today.AddDays(-a.From))}}
		if a.To > 0 {
			conds = append(conds, filter.Cond{Field: "opened_at", Op: "gte", Value: string(today.AddDays(-a.To))})
		}
		v := filter.Query(conds)
		v.Set("look", "table")
		out[i].Rows = "/feedback-cases?" + v.Encode()
	}
	for _, at := range opened {
		days, i := today.Sub(cal.DateOf(at.Time, zone)), 0
		for i < len(ages) && days >= ages[i] {
			i++
		}
		out[i].N++
	}
	return out, nil
}

func (s *Service) kept(ctx context.Context, q db.Q, now time.Time) ([]Kept, error) {
	var out []Kept
	for _, days := range keptFor {
		until := now.AddDate(0, 0, -days)
		var rows []struct {
			Right bool `db:"righted"`
			N     int  `db:"n"`
			Came  int  `db:"came"`
		}
		if err := q.Select(ctx, &rows, sqlKept, days, db.At(until.AddDate(-1, 0, 0)), db.At(until)); err != nil {
			return nil, fmt.Errorf("count who bought again after a case: %w", err)
		}
		k := Kept{Days: days}
		for _, r := range rows {
			if r.Right {
				k.Right = rate(r.Came, r.N)
			} else {
				k.Not = rate(r.Came, r.N)
			}
		}
		test := stats.TwoProportions(k.Not.K, k.Not.N, k.Right.K, k.Right.N)
		k.Verdict = stats.Judge(test.P, min(k.Not.N, k.Right.N))
		out = append(out, k)
	}
	return out, nil
}
