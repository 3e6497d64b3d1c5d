package stats

import (
	"math/rand/v2"
	"testing"
	"time"

	"gonum.org/v1/gonum/stat/distuv"
)

// Poisson's against tables in print, the other against its own terms added up.
func TestTailsOfCounts(t *testing.T) {
	poisson := Usual{Mean: 12, variance: 12}
	near(t, "Poisson", poisson.atMost(5), distuv.Poisson{Lambda: 12}.CDF(5), 1e-12)
	near(t, "Poisson as tables have it", poisson.atMost(5), .0203, .00005)
	near(t, "one more", poisson.atMost(-1), 0, 0)
	wide := Usual{Mean: 12, variance: 12 + 144./4} // size 4: sum over the terms
	sum, term := 0.0, 1.0
	p := 4. / 16
	for range 4 {
		term *= p
	}
	for k := range 6 {
		sum += term
		term *= (4 + float64(k)) / float64(k+1) * (1 - p)
	}
	near(t, "negative binomial", wide.atMost(5), sum, 1e-12)
}

func TestUsuallyNineToFifteen(t *testing.T) {
	u, ok := UsualCount([]int{12, 11, 13, 12, 12, 11, 13, 12, 12, 12, 11, 13})
	if !ok || u.N != 12 || u.Low > 6 || u.High < 18 {
		t.Errorf("Poisson spread at least: %+v", u)
	}
	if !u.Unusual(3) || u.Unusual(12) || !u.Unusual(30) || u.P(3) > .02 || u.P(12) < .8 {
		t.Errorf("%v %v", u.P(3), u.P(12))
	}
	wild, _ := UsualCount([]int{2, 40, 5, 33, 1, 50, 8, 22, 3, 45, 9, 17})
	if wild.Unusual(60) || wild.Low > 1 {
		t.Errorf("counts that jump about: %+v", wild)
	}
	if u, ok := UsualCount(make([]int, 8)); !ok || u.Low != 0 || u.High > 1 {
		t.Errorf("never yet: %+v", u)
	}
	for name, seen := range map[string][]int{"seven": make([]int, 7), "negative": {1, 2, 3, 4, 5, 6, 7, -1}} {
		if u, ok := UsualCount(seen); ok {
			t.Errorf("%s: %+v", name, u)
		}
	}
}

// Of counts drawn as the model has it, and more widely spread, about 95 in 100
// lie in the range.
func TestUsualRangesHold(t *testing.T) {
	src := rand.NewPCG(77, 1)
	for name, draw := range map[string]func() float64{
		"poisson": distuv.Poisson{Lambda: 9, Src: src}.Rand,
		"wide": func() float64 {
			return distuv.Poisson{Lambda: distuv.Gamma{Alpha: 5, Beta: .25, Src: src}.Rand(), Src: src}.Rand()
		},
	} {
		inside := 0
		for range 1500 {
			seen := make([]int, 26)
			for i := range seen {
				seen[i] = int(draw())
			}
			if u, _ := UsualCount(seen); !u.Unusual(int(draw())) {
				inside++
			}
		}
		if share := float64(inside) / 1500; share < .92 || share > .985 {
			t.Errorf("%s: %.3f", name, share)
		}
	}
}

// A quiet Monday is usual on a Monday and not on a Saturday.
func TestDaysOfTheWeekDiffer(t *testing.T) {
	src := rand.NewPCG(77, 2)
	var seen []DayCount
	means := [7]float64{20, 2, 5, 5, 5, 12, 30}
	for range 20 {
		for d, m := range means {
			seen = append(seen, DayCount{time.Weekday(d), int(distuv.Poisson{Lambda: m, Src: src}.Rand())})
		}
	}
	monday, _ := UsualDays(seen, []time.Weekday{time.Monday})
	saturday, _ := UsualDays(seen, []time.Weekday{time.Saturday})
	if monday.Unusual(2) || !saturday.Unusual(2) || !monday.Unusual(20) || saturday.Unusual(30) {
		t.Errorf("%+v %+v", monday, saturday)
	}
	both, ok := UsualDays(seen, []time.Weekday{time.Monday, time.Saturday})
	near(t, "together", both.Mean, monday.Mean+saturday.Mean, 1e-9)
	if !ok || both.N != 20 {
		t.Errorf("%+v", both)
	}
	if u, ok := UsualDays(seen[:3*7], []time.Weekday{time.Monday}); ok {
		t.Errorf("three Mondays: %+v", u)
	}
	if _, ok := UsualDays(seen, nil); ok {
		t.Error("no day")
	}
	if _, ok := UsualDays([]DayCount{{9, 1}}, []time.Weekday{1}); ok {
		t.Error("an eighth day")
	}
}

func FuzzUsualCount(f *testing.F) {
	f.Add(uint64(1), uint8(9), uint16(3))
	f.Add(uint64(2), uint8(40), uint16(60000))
	f.Fuzz(func(t *testing.T, seed uint64, n uint8, most uint16) {
		r := rand.New(rand.NewPCG(seed, 5))
		seen := make([]int, n)
		for i := range seen {
			seen[i] = r.IntN(int(most) + 1)
		}
		u, ok := UsualCount(seen)
		if ok != (n >= minSpans) {
			t.Fatal(ok)
		}
		if !ok {
			return
		}
		if u.Low < 0 || u.Low > u.High || float64(u.High) < u.Mean-1 || float64(u.Low) > u.Mean+1 {
			t.Fatalf("%+v", u)
		}
		before := -1.0
		for k := 0; k <= 2*u.High+2; k += 1 + u.High/20 {
			p := u.atMost(k)
			if !(p >= before-1e-12 && p <= 1) || !(u.P(k) >= 0 && u.P(k) <= 1) {
				t.Fatalf("%+v at %d: %v after %v", u, k, p, before)
			}
			before = p
		}
	})
}
