package improvement

import (
	"math"

	"regulars/app/kit/cal"
	"regulars/app/kit/stats"
)

// How an improvement is judged. With a topic, the answers that speak of it are
// the touched ones and all other answers the untouched: the share of happy
// answers, before and after, by difference in differences. With a cause there
// are only unhappy answers, so its part in all complaints is compared before
// and after: what falls for every cause alike does not move it.

// By says what an improvement's theme is measured by.
const (
	byTopic = "topic"
	byCause = "cause"
)

// enough is what each of the four cells must hold before anything is said.
const enough = 30

// Cell is k of n in one window of one side.
type Cell struct {
	K int `json:"k" db:"k"`
	N int `json:"n" db:"n"`
}

// Share is the cell as a fraction; 0 without data.
func (c Cell) Share() float64 {
	if c.N == 0 {
		return 0
	}
	return float64(c.K) / float64(c.N)
}

func (c Cell) stat() stats.Share { return stats.Share{K: c.K, N: c.N} }

// Figures are what a verdict rests on, stored with it.
type Figures struct {
	By     string   `json:"by"`
	Theme  string   `json:"theme"`
	From   cal.Date `json:"from"`
	LiveOn cal.Date `json:"live_on"`
	Until  cal.Date `json:"until"` // the last day counted

	Before        Cell `json:"before"`
	After         Cell `json:"after"`
	ControlBefore Cell `json:"control_before"`
	ControlAfter  Cell `json:"control_after"`

	// Gain is by how much it got better, as a fraction, with its interval; P is
	// two-sided, Adjusted by Holm over the Together that were judged at once.
	Gain     float64      `json:"gain"`
	Low      float64      `json:"low"`
	High     float64      `json:"high"`
	P        float64      `json:"p"`
	Adjusted float64      `json:"adjusted"`
	Together int          `json:"together"`
	Test     stats.Method `json:"test"`

	Again Again `json:"again"`
}

// ByDiff names the test of four cells beside those of kit/stats.
const ByDiff stats.Method = "diff_in_diff"

// Again is what the customers of the linked cases said when they were asked
// again. It is shown and never proves anything alone: who was very unhappy is
// less so next time also without help.
type Again struct {
	N            int     `json:"n"`
	Rose         int     `json:"rose"` // from the low band out of it
	Fell         int     `json:"fell"`
	McNemar      float64 `json:"mcnemar"`
	Moved        int     `json:"moved"`
	Wilcoxon     float64 `json:"wilcoxon"`
	Recovered    int     `json:"recovered"`
	Natural      Cell    `json:"natural"` // unhappy answers that nobody dealt with and that recovered
	NaturalKnown bool    `json:"natural_known"`
}

// smallest is the thinnest of the four cells.
func (f Figures) smallest() int {
	return min(f.Before.N, f.After.N, f.ControlBefore.N, f.ControlAfter.N)
}

// measure fills in the difference and its p.
func (f *Figures) measure() {
	f.P, f.Adjusted = 1, 1
	d := stats.DiffInDiffShares(f.Before.stat(), f.After.stat(), f.ControlBefore.stat(), f.ControlAfter.stat())
	f.Test, f.Gain, f.Low, f.High = ByDiff, d.Delta, d.Low, d.High
	if d.Valid {
		f.P = d.P
	}
	if f.By != byCause {
		return
	}
	t, method := stats.CompareShares(f.Before.K, f.Before.N, f.After.K, f.After.N)
	f.Test, f.P, f.Gain = method, t.P, f.Before.Share()-f.After.Share()
	wide := 1.959964 * math.Sqrt(spread(f.Before)+spread(f.After))
	f.Low, f.High = f.Gain-wide, f.Gain+wide
}

func spread(c Cell) float64 {
	if c.N == 0 {
		return 0
	}
	return c.Share() * (1 - c.Share()) / float64(c.N)
}

// judge gives the verdicts of all that are due together: with fewer than thirty
// in any cell nothing is said, and the p values of the others are adjusted, so
// that one in twenty of all such rounds is wrong at most.
func judge(list []*Figures) []string {
	var due []*Figures
	var ps []float64
	for _, f := range list {
		f.measure()
		if f.smallest() >= enough {
			due, ps = append(due, f), append(ps, f.P)
		}
	}
	for i, p := range stats.Holm(ps) {
		due[i].Adjusted, due[i].Together = p, len(due)
	}
	out := make([]string, len(list))
	for i, f := range list {
		switch {
		case f.smallest() < enough:
			out[i] = TooFew
		case f.Adjusted < .05 && f.Gain > 0:
			out[i] = Proven
		default:
			out[i] = NotProven
		}
	}
	return out
}

// pair is somebody's answer before and after a case was dealt with.
type pair struct {
	Kind      string `db:"kind"`
	Before    int    `db:"before"`
	After     int    `db:"after"`
	Recovered bool   `db:"recovered"`
}

// asked sums up the pairs.
func asked(pairs []pair, low func(kind string, score int) bool) Again {
	a := Again{N: len(pairs), McNemar: 1, Wilcoxon: 1}
	var before, after []float64
	for _, p := range pairs {
		before, after = append(before, float64(p.Before)), append(after, float64(p.After))
		switch was, is := low(p.Kind, p.Before), low(p.Kind, p.After); {
		case was && !is:
			a.Rose++
		case !was && is:
			a.Fell++
		}
		if p.Recovered {
			a.Recovered++
		}
	}
	if a.Rose+a.Fell > 0 {
		a.McNemar = stats.McNemar(a.Rose, a.Fell)
	}
	ranks := stats.Wilcoxon(before, after)
	a.Moved, a.Wilcoxon = ranks.N, ranks.P
	return a
}
