package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

// R: t.test(extra ~ group, data = sleep), groups taken for independent.
func TestWelchEqualsR(t *testing.T) {
	one := []float64{.7, -1.6, -.2, -1.2, -.1, 3.4, 3.7, .8, 0, 2}
	two := []float64{1.9, .8, 1.1, .1, -.1, 4.4, 5.5, 1.6, 4.6, 3.4}
	d := Welch(two, one)
	near(t, "t", d.T, -1.8608, .00005)
	near(t, "df", d.DF, 17.776, .0005)
	near(t, "p", d.P, .07939, .000005)
	near(t, "low", d.Low, -3.3654832, 1e-6)
	near(t, "high", d.High, .2054832, 1e-6)
	if Welch(one[:1], two).Valid || Welch([]float64{2, 2}, []float64{3, 3}).Valid {
		t.Error("nothing to compare, yet a test")
	}
}

func TestThinSharesAreComparedExactly(t *testing.T) {
	if thick, by := CompareShares(45, 100, 65, 100); by != ByProportions || thick != TwoProportions(45, 100, 65, 100) {
		t.Errorf("%+v by %s", thick, by)
	}
	thin, by := CompareShares(15, 17, 3, 13) // Fisher's convictions
	near(t, "p", thin.P, .0005367241, 1e-9)
	if by != ByFisher || !thin.Valid || thin.Delta >= 0 {
		t.Errorf("%+v by %s", thin, by)
	}
	if all, by := CompareShares(9, 9, 40, 40); by != ByFisher || all.P != 1 {
		t.Errorf("all satisfied in both: %+v by %s", all, by)
	}
	if none, _ := CompareShares(0, 0, 1, 3); none.Valid || none.P != 1 {
		t.Errorf("nobody asked: %+v", none)
	}
}

func TestHolm(t *testing.T) {
	for i, want := range []float64{.03, .06, .06, .02} { // R: p.adjust(c(.01,.04,.03,.005), "holm")
		near(t, "p", Holm([]float64{.01, .04, .03, .005})[i], want, 1e-12)
	}
	if got := Holm(nil); len(got) != 0 {
		t.Error("no comparisons, yet some")
	}
	r := rand.New(rand.NewPCG(2, 2))
	wrong := 0
	for range 2000 {
		ps := make([]float64, 5)
		for i := range ps {
			ps[i] = r.Float64()
		}
		smallest := 1.0
		for i, p := range Holm(ps) {
			if p < ps[i] || p > 1 {
				t.Fatalf("%v became %v", ps[i], p)
			}
			smallest = math.Min(smallest, p)
		}
		if smallest < .05 {
			wrong++
		}
	}
	if wrong > 130 {
		t.Errorf("%d of 2000 families of five were called real by chance", wrong)
	}
}

func TestDifferenceInDifferences(t *testing.T) {
	d := DiffInDiffShares(Share{40, 100}, Share{65, 100}, Share{50, 100}, Share{55, 100})
	near(t, "delta", d.Delta, .20, 1e-12)
	near(t, "se", d.SE, math.Sqrt((.4*.6+.65*.35+.5*.5+.55*.45)/100), 1e-12)
	near(t, "low", d.Low, .20-1.959964*d.SE, 1e-6)
	if d.N != 100 || d.P < .03 || d.P > .05 {
		t.Errorf("%+v", d)
	}
	if same := DiffInDiffShares(Share{40, 100}, Share{60, 100}, Share{40, 100}, Share{60, 100}); math.Abs(same.T) > 1e-9 {
		t.Errorf("both changed alike: %+v", same)
	}
	if DiffInDiffShares(Share{}, Share{1, 2}, Share{1, 2}, Share{1, 2}).Valid {
		t.Error("an empty cell was compared")
	}
	a, b := []float64{1, 2, 3, 4}, []float64{3, 4, 5, 7}
	m := DiffInDiffMeans(a, b, a, a)
	near(t, "means", m.Delta, 2.25, 1e-12)
	w := Welch(a, b)
	if m.SE <= w.SE || m.N != 4 {
		t.Errorf("two more groups, yet surer: %+v against %+v", m, w)
	}
	if DiffInDiffMeans(a, b, a, a[:1]).Valid {
		t.Error("one answer in a cell was compared")
	}
}

func TestDifferenceInDifferencesIsSeldomFooled(t *testing.T) {
	r := rand.New(rand.NewPCG(30, 30))
	draw := func(p float64) Share {
		s := Share{N: 60}
		for range s.N {
			if r.Float64() < p {
				s.K++
			}
		}
		return s
	}
	fooled, found := 0, 0
	for range 2000 {
		if DiffInDiffShares(draw(.5), draw(.6), draw(.6), draw(.7)).P < .05 {
			fooled++
		}
		if DiffInDiffShares(draw(.4), draw(.8), draw(.6), draw(.6)).P < .05 {
			found++
		}
	}
	if fooled > 140 || found < 1700 {
		t.Errorf("of 2000: %d called real without effect, %d found with one of 40 points", fooled, found)
	}
}
