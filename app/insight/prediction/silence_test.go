package prediction

import (
	"math/rand"
	"testing"

	"regulars/app/kit/cal"
)

// past shops: 1,500 customers who buy about every 20 days for a year and a half.
// leave is how likely each purchase is the last.
func tried(leave float64, gap func(r *rand.Rand) int) Silence {
	r := rand.New(rand.NewSource(5))
	today := cal.Date("2026-03-01")
	t := newTrial(today.AddDays(-540), today)
	for range 1500 {
		var days []cal.Date
		for on := today.AddDays(-540 + r.Intn(60)); on <= today; on = on.AddDays(gap(r)) {
			days = append(days, on)
			if r.Float64() < leave {
				break
			}
		}
		t.add(days)
	}
	return t.judge()
}

// Where people keep a rhythm until they stop, silence says that they stopped.
func TestAnAlarmThatMeansSomethingIsRaised(t *testing.T) {
	s := tried(.06, func(r *rand.Rand) int { return 19 + r.Intn(3) })
	for name, a := range map[string]Alarm{"late": s.Late, "gone": s.Gone} {
		if a.Outcome() != Better || a.Off() || a.Share() > .3 || a.OthersShare() < .7 {
			t.Errorf("%s: %+v is %s", name, a, a.Outcome())
		}
	}
	if s.Days != 180 || s.On != "2025-09-02" {
		t.Errorf("tried on %s, %d days back", s.On, s.Days)
	}
}

// Where people come at random and nobody leaves, being late says nothing: the
// next purchase is as near as ever.
func TestAnAlarmThatMeansNothingIsOff(t *testing.T) {
	s := tried(0, func(r *rand.Rand) int { return 1 + int(r.ExpFloat64()*20) })
	if s.Late.Outcome() != NotBetter || !s.Late.Off() {
		t.Errorf("%+v is %s", s.Late, s.Late.Outcome())
	}
	today := cal.Date("2026-03-01")
	late := Buyer{State: Late, Days: 5, GapDays: 20, ExpectedOn: today.AddDays(-9)}
	if b := s.heed(late, today); b.State != Steady {
		t.Errorf("named all the same: %s", b.State)
	}
	s = Silence{Gone: Alarm{N: 50, Back: 25, Others: 50, OthersBack: 25, P: 1}}
	for want, b := range map[string]Buyer{
		Once: {State: Gone, Days: 1}, Late: {State: Gone, Days: 4, GapDays: 9, ExpectedOn: today.AddDays(-30)}, Steady: {State: Gone, Days: 2},
	} {
		if got := s.heed(b, today); got.State != want {
			t.Errorf("gone without the alarm is %s, want %s", got.State, want)
		}
	}
}

// With too few people nothing is found out, and the rule stands.
func TestAnAlarmOfAFewIsUntried(t *testing.T) {
	for _, a := range []Alarm{{}, {N: 4, Others: 100}, {N: 10, Others: 4}, {N: 10, Others: 19, P: .001}} {
		if a.Outcome() != Few || a.Off() {
			t.Errorf("%+v is %s", a, a.Outcome())
		}
	}
	nobody := newTrial("", "2026-03-01")
	nobody.add([]cal.Date{"2026-02-01"})
	if s := nobody.judge(); s.Gone.N+s.Gone.Others != 0 {
		t.Errorf("%+v", s)
	}
}

// A rhythm tells the next day where people keep one each, and not where all come
// at random.
func TestADayThatIsNoBetterToldIsNotTold(t *testing.T) {
	r := rand.New(rand.NewSource(3))
	shop := func(gap func(i int) int) Due {
		var list []last
		all := gaps{}
		for i := range 300 {
			days := []cal.Date{"2025-01-01"}
			for range 8 {
				g := gap(i)
				all.add(g)
				days = append(days, days[len(days)-1].AddDays(g))
			}
			if l, ok := lastOf(days); ok {
				list = append(list, l)
			}
		}
		return judgeDue(list, all.quantile(.5))
	}
	if d := shop(func(i int) int { return 7 + i%40 + r.Intn(3) }); d.Outcome() != Better || d.Own > 2 || d.N != 300 {
		t.Errorf("own rhythms: %+v", d)
	}
	d := shop(func(int) int { return 1 + int(r.ExpFloat64()*20) })
	if !d.Off() {
		t.Errorf("at random: %+v", d)
	}
	if b := (Silence{Due: d}).heed(Buyer{State: Steady, ExpectedOn: "2026-03-09"}, "2026-03-01"); b.ExpectedOn != "" {
		t.Errorf("due on %s all the same", b.ExpectedOn)
	}
	if d := judgeDue(make([]last, 29), 20); d.Outcome() != Few || d.Off() {
		t.Errorf("of a few: %+v", d)
	}
}
