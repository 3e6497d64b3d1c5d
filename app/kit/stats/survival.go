// How long things take when some are not over yet: an open case counts for the
// time it has been open, it is neither ignored nor taken for done.

package stats

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Wait is a time span. Over tells that the awaited thing happened at its end;
// otherwise it was still open when last seen (censored).
type Wait struct {
	For  float64
	Over bool
}

// Step is a moment at which something happened: S is the share still waiting
// just after it, with Greenwood's standard error and the log-log interval.
type Step struct {
	At        float64
	AtRisk    int // waiting just before
	Events    int
	S         float64
	SE        float64
	Low, High float64
}

// Curve is the share still waiting over time.
type Curve struct {
	N     int
	Over  int
	Steps []Step
	waits []Wait // sorted
}

// KaplanMeier is the product-limit estimate (Kaplan & Meier 1958, JASA 53).
// The interval is log(-log S) +- z SE (Kalbfleisch & Prentice 2002): it stays
// within 0 and 1. Whoever was last seen at a moment of events was at risk then.
func KaplanMeier(waits []Wait) Curve {
	c := Curve{N: len(waits), waits: slices.Clone(waits)}
	slices.SortStableFunc(c.waits, func(a, b Wait) int { return cmp.Compare(a.For, b.For) })
	s, green := 1.0, 0.0
	for i := 0; i < c.N; {
		j, d := i, 0
		for j < c.N && c.waits[j].For == c.waits[i].For {
			if c.waits[j].Over {
				d++
			}
			j++
		}
		if d > 0 {
			risk, died := float64(c.N-i), float64(d)
			s *= (risk - died) / risk
			green += died / (risk * (risk - died)) // infinite at the last step to 0
			c.Over += d
			c.Steps = append(c.Steps, step(c.waits[i].For, c.N-i, d, s, green))
		}
		i = j
	}
	return c
}

func step(at float64, risk, events int, s, green float64) Step {
	out := Step{At: at, AtRisk: risk, Events: events, S: s, Low: s, High: s}
	if s <= 0 {
		return Step{At: at, AtRisk: risk, Events: events}
	}
	out.SE = s * math.Sqrt(green)
	wide := z95 * math.Sqrt(green) / math.Abs(math.Log(s))
	out.Low, out.High = math.Pow(s, math.Exp(wide)), math.Pow(s, math.Exp(-wide))
	return out
}

// Waiting is the step that holds at time t; before the first it is all of them.
func (c Curve) Waiting(t float64) Step {
	now := Step{At: t, AtRisk: c.AtRisk(t), S: 1, Low: 1, High: 1}
	for _, s := range c.Steps {
		if s.At > t {
			break
		}
		now.S, now.SE, now.Low, now.High = s.S, s.SE, s.Low, s.High
	}
	return now
}

// AtRisk is how many were still waiting just before t.
func (c Curve) AtRisk(t float64) int {
	i, _ := slices.BinarySearchFunc(c.waits, t, func(w Wait, t float64) int { return cmp.Compare(w.For, t) })
	return c.N - i
}

// Span is a time with its 95 % interval. Known is false when so few are over
// that the time lies beyond what was seen; High is infinite when only its upper
// end does.
type Span struct {
	Value     float64
	Low, High float64
	Known     bool
}

// Quantile is the time after which the share p is over; .5 is the median. The
// interval is where the curve's own interval crosses (Brookmeyer & Crowley
// 1982, Biometrics 38). A curve that rests exactly at the share gives the
// middle of its rest, as R's survfit does.
func (c Curve) Quantile(p float64) Span {
	left := 1 - p
	value := c.crossing(left, func(s Step) float64 { return s.S })
	return Span{
		Value: value, Known: !math.IsInf(value, 1),
		Low:  c.crossing(left, func(s Step) float64 { return s.Low }),
		High: c.crossing(left, func(s Step) float64 { return s.High }),
	}
}

func (c Curve) crossing(left float64, of func(Step) float64) float64 {
	const same = 1e-9
	for i, s := range c.Steps {
		switch v := of(s); {
		case math.Abs(v-left) < same && i+1 < len(c.Steps):
			return (s.At + c.Steps[i+1].At) / 2
		case v < left+same:
			return s.At
		}
	}
	return math.Inf(1)
}

// LogRank compares two curves over their whole length (Mantel 1966, Cancer
// Chemotherapy Reports 50): chi-square with one degree of freedom and its p.
// Without events there is nothing to compare and p is 1.
func LogRank(a, b []Wait) (chi2, p float64) {
	ka, kb := KaplanMeier(a), KaplanMeier(b)
	both := KaplanMeier(slices.Concat(a, b))
	seen, expected, variance := float64(ka.Over), 0.0, 0.0
	for _, s := range both.Steps {
		n, d, na := float64(s.AtRisk), float64(s.Events), float64(ka.AtRisk(s.At))
		expected += d * na / n
		if n > 1 {
			variance += d * na / n * (1 - na/n) * (n - d) / (n - 1)
		}
	}
	if variance == 0 || ka.Over+kb.Over == 0 {
		return 0, 1
	}
	chi2 = (seen - expected) * (seen - expected) / variance
	return chi2, distuv.ChiSquared{K: 1}.Survival(chi2)
}
