package satisfaction

import (
	"math/rand/v2"
	"testing"

	"regulars/app/kit/cal"
	"regulars/app/voice/survey"
)

// Whatever arrives and whenever somebody looks: no number, and no difference of
// two numbers, is about fewer than five people.
func TestAnonymousAnswersShowInFivesOnly(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	for range 300 {
		var weeks []secretWeek
		monday := cal.Date("2026-01-05")
		for range 1 + r.IntN(20) {
			c := Counts{}
			for range r.IntN(9) {
				c[r.IntN(11)]++
			}
			if c.N() > 0 {
				weeks = append(weeks, secretWeek{monday: monday, all: c, invited: r.IntN(c.N() + 1)})
			}
			monday = monday.AddDays(7 * (1 + r.IntN(2)))
		}
		shown := 0
		for today := cal.Date("2026-01-01"); today < monday.AddDays(20); today = today.AddDays(1) {
			var s Secret
			s.batch(survey.NPS, weeks, today)
			sum := 0
			for _, b := range s.Batches {
				invited := 0
				for _, w := range weeks {
					if w.monday >= b.Since && w.monday <= b.Until {
						invited += w.invited
					}
				}
				if few(invited) {
					t.Fatalf("a batch of %d who were invited, among others", invited)
				}
				if b.Score.N < least || b.Until >= today {
					t.Fatalf("a batch of %d until %s on %s", b.Score.N, b.Until, today)
				}
				sum += b.Score.N
			}
			if s.Score.N != sum || sum != 0 && sum-shown != 0 && sum-shown < least {
				t.Fatalf("%d answers on %s, %d the day before", sum, today, shown)
			}
			shown = sum
		}
	}
}

// The last period that is over is compared with the one before, never the one
// that is still running.
func TestOnlyFullPeriodsAreCompared(t *testing.T) {
	for _, unit := range []string{Month, Quarter, Week} {
		points := periods(unit, "2026-03-15")
		last := points[len(points)-1]
		if last.Full || last.Since > "2026-03-15" || last.Until < "2026-03-15" {
			t.Errorf("%s: %+v is running", unit, last)
		}
		for i := range points {
			points[i].Figure = figure(survey.NPS, Counts{9: 10 * (i + 1), 3: 5})
			if i > 0 && points[i].Since != points[i-1].Until.AddDays(1) {
				t.Errorf("%s: a gap after %s", unit, points[i-1].Until)
			}
		}
		c := change(survey.NPS, points)
		if c == nil || !c.To.Full || c.To.Until.AddDays(1) != last.Since || c.From.Until.AddDays(1) != c.To.Since {
			t.Errorf("%s: %+v", unit, c)
		}
		points[len(points)-2].Figure = figure(survey.NPS, Counts{})
		if change(survey.NPS, points) != nil {
			t.Errorf("%s: an empty period is compared", unit)
		}
	}
	for _, p := range periods(Rolling, "2026-03-15") {
		if p.Until.Sub(p.Since) != window {
			t.Errorf("%s to %s", p.Since, p.Until)
		}
	}
}

func TestVerdictsFitTheNumbers(t *testing.T) {
	small := compare(survey.NPS, Counts{10: 25, 8: 20, 3: 15}, Counts{10: 31, 8: 19, 3: 10})
	large := compare(survey.NPS, Counts{10: 250, 8: 200, 3: 150}, Counts{10: 310, 8: 190, 3: 100})
	if small.Verdict != "could_be_chance" || large.Verdict != "likely_real" || small.Least < 25 || small.Least > 45 {
		t.Errorf("%+v\n%+v", small, large)
	}
	if few := compare(survey.CSAT, Counts{5: 3}, Counts{1: 29}); few.Verdict != "too_early" || few.Method != "fisher" || few.Missing() != 27 {
		t.Errorf("%+v", few)
	}
	if mean := compare(survey.CES, Counts{2: 20, 3: 20}, Counts{6: 20, 7: 20}); mean.Method != "welch" || mean.Verdict != "likely_real" || mean.Delta != 4 {
		t.Errorf("%+v", mean)
	}
	all := []*Difference{{P: .03, Smaller: 50}, {P: .04, Smaller: 50}, {P: .001, Smaller: 3}}
	for _, d := range all {
		d.judge()
	}
	together(all)
	if all[0].Verdict != "could_be_chance" || all[0].Several != 2 || all[2].Verdict != "too_early" {
		t.Errorf("%+v %+v", all[0], all[2])
	}
}
