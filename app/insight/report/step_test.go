package report

import (
	"testing"

	"regulars/app/insight/periodical"
	"regulars/app/kit/stats"
	"regulars/app/voice/improvement"
)

func TestStepsComeFromTheFigures(t *testing.T) {
	f := Figures{
		Cases: &Cases{Waiting: Number{3, "/w"}, Late: Number{0, "/l"}},
		Surveys: []Survey{
			{ID: 1, Name: "Visit", Active: true, Scored: true, Score: periodical.Score{N: 40}, Change: &Change{Delta: -12, Verdict: string(stats.LikelyReal)}, TopicPage: "/t"},
			{ID: 2, Name: "New", Active: true, Scored: true, Score: periodical.Score{N: 2}, Change: &Change{Delta: -50, Verdict: string(stats.TooEarly)}},
			{ID: 3, Name: "Small", Active: true, Scored: true, Score: periodical.Score{N: 21}, Change: &Change{Delta: 30, Verdict: string(stats.LikelyReal)}},
			{ID: 4, Name: "Over", Scored: true},
			{ID: 5, Name: "Words", Active: true},
		},
		Themes:       []Theme{{ID: 7, NameEN: "Price", Unhappy: Number{N: 4}}, {ID: 7, NameEN: "Price", Unhappy: Number{N: 3}}, {ID: 8, NameEN: "Parking", Unhappy: Number{N: 2}}},
		Improvements: []Improvement{{ID: 9, Title: "Earlier van", Verdict: improvement.Proven}, {ID: 10, Title: "Told", Verdict: improvement.Proven, Letters: 2}},
		loose:        []loose{{7, true, true}, {8, true, true}},
	}
	keys := func(all []Step) (out string) {
		for _, s := range all {
			out += s.Key + " "
		}
		return out
	}
	if got, want := keys(steps(f, true)), "waiting fell assign improve tell ask more "; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got, want := keys(steps(f, false)), "waiting fell improve tell ask more "; got != want {
		t.Errorf("alone: %s, want %s", got, want)
	}
	if got := steps(Figures{}, true); len(got) != 0 {
		t.Errorf("%+v", got)
	}
}
