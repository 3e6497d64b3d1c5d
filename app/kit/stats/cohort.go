// Who comes back? Customers by the month of their first purchase, and how many
// of them bought in each month since.

package stats

import "slices"

// Cohort is everybody whose first purchase fell into one month.
type Cohort struct {
	Month int // of the first purchase, as the caller numbers months
	Size  int
	Cells []Kept // by months since: the first is the month itself, where all bought
}

// Kept is how many of a cohort bought in a month.
type Kept struct {
	Bought    int
	Share     float64 // of the cohort, 0 to 1
	Low, High float64 // Wilson's 95 % interval of it
	Whole     bool    // false while the month is running: not yet comparable, and not nought
}

// Cohorts puts customers into cohorts. Each has the months in which they
// bought, in any order; months are numbered one by one, and now is the running
// one. Months after it are left out. The oldest cohort comes first; a month in
// which nobody was won has none.
func Cohorts(customers [][]int, now int) []Cohort {
	places := map[int]*Cohort{}
	for _, months := range customers {
		months = slices.DeleteFunc(slices.Clone(months), func(m int) bool { return m > now })
		if len(months) == 0 {
			continue
		}
		slices.Sort(months)
		months = slices.Compact(months)
		c := places[months[0]]
		if c == nil {
			c = &Cohort{Month: months[0], Cells: make([]Kept, now-months[0]+1)}
			places[months[0]] = c
		}
		c.Size++
		for _, m := range months {
			c.Cells[m-c.Month].Bought++
		}
	}
	out := make([]Cohort, 0, len(places))
	for _, c := range places {
		for since := range c.Cells {
			k := &c.Cells[since]
			k.Share, k.Whole = float64(k.Bought)/float64(c.Size), c.Month+since < now
			k.Low, k.High = Wilson(k.Bought, c.Size)
		}
		out = append(out, *c)
	}
	slices.SortFunc(out, func(a, b Cohort) int { return a.Month - b.Month })
	return out
}

// KeptAfter adds up, over all cohorts, how many bought in the month so long
// after their first, counting whole months only: a share with its interval.
func KeptAfter(cohorts []Cohort, since int) Estimate {
	bought, n := 0, 0
	for _, c := range cohorts {
		if since >= 0 && since < len(c.Cells) && c.Cells[since].Whole {
			bought, n = bought+c.Cells[since].Bought, n+c.Size
		}
	}
	return CSAT(bought, n)
}
