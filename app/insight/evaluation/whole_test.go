package evaluation

import (
	"context"
	"fmt"
	"math"
	"math/rand"
	"reflect"
	"strings"
	"testing"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

func TestAnswersBecomeWeightsOnlyWhenTheyAgree(t *testing.T) {
	same := judgementOf(Keys, make([]int, 15), 1, nil)
	if !same.OK || same.CR > 1e-9 || same.Worst != nil {
		t.Errorf("all alike: %+v", same)
	}
	sum := 0.0
	for _, w := range same.Mixed {
		sum += w
		if w < 16 || w > 17 {
			t.Errorf("all alike weighs %v", w)
		}
	}
	if sum != 100 {
		t.Errorf("together %v", sum)
	}
	steps := make([]int, 15)
	steps[0], steps[1], steps[5] = 4, -4, 4 // A over B, C over A, B over C: a circle
	circle := judgementOf(Keys, steps, 1, nil)
	if circle.OK || circle.Worst == nil || circle.CR < .1 {
		t.Errorf("a circle: %+v", circle)
	}
	half := judgementOf(Keys, make([]int, 15), .5, []float64{1, 0, 0, 0, 0, 0})
	if w := half.Mixed[Purchase]; math.Abs(w-58) > 1 {
		t.Errorf("half of the data's word gives %v", w)
	}
	h := newShop(t, 1)
	for name, err := range map[string]error{"too few": second(h.svc.Compare(decider, []int{0}, 1)), "off the scale": second(h.svc.Compare(decider, append(make([]int, 14), 9), 1)),
		"lambda": second(h.svc.Compare(decider, make([]int, 15), math.NaN()))} {
		if !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := h.svc.Compare(boss, make([]int, 15), 1); !errs.Is(err, errs.Denied) {
		t.Errorf("without permission: %v", err)
	}
}

func TestGradesOfAMonthAndTheirCustomers(t *testing.T) {
	h := newShop(t, 4)
	today := h.today()
	last := time.Date(today.Year(), today.Month(), 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, -3)
	h.write(func(ctx context.Context, tx *db.Tx) error {
		for id, grades := range map[int][2]string{1: {"B", "A"}, 2: {"B", "A"}, 3: {"A", "C"}, 4: {"B", "A"}} {
			for i, at := range []time.Time{last, today.Add(-time.Minute)} {
				h.exec(ctx, tx, `INSERT INTO evaluation_snapshot (customer_id, model_id, as_of, total, grade, confidence, dimensions) VALUES (?, 1, ?, 70, ?, 1, '{}')`, id, db.At(at), grades[i])
			}
		}
		h.exec(ctx, tx, `UPDATE customer SET owner_id = 2 WHERE id = 2`)
		h.exec(ctx, tx, `UPDATE customer SET no_profiling = 1 WHERE id = 4`)
		return nil
	})
	m, err := h.svc.Moves(boss, "")
	if err != nil || m.Counts[[2]string{"B", "A"}] != 2 || m.Counts[[2]string{"A", "C"}] != 1 || len(m.Trend) != trendMonths {
		t.Fatalf("%+v, %v", m, err)
	}
	own := as(2, "member", auth.Own, Read)
	if m, err = h.svc.Moves(own, ""); err != nil || m.Counts[[2]string{"B", "A"}] != 1 || m.Counts[[2]string{"A", "C"}] != 0 {
		t.Errorf("own customers: %+v, %v", m.Counts, err)
	}
	list, err := h.svc.Moved(own, m.Month, "B", "A")
	if err != nil || len(list) != 1 || list[0].ID != 2 {
		t.Errorf("behind the cell: %+v, %v", list, err)
	}
	for _, month := range []string{"x", "2026-13", "9999-01"} {
		if _, err := h.svc.Moves(boss, month); !errs.Is(err, errs.NotFound) {
			t.Errorf("month %q: %v", month, err)
		}
	}
	if _, err := h.svc.Moved(boss, m.Month, "E", "A"); !errs.Is(err, errs.NotFound) {
		t.Errorf("grade E: %v", err)
	}
}

func TestTheValidityPageSaysWhatTheNumbersSay(t *testing.T) {
	rnd := rand.New(rand.NewSource(2))
	for want, revenue := range map[string]func(score float64) float64{
		Predicts: func(s float64) float64 { return s*10 + 100*rnd.Float64() },
		Against:  func(s float64) float64 { return 2000 - s*10 },
		Weakly:   func(float64) float64 { return 1000 * rnd.Float64() },
	} {
		var score, since []float64
		for range 300 {
			s := 100 * rnd.Float64()
			score, since = append(score, s), append(since, revenue(s))
		}
		if f := foresight(1, score, since); f.Verdict != want || f.N != 300 {
			t.Errorf("%s came out as %+v", want, f)
		}
		if f := foresight(1, score[:20], since[:20]); f.Verdict != TooFew {
			t.Errorf("twenty: %+v", f)
		}
	}
	h := somewhere(t, 1, 40)
	v, err := h.svc.Validity(boss)
	if err != nil || v.Whole.Verdict != TooEarly || v.First == "" {
		t.Fatalf("%+v, %v", v, err)
	}
	h.write(func(ctx context.Context, tx *db.Tx) error {
		old := db.At(h.today().AddDate(-1, -1, 0))
		for id := range 40 {
			h.exec(ctx, tx, `INSERT INTO evaluation_snapshot (customer_id, model_id, as_of, total, grade, confidence, dimensions) VALUES (?, 1, ?, ?, 'B', 1, '{}')`, id+1, old, id)
			h.exec(ctx, tx, `DELETE FROM payment WHERE customer_id = ?`, id+1)
			h.exec(ctx, tx, `DELETE FROM order_head WHERE customer_id = ?`, id+1)
			h.order(ctx, tx, int64(id+1), 100, int64(1000*id), "completed", 0, -1)
		}
		return nil
	})
	if v, err = h.svc.Validity(boss); err != nil || v.Whole.Verdict != Predicts || v.Whole.N != 40 || v.Whole.R < .99 || len(v.Versions) != 1 || v.Versions[0].Version != 1 {
		t.Errorf("%+v, %v", v, err)
	}
}

func TestPeersAreACrowdOrNobody(t *testing.T) {
	rows := []peerRow{{40, 50, -1}, {50, 50, -1}, {60, 50, 80}, {70, 50, -1}, {80, 50, -1}}
	p := peersOf(Group{By: byRegion, Of: "Bristol"}, rows, 65)
	if p.Total != 60 || p.Rank != 60 || p.Value == nil || *p.Value != 50 || p.Health != nil {
		t.Errorf("%+v", p)
	}
	h := somewhere(t, 4, 30)
	put := func(sql string) {
		h.write(func(ctx context.Context, tx *db.Tx) error { h.exec(ctx, tx, sql); return nil })
	}
	put(`UPDATE customer SET region = 'Bristol', level = 'A' WHERE id <= 12`)
	e := Evaluation{CustomerID: 1, Total: new(float64)}
	list, err := h.svc.Peers(boss, e)
	if err != nil || len(list) != 2 || list[0].By != "region" || list[0].N < fewPeers {
		t.Fatalf("%+v, %v", list, err)
	}
	put(`UPDATE customer SET no_profiling = 1 WHERE id BETWEEN 2 AND 9`) // fewer than five are left
	if list, err = h.svc.Peers(boss, e); err != nil || len(list) != 0 {
		t.Errorf("three others: %+v, %v", list, err)
	}
}

func TestMarginCountsOnceEnoughCostsAreKnown(t *testing.T) {
	f := facts{margin: 500, costed: 2}
	if p := f.lifetime(Shop{Margins: 14}); p.known || p.reasons[0].Code != "few_margins" {
		t.Errorf("fourteen: %+v", p)
	}
	xs := make([]float64, 20)
	for i := range xs {
		xs[i] = float64(i * 50)
	}
	p := f.lifetime(Shop{Margins: 20, Margin: tableOf(xs)})
	if !p.known || p.raw != 52.5 || p.reasons[0].Amount != 0 {
		t.Errorf("%+v", p)
	}
}

// Fairness: nothing that says who somebody is can reach a score.
func TestNothingPersonalEntersAScore(t *testing.T) {
	personal := []string{"birthday", "gender", "sex", "age", "ethnic", "religion", "nationality", "notes", "comment", "address", "language", "name", "photo"}
	for _, sql := range []string{sqlOrders, sqlPayments, sqlReplies, sqlAsked, sqlPromised, sqlMargins, sqlHeldOf, sqlMarked, sqlBefore} {
		for _, word := range strings.FieldsFunc(strings.ToLower(sql), func(r rune) bool { return (r < 'a' || r > 'z') && r != '_' }) {
			for _, p := range personal {
				if word == p {
					t.Errorf("%q is read: %s", word, sql)
				}
			}
		}
	}
	var walk func(of reflect.Type, path string)
	walk = func(of reflect.Type, path string) {
		for of.Kind() == reflect.Slice || of.Kind() == reflect.Pointer {
			of = of.Elem()
		}
		if of.Kind() != reflect.Struct || of == reflect.TypeFor[Held]() || of == reflect.TypeFor[db.Time]() {
			return
		}
		for i := range of.NumField() {
			field := of.Field(i)
			for _, p := range personal {
				if strings.EqualFold(field.Name, p) {
					t.Errorf("facts hold %s.%s", path, field.Name)
				}
			}
			walk(field.Type, fmt.Sprint(path, ".", field.Name))
		}
	}
	walk(reflect.TypeFor[facts](), "facts")
}
