package watch

import (
	"math"
	"math/rand"
	"testing"

	"regulars/app/kit/stats"
)

// poisson draws a count.
func poisson(rnd *rand.Rand, mean float64) int {
	limit, p, n := math.Exp(-mean), 1.0, 0
	for p > limit {
		p *= rnd.Float64()
		n++
	}
	return n - 1
}

// shop is a past in which nothing ever changes.
func shop(rnd *rand.Rand) history {
	h := history{have: map[string]int{}}
	for _, k := range Keys {
		h.have[k] = blocks
	}
	for range blocks {
		w := week{sum: map[string]float64{Orders: float64(poisson(rnd, 40)), Buyers: float64(poisson(rnd, 6)), Cases: float64(poisson(rnd, 5))}}
		for range int(w.sum[Orders]) {
			w.sum[Revenue] += math.Exp(7 + .8*rnd.NormFloat64())
		}
		for range int(w.sum[Cases]) {
			w.reply = append(w.reply, 20*rnd.ExpFloat64())
		}
		for range poisson(rnd, 12) {
			w.sum[Answers]++
			switch u := rnd.Float64(); {
			case u < .5:
				w.said.Promoters++
			case u < .8:
				w.said.Passives++
			default:
				w.said.Detractors++
			}
		}
		h.weeks = append(h.weeks, w)
	}
	return h
}

// A shop in which nothing happens is left in peace: among all seven numbers an
// alarm comes up in no more than one look in twenty, which is what is promised.
func TestFalseAlarmsAreAsRareAsPromised(t *testing.T) {
	rnd := rand.New(rand.NewSource(5))
	loud, odd, tries := 0, 0, 1500
	for range tries {
		rang, outside := false, false
		for _, n := range shop(rnd).judge(0) {
			rang = rang || n.State == Alarm
			outside = outside || n.State == Outside || n.State == Alarm
		}
		if rang {
			loud++
		}
		if outside {
			odd++
		}
	}
	t.Logf("alarms in %.3f of looks; a number outside its own range in %.3f", float64(loud)/float64(tries), float64(odd)/float64(tries))
	if share := float64(loud) / float64(tries); share > .06 {
		t.Errorf("%.3f false alarms", share)
	}
	if share := float64(odd) / float64(tries); share < .12 {
		t.Errorf("%.3f have a number outside: then Holm would not be needed", share)
	}
}

func TestWhatIsOddIsTold(t *testing.T) {
	h := shop(rand.New(rand.NewSource(6)))
	h.weeks[0].sum[Orders], h.weeks[0].said = 12, stats.Answers{Detractors: 12}
	for _, n := range h.judge(0) {
		want := n.State
		if n.Key == Orders || n.Key == NPS {
			want = Alarm
		}
		if n.State != want || n.State == Alarm && n.Now >= n.Low {
			t.Errorf("%+v", n)
		}
		if len(n.Past) == 0 || n.Weeks < fewSpans {
			t.Errorf("%s rests on %d", n.Key, n.Weeks)
		}
	}
	if rang, tried := h.rang(); tried != tries || rang > 3 {
		t.Errorf("%d of %d", rang, tried)
	}
}

func TestAYoungShopIsNotJudged(t *testing.T) {
	h := shop(rand.New(rand.NewSource(7)))
	for k := range h.have {
		h.have[k] = fewSpans // one of them is the newest
	}
	for _, n := range h.judge(0) {
		if n.State != Unknown {
			t.Errorf("%+v", n)
		}
	}
	if rang, tried := h.rang(); rang != 0 || tried != 0 {
		t.Errorf("%d of %d", rang, tried)
	}
}
