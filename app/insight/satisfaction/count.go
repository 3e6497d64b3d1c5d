package satisfaction

import (
	"maps"
	"math"
	"slices"

	"regulars/app/kit/stats"
	"regulars/app/voice/survey"
)

// Counts are answers by their score.
type Counts map[int]int

// N is the number of answers.
func (c Counts) N() int {
	n := 0
	for _, k := range c {
		n += k
	}
	return n
}

// add puts the answers of another group in.
func (c Counts) add(other Counts) {
	for score, n := range other {
		c[score] += n
	}
}

// less are the answers that are not in a part of them.
func (c Counts) less(part Counts) Counts {
	out := Counts{}
	for score, n := range c {
		if left := n - part[score]; left > 0 {
			out[score] = left
		}
	}
	return out
}

// values lists every answer.
func (c Counts) values() []float64 {
	var out []float64
	for _, score := range slices.Sorted(maps.Keys(c)) {
		for range c[score] {
			out = append(out, float64(score))
		}
	}
	return out
}

// bands are the answers by third of the scale.
func (c Counts) bands(kind string) stats.Answers {
	var a stats.Answers
	for score, n := range c {
		switch survey.BandOf(kind, score) {
		case survey.HighBand:
			a.Promoters += n
		case survey.MidBand:
			a.Passives += n
		default:
			a.Detractors += n
		}
	}
	return a
}

// Figure is a score with how sure it is.
type Figure struct {
	Kind   string
	Counts Counts
	Score  stats.Estimate
	Trust  stats.Trust
}

// figure counts the answers to a question of the kind: the net score, the share
// of the satisfied in percent, or the mean.
func figure(kind string, c Counts) Figure {
	f := Figure{Kind: kind, Counts: c}
	switch kind {
	case survey.NPS:
		f.Score = stats.NPS(c.bands(kind))
	case survey.CSAT:
		f.Score = stats.CSAT(c.bands(kind).Promoters, c.N())
	default:
		low, high := survey.Scale(kind)
		f.Score = stats.Mean(c.values(), float64(low), float64(high))
	}
	f.Trust = stats.TrustIn(f.Score.N)
	return f
}

// Known tells whether there are answers enough to show a score.
func (f Figure) Known() bool { return f.Trust != stats.TooFew }

// Range is the scale of the score itself.
func (f Figure) Range() (low, high float64) { return span(f.Kind) }

func span(kind string) (low, high float64) {
	switch kind {
	case survey.NPS:
		return -100, 100
	case survey.CSAT:
		return 0, 100
	}
	lowest, highest := survey.Scale(kind)
	return float64(lowest), float64(highest)
}

// Places is how many decimals the score is shown with.
func Places(kind string) int {
	if kind == survey.NPS || kind == survey.CSAT {
		return 0
	}
	return 1
}

// Difference compares a group with another: Delta is the second's score less
// the first's, in the score's own unit. P is adjusted when it is one of several.
type Difference struct {
	Delta   float64
	P       float64
	Method  stats.Method
	Smaller int     // answers of the smaller group
	Several int     // comparisons made at once
	Least   float64 // the smallest difference that so many answers would show
	Valid   bool
	Verdict stats.Verdict
}

// compare tests whether b differs from a.
func compare(kind string, a, b Counts) Difference {
	d := Difference{Smaller: min(a.N(), b.N()), Several: 1, P: 1}
	switch kind {
	case survey.NPS:
		t := stats.NPSChange(a.bands(kind), b.bands(kind))
		d.Delta, d.P, d.Valid, d.Method = t.Delta, t.P, t.Valid, stats.ByNPS
		both := a.bands(kind)
		more := b.bands(kind)
		n := math.Max(1, float64(both.N()+more.N()))
		d.Least = stats.DetectableNPS(float64(both.Promoters+more.Promoters)/n, float64(both.Detractors+more.Detractors)/n, a.N(), b.N())
	case survey.CSAT:
		t, by := stats.CompareShares(a.bands(kind).Promoters, a.N(), b.bands(kind).Promoters, b.N())
		d.Delta, d.P, d.Valid, d.Method = 100*t.Delta, t.P, t.Valid, by
		p := float64(a.bands(kind).Promoters+b.bands(kind).Promoters) / math.Max(1, float64(a.N()+b.N()))
		d.Least = 100 * stats.Detectable(math.Sqrt(p*(1-p)*(1/float64(a.N())+1/float64(b.N()))))
	default:
		t := stats.Welch(a.values(), b.values())
		d.Delta, d.P, d.Valid, d.Method = t.Delta, t.P, t.Valid, stats.ByWelch
		d.Least = stats.Detectable(t.SE)
		if d.Smaller == 1 {
			d.Delta = mean(b) - mean(a)
		}
	}
	d.judge()
	return d
}

func mean(c Counts) float64 {
	sum := 0.0
	for score, n := range c {
		sum += float64(score * n)
	}
	return sum / math.Max(1, float64(c.N()))
}

func (d *Difference) judge() {
	d.Verdict = stats.Judge(d.P, d.Smaller)
}

// together adjusts comparisons that were made at once, so that looking at many
// does not find one by chance. Those that nobody may judge yet do not count.
func together(all []*Difference) {
	var judged []*Difference
	var ps []float64
	for _, d := range all {
		if d.Verdict != stats.TooEarly {
			judged, ps = append(judged, d), append(ps, d.P)
		}
	}
	for i, p := range stats.Holm(ps) {
		judged[i].P, judged[i].Several = p, len(judged)
		judged[i].judge()
	}
}

// Missing is how many more answers the smaller group needs before its difference
// may be judged.
func (d Difference) Missing() int { return max(0, 30-d.Smaller) }
