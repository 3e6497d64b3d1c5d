package cal_test

import (
	"slices"
	"testing"

	"regulars/app/kit/cal"
)

// Whoever is found by the ends is asked for Next; nobody who is kept within the
// days may be missed, in either calendar, with leap months and short ones.
func TestBirthdayEndsMissNobody(t *testing.T) {
	var all []cal.Birthday
	for month := 1; month <= 12; month++ {
		for day := 1; day <= 30; day++ {
			all = append(all, cal.Birthday{Month: month, Day: day, Lunar: true}, cal.Birthday{Month: month, Day: day, Lunar: true, Leap: true})
			if day < 29 || month != 2 {
				all = append(all, cal.Birthday{Month: month, Day: day})
			}
		}
	}
	all = append(all, cal.Birthday{Month: 2, Day: 29})
	for from := cal.Date("2024-01-01"); from < "2027-01-01"; from = from.AddDays(5) {
		for _, b := range all {
			on := b.Next(from)
			if on == "" || on >= from.AddDays(7) {
				continue
			}
			s := b.String()
			if !slices.Contains(cal.BirthdayEnds(from, 7, b.Lunar), s[len(s)-5:]) {
				t.Fatalf("%s (lunar %v) is kept on %s and not found from %s", s, b.Lunar, on, from)
			}
		}
	}
}
