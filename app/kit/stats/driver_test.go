package stats

import (
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat"
)

// swiss is R's data set of 47 provinces in 1888, by column, as relaimpo's
// examples use it.
func swiss(t *testing.T) [][]float64 {
	t.Helper()
	data, err := os.ReadFile("testdata/swiss.csv")
	if err != nil {
		t.Fatal(err)
	}
	columns := make([][]float64, 6)
	for _, line := range strings.Fields(string(data))[1:] {
		for i, cell := range strings.Split(line, ",") {
			columns[i] = append(columns[i], number(t, cell))
		}
	}
	return columns
}

// relaimpo 2.2: calc.relimp(lm(Fertility ~ ., swiss), type = "lmg").
func TestDriversEqualRelaimpo(t *testing.T) {
	columns := swiss(t)
	r2, shares, ok := LMG(columns[0], columns[1:])
	if !ok {
		t.Fatal("no shares")
	}
	near(t, "R2", r2, .706735, .0000005)
	for i, want := range []float64{.05709122, .17117303, .26013468, .10557015, .11276592} {
		near(t, "share", shares[i], want, 1e-7)
	}
}

func TestDriversKeepTheirLaws(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	column := func() []float64 {
		out := make([]float64, 80)
		for i := range out {
			out[i] = float64(1 + r.IntN(5))
		}
		return out
	}
	for k := 1; k <= MaxDrivers; k++ {
		drivers := make([][]float64, k)
		for j := range drivers {
			drivers[j] = column()
		}
		y := column()
		for i := range y {
			y[i] += drivers[0][i]
		}
		r2, shares, ok := LMG(y, drivers)
		sum := 0.0
		for _, s := range shares {
			sum += s
			if s < -1e-12 {
				t.Fatalf("a driver takes %v away", s)
			}
		}
		near(t, "sum", sum, r2, 1e-9)
		if !ok || r2 <= 0 || r2 > 1 {
			t.Fatalf("R2 %v", r2)
		}
		turned := append([][]float64{}, drivers...)
		turned[0], turned[k-1] = turned[k-1], turned[0]
		_, again, _ := LMG(y, turned)
		near(t, "order", again[k-1], shares[0], 1e-9)
	}
	y, a, b := column(), column(), column()
	_, two, _ := LMG(y, [][]float64{a, b})
	both, _, _ := LMG(y, [][]float64{a, b})
	ra, rb := stat.Correlation(a, y, nil), stat.Correlation(b, y, nil)
	near(t, "two drivers", two[0], (ra*ra+both-rb*rb)/2, 1e-9)
	twice, same, _ := LMG(y, [][]float64{a, a, b})
	near(t, "said twice", twice, both, 1e-9)
	near(t, "the same question twice", same[0], same[1], 1e-9)
	flat := make([]float64, 80)
	if _, shares, ok := LMG(y, [][]float64{a, flat}); !ok || shares[1] != 0 {
		t.Errorf("everybody answered the same, yet it drives %v", shares)
	}
	if _, _, ok := LMG(flat, [][]float64{a}); ok {
		t.Error("a flat score is driven by something")
	}
	if _, _, ok := LMG(y, make([][]float64, 11)); ok {
		t.Error("eleven drivers")
	}
	if EnoughForDrivers(44, 3) || !EnoughForDrivers(45, 3) || EnoughForDrivers(900, 11) || EnoughForDrivers(9, 0) {
		t.Error("fifteen answers a driver")
	}
}

func TestIndependentDriversGetTheirOwnShare(t *testing.T) {
	var y, a, b []float64
	for i := range 16 {
		u, v := float64(i%4), float64(i/4) // orthogonal by design
		a, b, y = append(a, u), append(b, v), append(y, 3*u+v+float64(i%2))
	}
	_, shares, _ := LMG(y, [][]float64{a, b})
	ra, rb := stat.Correlation(a, y, nil), stat.Correlation(b, y, nil)
	near(t, "a", shares[0], ra*ra, 1e-9)
	near(t, "b", shares[1], rb*rb, 1e-9)
}

// R: cor.test(mtcars$mpg, mtcars$wt, method = "spearman", exact = FALSE).
func TestSpearmanEqualsR(t *testing.T) {
	mpg := []float64{21, 21, 22.8, 21.4, 18.7, 18.1, 14.3, 24.4, 22.8, 19.2, 17.8, 16.4, 17.3, 15.2, 10.4, 10.4, 14.7, 32.4, 30.4, 33.9, 21.5, 15.5, 15.2, 13.3, 19.2, 27.3, 26, 30.4, 15.8, 19.7, 15, 21.4}
	wt := []float64{2.62, 2.875, 2.32, 3.215, 3.44, 3.46, 3.57, 3.19, 3.15, 3.44, 3.44, 4.07, 3.73, 3.78, 5.25, 5.424, 5.345, 2.2, 1.615, 1.835, 2.465, 3.52, 3.435, 3.84, 3.845, 1.935, 2.14, 1.513, 3.17, 2.77, 3.57, 2.78}
	c := Spearman(mpg, wt)
	near(t, "rho", c.R, -.886422, 5e-7)
	near(t, "p", c.P, 1.488e-11, 5e-15)
	if !c.Valid || c.Low >= c.R || c.High <= c.R {
		t.Errorf("%+v", c)
	}
	curved := make([]float64, len(wt))
	for i, x := range wt {
		curved[i] = math.Exp(x)
	}
	if up := Spearman(wt, curved); up.R != 1 || up.P != 0 {
		t.Errorf("the same order: %+v", up)
	}
	if Spearman(wt[:3], mpg[:3]).Valid || Spearman(wt, make([]float64, len(wt))).Valid {
		t.Error("nothing to correlate, yet a coefficient")
	}
}
