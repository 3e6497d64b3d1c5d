package evaluation

import (
	"context"
	"math"
	"slices"

	"regulars/app/kit/ahp"
	"regulars/app/kit/errs"
	"regulars/app/sys/db"
)

// Weights by comparison: the owner says of every two dimensions which counts
// more, and learns whether the answers agree with each other.

// Pair is one question.
type Pair struct{ A, B string }

// Pairs are all of them: 15 for six dimensions.
func Pairs(keys []string) []Pair {
	var out []Pair
	for i, a := range keys {
		for _, b := range keys[i+1:] {
			out = append(out, Pair{a, b})
		}
	}
	return out
}

// Steps are the answers on Saaty's scale: above 0 the first counts more, below
// 0 the second, 0 both alike.
var Steps = []int{4, 3, 2, 1, 0, -1, -2, -3, -4}

// importance is how many times as important: 4 is nine times, -1 a third.
func importance(step int) float64 {
	times := float64(2*max(step, -step) + 1)
	if step < 0 {
		return 1 / times
	}
	return times
}

// Judgement is what the answers come to.
type Judgement struct {
	Keys    []string
	Weights map[string]float64 // whole percent, together 100
	Spread  map[string]float64 // by entropy, for information; nil when nothing tells customers apart
	Mixed   map[string]float64 // lambda of the first and the rest of the second, together 100
	Lambda  float64
	CR      float64
	OK      bool // the answers agree well enough to be used
	Worst   *Contradiction
}

// Contradiction is the answer that disagrees most with the others.
type Contradiction struct {
	Pair
	Said, Fit float64 // how many times as important A is: as said, and as the others make it
}

// Compare judges answers, one per pair.
func (s *Service) Compare(ctx context.Context, steps []int, lambda float64) (Judgement, error) {
	if err := mayDecide(ctx); err != nil {
		return Judgement{}, err
	}
	keys, err := s.compared(ctx)
	if err != nil {
		return Judgement{}, err
	}
	pairs := Pairs(keys)
	c := &errs.Check{}
	c.That(len(steps) == len(pairs), "answers", "evaluation.error.answers", "n", len(pairs))
	for _, step := range steps {
		c.That(slices.Contains(Steps, step), "answers", "error.choice")
	}
	c.That(between(lambda, 0, 1), "lambda", "evaluation.error.lambda")
	if err := c.Err(); err != nil {
		return Judgement{}, err
	}
	spread, err := s.spreadWeights(ctx, s.db.Reader(ctx), keys)
	if err != nil {
		return Judgement{}, err
	}
	return judgementOf(keys, steps, lambda, spread), nil
}

// compared are the dimensions of the house and the shop's own, as many as can be
// compared with care.
func (s *Service) compared(ctx context.Context) ([]string, error) {
	d, _, err := s.Begin(ctx)
	keys := keysWith(d.Own)
	return keys[:min(len(keys), len(Keys)+maxUsed)], err
}

func judgementOf(keys []string, steps []int, lambda float64, spread []float64) Judgement {
	above := make([]float64, len(steps))
	for i, step := range steps {
		above[i] = importance(step)
	}
	r, _ := ahp.Weigh(ahp.FromPairs(len(keys), above))
	j := Judgement{Keys: keys, Weights: percents(keys, r.Weights), Lambda: lambda, CR: r.CR, OK: r.Consistent()}
	mixed := r.Weights
	if spread != nil {
		j.Spread = percents(keys, spread)
		mixed = ahp.Mix(r.Weights, spread, lambda)
	}
	j.Mixed = percents(keys, mixed)
	if !j.OK && r.Worst[0] >= 0 {
		a, b := r.Worst[0], r.Worst[1]
		j.Worst = &Contradiction{Pair: Pair{keys[a], keys[b]}, Fit: r.Fit}
		j.Worst.Said = above[slices.Index(Pairs(keys), j.Worst.Pair)]
	}
	return j
}

// spreadWeights are by entropy: which dimension tells customers apart.
func (s *Service) spreadWeights(ctx context.Context, q db.Q, keys []string) ([]float64, error) {
	var all int
	if err := q.Get(ctx, &all, sqlAll); err != nil {
		return nil, err
	}
	rows, err := scoreRows(ctx, q, all, keys)
	if err != nil || len(rows) < fewBuyers {
		return nil, err
	}
	w, ok := ahp.Entropy(rows)
	if !ok {
		return nil, nil
	}
	return w, nil
}

// percents are whole numbers that come to 100: what is cut off goes to those
// who lose most by it.
func percents(keys []string, w []float64) map[string]float64 {
	whole := make([]float64, len(w))
	left := 100.0
	for i, v := range w {
		whole[i] = math.Floor(100*v + 1e-9)
		left -= whole[i]
	}
	order := make([]int, len(w))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		if ra, rb := 100*w[a]-whole[a], 100*w[b]-whole[b]; ra != rb {
			if ra > rb {
				return -1
			}
			return 1
		}
		return 0
	})
	for i := 0; left > .5 && i < len(order); i, left = i+1, left-1 {
		whole[order[i]]++
	}
	out := map[string]float64{}
	for i, key := range keys[:len(w)] {
		out[key] = whole[i]
	}
	return out
}
