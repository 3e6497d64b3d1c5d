package analysis

import (
	"os"
	"testing"

	"regulars/app/sys/i18n"
)

// A scale that goes below nought is named there too, at few round values.
func TestAScaleIsNamedBelowNought(t *testing.T) {
	bundle, err := i18n.Load(os.DirFS("../../../assets"))
	if err != nil {
		t.Fatal(err)
	}
	table := Table{Locale: bundle.For(i18n.English), Heads: []Head{{}}}
	for _, c := range []struct{ low, top, first, last float64 }{
		{-46.2, 31.5, -40, 20}, {-100, 0, -100, 0}, {0, 87, 0, 80}, {0, 1, 0, 1}, {-3, 12, 0, 10}, {0, 640000, 0, 600000},
	} {
		ticks := table.across(c.low, c.top)
		if n := len(ticks); n < 3 || n > 8 || ticks[0].At != c.first || ticks[n-1].At != c.last {
			t.Errorf("%v to %v: %+v", c.low, c.top, ticks)
		}
		nought := false
		for _, tick := range ticks {
			nought = nought || tick.At == 0 && tick.Name == "0"
		}
		if !nought {
			t.Errorf("%v to %v: nought has no name: %+v", c.low, c.top, ticks)
		}
	}
}
