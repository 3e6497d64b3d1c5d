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
