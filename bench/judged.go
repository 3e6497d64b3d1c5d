package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"time"

	"gonum.org/v1/gonum/stat/distuv"

	"regulars/app/kit/btyd"
	"regulars/app/kit/rfm"
)

const (
	rawJudged = `SELECT s.customer_id, c.name, e.total, e.value, e.health, e.grade, e.quadrant, e.dimensions FROM customer_stat s
		JOIN evaluation e ON e.customer_id = s.customer_id JOIN customer c ON c.id = s.customer_id ORDER BY s.score DESC, s.customer_id DESC LIMIT 51`
	rawJudge  = `SELECT e.dimensions FROM evaluation e WHERE e.customer_id = ?`
	rawGrades = `SELECT grade, count(*), sum(revenue_year) FROM customer_stat WHERE grade <> '' GROUP BY 1`
	rawMoves  = `SELECT was, became, count(*) FROM evaluation_month GROUP BY month, was, became`
	rawOld    = `SELECT total FROM evaluation_snapshot LIMIT 20000`
)

// judged measures the pages about evaluation: everybody's, one customer's with
// all evidence, the months with who brings the revenue, and whether it predicts.
func judged(s *server, raw *raws, t *table) error {
	asks := func(path string) func(int) error {
		return func(int) error { _, err := s.get(path, gzip...); return err }
	}
	for _, one := range []struct {
		name, path, sql string
		args            []any
	}{
		{"scores of everybody", "/insight/evaluation", rawJudged, nil},
		{"evidence of a customer, with peers", "/customers/1/evaluation", rawJudge, []any{1}},
		{"grades by the month, with the revenue", "/insight/evaluation/moves", rawMoves, nil},
		{"does the score predict", "/insight/evaluation/validity", rawOld, nil},
		{"how it is scored", "/insight/evaluation/dimensions", rawGrades, nil},
	} {
		if err := t.compare(one.name, asks(one.path), func(int) error { return raw.read(one.sql, one.args...) }); err != nil {
			return err
		}
	}
	return judgeOne(s, raw, t)
}

// judgeOne places an order and asks for the evaluation that follows from it: the
// customer is judged while the answer is made.
func judgeOne(s *server, raw *raws, t *table) error {
	const order = `{"customer_id":1,"ordered_on":"2026-01-05","status":"completed","lines":[{"name":"Tea","quantity":1,"unit_price":{"amount":"9.00"}}]}`
	if _, err := s.api(http.MethodPost, "/orders", order); err != nil {
		return err
	}
	return t.compare("evaluation after an order", func(int) error {
		if _, err := raw.db.Exec(`INSERT OR IGNORE INTO evaluation_dirty (customer_id, since) VALUES (1, 0)`); err != nil {
			return err
		}
		_, err := s.api(http.MethodGet, "/customers/1/evaluation", "")
		return err
	}, func(int) error { return raw.read(rawJudge, 1) })
}

// foresights measures the models of who comes back, made of nothing but memory:
// customers who were won evenly over three years, in whole days as orders are.
func foresights(t *table) error {
	for _, n := range []int{100_000, 1_000_000} {
		seen, spent, buyers := madeUp(n)
		begin := time.Now()
		f := btyd.FitPurchases(seen, btyd.Params{})
		fitted := time.Since(begin)
		if !f.Foresees() {
			return fmt.Errorf("%d made-up customers do not fit: %s", n, f.Doubt)
		}
		begin = time.Now()
		m := btyd.FitSpend(spent)
		measured := time.Since(begin)
		if m.Shrunk {
			return fmt.Errorf("what %d made-up customers spend does not fit", n)
		}
		begin = time.Now()
		worth := 0.0
		for _, s := range seen {
			worth += f.Params.Worth(s, m.Mean(s.X, m.Median), btyd.Terms{Months: 12, Month: btyd.WeeksPerMonth, Margin: .4, Discount: .008})
		}
		valued := time.Since(begin)
		begin = time.Now()
		scale := rfm.ScaleOf(buyers, rfm.Steps{Recency: 1, Orders: 1, Money: 1}, rfm.Cuts{})
		for _, b := range buyers {
			scale.Score(b)
		}
		t.note(fmt.Sprintf("forecast of %d customers", n), "%.1f s for how often (%d that differ), %.1f s for how much, %.1f s for their worth, %.1f s for RFM", fitted.Seconds(), len(seen), measured.Seconds(), valued.Seconds(), time.Since(begin).Seconds())
	}
	return nil
}

// madeUp are customers of a shop like the one in the paper (Fader, Hardie and Lee
// 2005: r .243, alpha 4.41, a .79, b 2.43; 2005b: p 6.25, q 3.74, v 15.44),
// alike ones together.
func madeUp(n int) ([]btyd.Seen, []btyd.Spent, []rfm.Buyer) {
	src := rand.NewPCG(11, 42)
	r := rand.New(src)
	rate, leave := distuv.Gamma{Alpha: .243, Beta: 4.41, Src: src}, distuv.Beta{Alpha: .79, Beta: 2.43, Src: src}
	day := func(weeks float64) float64 { return math.Ceil(weeks*7) / 7 }
	alike, spent := map[btyd.Seen]int{}, []btyd.Spent{}
	buyers := make([]rfm.Buyer, 0, n)
	for range n {
		s := btyd.Seen{T: day(156 * (.05 + .95*r.Float64()))}
		often, gone, now := rate.Rand(), leave.Rand(), 0.0
		for {
			if now += r.ExpFloat64() / often; now > s.T {
				break
			}
			s.X, s.Tx = s.X+1, math.Min(s.T, day(now))
			if r.Float64() < gone {
				break
			}
		}
		alike[s]++
		if nu := (distuv.Gamma{Alpha: 3.74, Beta: 15.44, Src: src}).Rand(); s.X > 0 {
			mean := distuv.Gamma{Alpha: 6.25 * float64(s.X), Beta: nu * float64(s.X), Src: src}.Rand()
			spent = append(spent, btyd.Spent{X: s.X, Mean: mean, Customers: 1})
		}
		buyers = append(buyers, rfm.Buyer{Recency: 7 * (s.T - s.Tx), Orders: float64(s.X + 1), Money: float64(s.X+1) * (10 + 90*r.Float64())})
	}
	rows := make([]btyd.Seen, 0, len(alike))
	for s, n := range alike {
		s.Customers = n
		rows = append(rows, s)
	}
	return rows, spent, buyers
}
