package report

import (
	"fmt"

	"regulars/app/kit/stats"
	"regulars/app/voice/improvement"
)

// What can be next, in the order in which it presses. The words are under
// "report.step." and the key.
const (
	waiting = "waiting" // cases without a first reply
	late    = "late"    // cases past their date
	reply   = "reply"   // reviews that nobody answered
	fell    = "fell"    // a score that really fell
	assign  = "assign"  // a theme without a department
	improve = "improve" // a theme about which nothing is changed
	tell    = "tell"    // an improvement that helped, and nobody was told
	ask     = "ask"     // too few answers for a score, or for a verdict
	more    = "more"
)

// loud is how many unhappy answers a theme takes to ask for something.
const loud = 3

// steps are what the figures ask for. Who works alone has no departments.
func steps(f Figures, together bool) []Step {
	out := []Step{}
	add := func(s Step) {
		if s.N > 0 {
			out = append(out, s)
		}
	}
	if c := f.Cases; c != nil {
		add(Step{Key: waiting, N: c.Waiting.N, Path: c.Waiting.Rows})
		add(Step{Key: late, N: c.Late.N, Path: c.Late.Rows})
	}
	if r := f.Reviews; r != nil {
		add(Step{Key: reply, N: r.Unanswered.N, Path: r.Unanswered.Rows})
	}
	for _, s := range f.Surveys {
		if s.Change != nil && s.Change.Verdict == string(stats.LikelyReal) && s.Change.Delta < 0 {
			add(Step{Key: fell, N: s.Score.N, NameEN: s.Name, NameZH: s.Name, Path: s.TopicPage})
		}
	}
	lacks := map[int64]loose{}
	for _, t := range f.loose {
		lacks[t.ID] = t
	}
	for _, t := range f.Themes {
		lack := lacks[t.ID]
		if t.Unhappy.N < loud {
			continue
		}
		delete(lacks, t.ID) // one theme of two surveys is said once
		if together && lack.NoTeam {
			add(Step{Key: assign, N: t.Unhappy.N, NameEN: t.NameEN, NameZH: t.NameZH, Path: fmt.Sprintf("/topics/%d", t.ID)})
		}
		if lack.NoChange {
			add(Step{Key: improve, N: t.Unhappy.N, NameEN: t.NameEN, NameZH: t.NameZH, Path: fmt.Sprintf("/improvements/new?topic=%d", t.ID)})
		}
	}
	for _, i := range f.Improvements {
		if i.Verdict == improvement.Proven && i.Letters == 0 {
			add(Step{Key: tell, N: 1, NameEN: i.Title, NameZH: i.Title, Path: fmt.Sprintf("/improvements/%d/letter", i.ID)})
		}
	}
	for _, s := range f.Surveys {
		if !s.Active || !s.Scored {
			continue
		}
		missing := Step{NameEN: s.Name, NameZH: s.Name, Path: "/survey-programs"}
		switch stats.TrustIn(s.Score.N) {
		case stats.TooFew:
			missing.Key, missing.N = ask, 5-s.Score.N
			add(missing)
		case stats.Early:
			missing.Key, missing.N = more, 30-s.Score.N
			add(missing)
		}
	}
	return out
}
