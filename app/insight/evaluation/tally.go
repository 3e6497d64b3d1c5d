package evaluation

// tally counts scores to the half point, enough for a median.
type tally struct {
	n    int
	bins [201]int
}

func (t *tally) add(score float64) { t.put(score, 1) }

// put counts a score n times, or less often with a negative n.
func (t *tally) put(score float64, n int) {
	bin := &t.bins[bin(score)]
	n = max(n, -*bin)
	*bin += n
	t.n += n
}

func bin(score float64) int { return min(200, max(0, int(score*2+.5))) }

// below are how many lie below a score, and beside it.
func (t *tally) below(score float64) (below, same int) {
	at := bin(score)
	for _, n := range t.bins[:at] {
		below += n
	}
	return below, t.bins[at]
}

func (t *tally) median() float64 {
	seen := 0
	for i, n := range t.bins {
		if seen += n; 2*seen >= t.n {
			return float64(i) / 2
		}
	}
	return 50
}

// totals counts totals to the tenth of a point, enough to find where shares begin.
type totals struct {
	n    int
	bins [1001]int
}

func (t *totals) add(total *float64) {
	if total == nil {
		return
	}
	t.n++
	t.bins[min(1000, max(0, int(*total*10)))]++
}

// cuts are from which total on a grade begins when the best 20 of 100 are A, and
// so on; nil while too few are scored to share anything out.
func (t *totals) cuts(shares map[string]float64) map[string]float64 {
	if t.n < fewBuyers {
		return nil
	}
	out := map[string]float64{}
	seen, upTo, at := 0, 0.0, len(t.bins)
	for _, g := range Grades[:3] {
		upTo += shares[g]
		for at > 0 && float64(seen) < upTo/100*float64(t.n)-1e-9 {
			at--
			seen += t.bins[at]
		}
		out[g] = float64(at) / 10
	}
	return out
}
