package letter

import (
	"math/rand/v2"
	"slices"
	"testing"

	"regulars/app/kit/cal"
	"regulars/app/kit/slot"
	"regulars/app/kit/stats"
)

const newYear = cal.Date("2026-01-01")

func days(from, to int) slot.Span {
	return slot.Span{Since: newYear.AddDays(from), Until: newYear.AddDays(to)}
}

func bought(at ...int) life {
	l := life{}
	for _, d := range at {
		l.days = append(l.days, number(newYear)+int32(d))
	}
	return l
}

func TestSilenceBeginsAfterTheLongerOfTwoPauses(t *testing.T) {
	weekly := bought(0, 7, 14, 21) // usual pause 7: twice is 14
	monthly := bought(0, 30, 60)   // usual pause 30: twice is 60
	once := bought(0)              // no pause of their own
	for _, c := range []struct {
		who     life
		silence int
		day     int
		alive   bool
	}{
		{weekly, 10, 35, true}, {weekly, 10, 36, false}, {weekly, 20, 41, true}, {weekly, 20, 42, false},
		{monthly, 10, 120, true}, {monthly, 10, 121, false}, {once, 10, 10, true}, {once, 10, 11, false}, {weekly, 10, -1, false},
	} {
		if got := c.who.alive(number(newYear)+int32(c.day), c.silence); got != c.alive {
			t.Errorf("%v on day %d at %d: alive %v", c.who.days, c.day, c.silence, got)
		}
	}
}

func TestPassagesOfAMonth(t *testing.T) {
	month := days(31, 58)
	for _, c := range []struct {
		name string
		who  life
		want passage
	}{
		{"new", bought(40), passage{bought: true, fresh: true, alive: true}},
		{"new and gone", bought(31), passage{bought: true, fresh: true, silent: true}},
		{"stays", bought(10, 25, 35, 50), passage{bought: true, alive: true}},
		{"falls silent", bought(25), passage{silent: true}},
		{"long silent", bought(0), passage{}},
		{"comes back", bought(0, 50), passage{bought: true, back: true, alive: true}},
		{"comes back and goes", bought(0, 32), passage{bought: true, back: true, silent: true}},
		{"later", bought(70), passage{}},
	} {
		if got := c.who.through(month, 20); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

// Whoever keeps buying is who did before, with the new and the returned and
// without the silent; and spans that follow each other fit.
func TestTheBooksOfCustomersBalance(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 2))
	var all lives
	for i := range 400 {
		l := life{id: int64(i), team: int64(i % 3)}
		for d := rng.IntN(500); d < 700; d += 1 + rng.IntN(1+rng.IntN(120)) {
			l.days = append(l.days, number(newYear)+int32(d))
		}
		all.all = append(all.all, l)
	}
	all.measure()
	if all.silence == 0 {
		t.Fatal("nothing is known of pauses")
	}
	for _, team := range []int64{0, 1} {
		last := all.through(days(-7, -1), team)
		for from := 0; from < 700; from += 7 {
			s := days(from, from+6)
			c := all.through(s, team)
			if c[base] != last[base]+c[growth] || c[growth] != c[fresh]+c[back]-c[silent] || c[fresh]+c[back] > c[active] {
				t.Fatalf("team %d, day %d: %v after %v", team, from, c, last)
			}
			for _, key := range lifeKeys {
				if n := len(all.who(key, s, team)); int64(n) != c[key] {
					t.Fatalf("%s is %d and opens %d", key, c[key], n)
				}
			}
			last = c
		}
	}
	few := lives{all: []life{{days: all.all[0].days[:2]}}}
	if few.measure(); few.silence != 0 {
		t.Errorf("one customer tells a silence of %d", few.silence)
	}
}

func TestDaysAreReadOnceAndInOrder(t *testing.T) {
	book := dayBook{known: map[cal.Date]int32{}}
	got := book.read([]byte("2026-03-012026-03-012026-02-282026-03-05"))
	want := []int32{number("2026-02-28"), number("2026-03-01"), number("2026-03-05")}
	next := book.read([]byte("2026-03-09"))
	if !slices.Equal(got, want) || !slices.Equal(next, []int32{number("2026-03-09")}) {
		t.Errorf("%v, want %v, and %v", got, want, next)
	}
}

func TestVerdictsAreJudgedTogether(t *testing.T) {
	one := func(p float64, n int) *Test { return &Test{P: p, n: n} }
	all := []*Test{one(.03, 100), one(.9, 100), one(.001, 29)}
	judge(all[:1])
	if all[0].Verdict != stats.LikelyReal {
		t.Errorf("alone: %+v", all[0])
	}
	all[0] = one(.03, 100)
	judge(all)
	if all[0].Verdict != stats.CouldBeChance || all[0].P != .06 || all[1].Verdict != stats.CouldBeChance || all[2].Verdict != stats.TooEarly {
		t.Errorf("%+v %+v %+v", all[0], all[1], all[2])
	}
}
