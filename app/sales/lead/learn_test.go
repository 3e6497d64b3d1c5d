package lead

import (
	"math/rand/v2"
	"testing"
)

var known = []ScoreRule{{ID: 1, Field: "source", Test: is, Value: "Fair", Points: 10}, {ID: 2, Field: "company", Test: given, Points: 5}}

// past are leads whose source decides as much as lift says.
func past(n int, lift float64) []ended {
	r := rand.New(rand.NewPCG(3, 5))
	out := make([]ended, n)
	for i := range out {
		p := .35
		if r.Float64() < .5 {
			out[i].Source, p = "Fair", .35+lift
		}
		if r.Float64() < .5 {
			out[i].Company = "Castell"
		}
		out[i].Won = r.Float64() < p
	}
	return out
}

func TestWhatIsLearnedHasToForesee(t *testing.T) {
	f := learn(past(400, .5), known, false)
	if !f.Used || f.Brier >= f.Brier0 || f.LogLoss >= f.Loss0 || f.Trained != 280 || f.Tested != 120 || f.Beta[0] < 1 {
		t.Fatalf("%+v", f)
	}
	fair, other := Lead{Source: "Fair"}, Lead{Source: "Street"}
	by := Scoring{Rules: known, Fit: f}
	if a, b := by.Score(fair), by.Score(other); a < 70 || b > 50 || a > 100 || b < 0 {
		t.Errorf("%d and %d", a, b)
	}
	if f := learn(past(400, 0), known, false); f.Used || f.Why != "worse" || f.Tested == 0 {
		t.Errorf("noise is used: %+v", f)
	}
	if f := learn(past(400, .5), known, true); f.Used || f.Why != "plain" {
		t.Errorf("the owner said points: %+v", f)
	}
	if f := learn(past(49, .5), known, false); f.Used || f.Why != "few" {
		t.Errorf("49 leads: %+v", f)
	}
	// Ten of the rarer end among the older leads for each rule.
	if f := learn(past(60, .5), known, false); len(f.Rules) > 1 {
		t.Errorf("60 leads carry %d rules", len(f.Rules))
	}
	if f := learn(past(400, .5), known[:0], false); f.Used || f.Why != "rules" {
		t.Errorf("no rules: %+v", f)
	}
}

func TestRatesOfRulesTellOnlyWhatTheyMay(t *testing.T) {
	list := past(40, .5)
	all := rateOf(list, func(Lead) bool { return true })
	if all.N != 40 || !all.Enough() || all.Early() || all.Low >= all.Share() || all.High <= all.Share() {
		t.Errorf("%+v", all)
	}
	if r := rateOf(list[:4], func(Lead) bool { return true }); r.Enough() {
		t.Error("four leads tell a share")
	}
}
