// The plain rhythm that everybody understands: the usual wait between two
// purchases. The record page, the list and the morning card all show this one.

package stats

import (
	"slices"

	"regulars/app/kit/cal"
)

// PurchaseRhythm is the median number of days between purchases, for days in
// any order. Two purchases on one day are one; fewer than three days say
// nothing yet.
func PurchaseRhythm(dates []cal.Date) (median float64, ok bool) {
	days := slices.DeleteFunc(slices.Clone(dates), func(d cal.Date) bool { return d == "" })
	slices.Sort(days)
	days = slices.Compact(days)
	if len(days) < 3 {
		return 0, false
	}
	gaps := make([]float64, 0, len(days)-1)
	for i := 1; i < len(days); i++ {
		gaps = append(gaps, float64(days[i].Sub(days[i-1])))
	}
	return Median(gaps), true
}
