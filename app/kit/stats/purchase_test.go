package stats

import (
	"testing"

	"regulars/app/kit/cal"
)

func TestPurchaseRhythmIsTheMedianWait(t *testing.T) {
	for _, c := range []struct {
		name  string
		dates []cal.Date
		want  float64
		ok    bool
	}{
		{"nothing", nil, 0, false},
		{"two days", []cal.Date{"2026-01-01", "2026-01-15"}, 0, false},
		{"two days, one of them twice", []cal.Date{"2026-01-01", "2026-01-15", "2026-01-15"}, 0, false},
		{"three days, in disorder", []cal.Date{"2026-01-29", "2026-01-01", "2026-01-15"}, 14, true},
		{"one long break does not count", []cal.Date{"2026-01-01", "2026-01-08", "2026-01-15", "2026-06-01", "2026-06-08"}, 7, true},
		{"an even number of gaps", []cal.Date{"2026-01-01", "2026-01-11", "2026-01-31"}, 15, true},
		{"over the end of daylight saving", []cal.Date{"2026-10-24", "2026-10-25", "2026-10-26"}, 1, true},
		{"no dates among them", []cal.Date{"", "2026-01-01", "", "2026-01-02"}, 0, false},
	} {
		got, ok := PurchaseRhythm(c.dates)
		if got != c.want || ok != c.ok {
			t.Errorf("%s: got %v %v, want %v %v", c.name, got, ok, c.want, c.ok)
		}
	}
}
