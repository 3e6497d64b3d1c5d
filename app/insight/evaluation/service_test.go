package evaluation

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"math"
	"math/rand"
	"net/url"
	"os"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/i18n"
	"regulars/app/sys/view"
)

// Whatever happens in whatever order, evaluating only those whom it concerns
// gives what a recompute of everybody with the same tables gives.
func TestIncrementalEqualsFullRecompute(t *testing.T) {
	for seed := range int64(6) {
		rnd := rand.New(rand.NewSource(seed))
		h := newShop(t, 40)
		if seed%2 == 1 {
			h.ownModel(seed%4 == 1)
		}
		for round := range 12 {
			for range rnd.Intn(25) {
				customer := int64(1 + rnd.Intn(40))
				h.write(func(ctx context.Context, tx *db.Tx) error { return h.something(ctx, tx, rnd, customer) })
			}
			h.write(func(ctx context.Context, tx *db.Tx) error { // somebody does not want to be judged, or does again
				customer := int64(1 + rnd.Intn(40))
				h.exec(ctx, tx, `UPDATE customer SET no_profiling = 1 - no_profiling WHERE id = ?`, customer)
				return h.bus.Publish(ctx, tx, changed{"customer.profiling", customer})
			})
			today := h.clock.Now().YearDay()
			h.clock.Add(time.Duration(rnd.Intn(60)) * time.Minute)
			if seed%2 == 1 {
				h.decide(rnd, int64(1+rnd.Intn(40)))
				if rnd.Intn(3) == 0 { // days pass: answers end, and grades that a person set
					h.clock.Add(time.Duration(1+rnd.Intn(3)) * 24 * time.Hour)
				}
			}
			if h.clock.Now().YearDay() != today { // what a new day changes is the night's work
				if err := h.svc.Nightly(context.Background()); err != nil {
					t.Fatal(err)
				}
			}
			switch {
			case round == 5:
				if err := h.svc.Nightly(context.Background()); err != nil {
					t.Fatal(err)
				}
			case rnd.Intn(3) > 0:
				h.settle()
			}
			if rnd.Intn(2) == 0 { // somebody looks, which also refreshes
				if _, err := h.svc.Get(boss, int64(1+rnd.Intn(40))); err != nil {
					t.Fatal(err)
				}
			}
		}
		h.settle()
		incremental := h.all()
		var dirty int
		h.write(func(ctx context.Context, tx *db.Tx) error {
			if err := tx.Get(ctx, &dirty, `SELECT count(*) FROM evaluation_dirty`); err != nil {
				return err
			}
			return h.svc.MarkDirty(ctx, tx, ids(40))
		})
		if dirty != 0 {
			t.Fatalf("seed %d: %d are still marked", seed, dirty)
		}
		if err := h.svc.Drain(context.Background()); err != nil {
			t.Fatal(err)
		}
		full := map[int64]Evaluation{}
		for _, e := range h.all() {
			full[e.CustomerID] = e
		}
		var silent, left int
		h.write(func(ctx context.Context, tx *db.Tx) error {
			if err := tx.Get(ctx, &silent, `SELECT count(*) FROM customer WHERE no_profiling = 1`); err != nil {
				return err
			}
			return tx.Get(ctx, &left, `SELECT (SELECT count(*) FROM evaluation_snapshot e JOIN customer c ON c.id = e.customer_id WHERE c.no_profiling = 1)
				+ (SELECT count(*) FROM customer_stat s JOIN customer c ON c.id = s.customer_id WHERE c.no_profiling = 1 AND (s.score >= 0 OR s.grade <> ''))`)
		})
		if left != 0 {
			t.Fatalf("seed %d: %d scores of those who are not to be judged", seed, left)
		}
		if len(incremental) == 0 || silent == 0 || len(full) != 40-silent {
			t.Fatalf("%d and %d evaluations", len(incremental), len(full))
		}
		for i, e := range incremental {
			if !reflect.DeepEqual(e, full[e.CustomerID]) {
				t.Fatalf("seed %d, customer %d (%d):\n%+v\n%+v", seed, e.CustomerID, i, e, full[e.CustomerID])
			}
		}
	}
}

func ids(n int) []int64 {
	out := make([]int64, n)
	for i := range out {
		out[i] = int64(i + 1)
	}
	return out
}

func TestALookIsAlwaysCurrent(t *testing.T) {
	h := newShop(t, 2)
	place := func(n int) {
		h.write(func(ctx context.Context, tx *db.Tx) error {
			for range n {
				h.order(ctx, tx, 1, 1, 5000, "completed", 0, 0)
			}
			return h.bus.Publish(ctx, tx, changed{"order.placed", 1})
		})
		h.clock.Add(time.Second)
	}
	place(3)
	first, err := h.svc.Get(boss, 1) // nothing was delivered or drained yet
	if err != nil || first.Total == nil || first.Dimension(Payment).Score == nil {
		t.Fatalf("%+v, %v", first, err)
	}
	h.write(func(ctx context.Context, tx *db.Tx) error {
		h.answer(ctx, tx, 1, 2, 1, 0)
		return h.bus.Publish(ctx, tx, changed{"response.given", 1})
	})
	h.clock.Add(time.Second)
	second, err := h.svc.Get(boss, 1)
	if err != nil || second.Dimension(Satisfaction).Score == nil || *second.Total >= *first.Total {
		t.Fatalf("a bad answer left %v of %v, %v", *second.Total, *first.Total, err)
	}
	h.clock.Add(48 * time.Hour) // without any fact, the days alone count
	third, err := h.svc.Get(boss, 1)
	if err != nil || !third.AsOf.Equal(h.clock.Now()) {
		t.Fatalf("as of %v, %v", third.AsOf, err)
	}
	var score float64
	if err := h.db.Reader(boss).Get(boss, &score, `SELECT score FROM customer_stat WHERE customer_id = 1`); err != nil || score != *third.Total {
		t.Errorf("customer_stat has %v, %v", score, err)
	}
	history, err := h.svc.History(boss, 1)
	if err != nil || len(history) < 2 {
		t.Errorf("%d snapshots, %v", len(history), err)
	}
}

func TestNightlySettlesGradesAndPeers(t *testing.T) {
	h := newShop(t, 30)
	rnd := rand.New(rand.NewSource(9))
	h.write(func(ctx context.Context, tx *db.Tx) error {
		for id := range int64(30) {
			for range 3 + rnd.Intn(10) {
				h.order(ctx, tx, id+1, rnd.Intn(300), int64(1000+rnd.Intn(90000)), "completed", 0, rnd.Intn(20))
			}
			h.answer(ctx, tx, id+1, 1, rnd.Intn(11), rnd.Intn(50))
		}
		return nil
	})
	if err := h.svc.Nightly(context.Background()); err != nil {
		t.Fatal(err)
	}
	o, err := h.svc.Overview(boss)
	if err != nil || o.Scored != 30 || o.Shop.Buyers != 30 {
		t.Fatalf("%+v, %v", o, err)
	}
	if p := o.Shop.peer(Purchase); p == nil || math.Abs(*p-50) > 12 {
		t.Errorf("the median purchase score is %v, want about 50", p)
	}
	for _, e := range h.all() {
		if e.Settled != e.Grade && e.Cap == "" {
			t.Errorf("customer %d has %s, settled %s", e.CustomerID, e.Grade, e.Settled)
		}
	}
	p, err := h.svc.List(boss, page.Request{Limit: 10}, nil)
	if err != nil || len(p.Items) != 10 || *p.Items[0].Total < *p.Items[9].Total {
		t.Fatalf("%v", err)
	}
	seen := len(p.Items)
	for p.Next != "" {
		if p, err = h.svc.List(boss, page.Request{Limit: 10, Cursor: p.Next}, nil); err != nil {
			t.Fatal(err)
		}
		seen += len(p.Items)
	}
	if seen != 30 {
		t.Errorf("paged through %d", seen)
	}
	if _, err := h.svc.List(boss, page.Request{}, []filter.Cond{{Field: "nonsense", Op: "eq", Value: "1"}}); !errs.Is(err, errs.Invalid) {
		t.Errorf("unknown filter: %v", err)
	}
}

func TestScopeAndPermissions(t *testing.T) {
	h := newShop(t, 1)
	stranger := as(2, auth.Member, auth.Own, Read)
	if _, err := h.svc.Get(stranger, 1); !errs.Is(err, errs.NotFound) {
		t.Errorf("a stranger: %v", err)
	}
	if _, err := h.svc.Get(boss, 99); !errs.Is(err, errs.NotFound) {
		t.Errorf("nobody's: %v", err)
	}
	if _, err := h.svc.Get(as(2, auth.Member, auth.All), 1); !errs.Is(err, errs.Denied) {
		t.Errorf("without permission: %v", err)
	}
	if _, err := h.svc.Get(boss, 1); err != nil {
		t.Fatal(err)
	}
	if p, err := h.svc.List(stranger, page.Request{}, nil); err != nil || len(p.Items) != 0 {
		t.Errorf("a stranger lists %d, %v", len(p.Items), err)
	}
	if o, err := h.svc.Overview(stranger); err != nil || o.Scored+o.Unscored != 0 {
		t.Errorf("a stranger counts %+v, %v", o, err)
	}
}

func TestADeletedCustomerIsNoTrouble(t *testing.T) {
	h := newShop(t, 2)
	h.write(func(ctx context.Context, tx *db.Tx) error { return h.svc.MarkDirty(ctx, tx, []int64{1, 2, 77}) })
	if err := h.svc.step(context.Background(), []int64{1, 2, 77}); err != nil {
		t.Fatal(err)
	}
	if n := len(h.all()); n != 2 {
		t.Errorf("%d evaluations", n)
	}
}

func TestEveryReasonAndPageSpeaksBothLanguages(t *testing.T) {
	files := fstest.MapFS{}
	root := os.DirFS("../../../templates")
	for _, folder := range []string{"layouts", "partials", "insight"} {
		if err := fs.WalkDir(root, folder, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			source, err := fs.ReadFile(root, name)
			files[name] = &fstest.MapFile{Data: source}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	h := newShop(t, 60)
	engine, err := view.New(files, os.DirFS("../../../assets"), h.svc.words)
	if err != nil {
		t.Fatal(err)
	}
	rnd := rand.New(rand.NewSource(11))
	codes := map[string]bool{}
	show := func(name string, b any) string {
		t.Helper()
		english := ""
		for _, tag := range i18n.Tags() {
			var out bytes.Buffer
			d := view.Data{Locale: h.svc.words.For(tag).At(h.clock.Now()), Query: url.Values{}, Body: b}
			if err := engine.Page(&out, tag, "app", name, d); err != nil {
				t.Fatal(err)
			}
			if tag == i18n.English {
				english = out.String()
			}
		}
		return english
	}
	check := func(want string) {
		t.Helper()
		o, err := h.svc.Overview(boss)
		if err != nil {
			t.Fatal(err)
		}
		p, err := h.svc.List(boss, page.Request{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		show("insight/overview", overviewBody{Overview: o, Rows: p.Items, Next: p.Next})
		for id := int64(1); id <= 60; id += 3 {
			b, err := h.svc.body(boss, id)
			if err != nil {
				t.Fatal(err)
			}
			b.path = func(kind string, id int64) string { return fmt.Sprintf("/%ss/%d", kind, id) }
			for _, d := range b.Dimensions {
				for _, r := range d.Reasons {
					codes[r.Code] = true
					for _, tag := range i18n.Tags() {
						if s := r.Sentence(h.svc.words.For(tag), "GBP"); strings.ContainsAny(s, "{}") {
							t.Errorf("%s in %s: %q", r.Code, tag, s)
						}
					}
				}
			}
			show("insight/panel", b)
			if text := show("insight/customer", b); id == 1 && !strings.Contains(text, want) {
				t.Errorf("the page does not say %q", want)
			}
			raw, err := json.Marshal(object(b.Evaluation, h.svc.words.For("en"), "GBP"))
			if err != nil || !strings.Contains(string(raw), `"key":"lifetime_value","score":null`) {
				t.Errorf("%s, %v", raw, err)
			}
		}
	}
	check("Not enough data")
	for range 3 {
		h.write(func(ctx context.Context, tx *db.Tx) error {
			h.order(ctx, tx, 4, 100, 1000, "completed", 1, -1)
			h.answer(ctx, tx, 7, 3, 5, 3)
			for id := range int64(60) {
				for range 4 {
					if err := h.something(ctx, tx, rnd, id+1); err != nil {
						return err
					}
				}
			}
			return nil
		})
		h.clock.Add(26 * time.Hour)
		h.settle()
		if err := h.svc.Nightly(context.Background()); err != nil {
			t.Fatal(err)
		}
		check("Purchase behaviour")
	}
	for _, code := range []string{"orders_pct", "spent", "last_order", "no_order", "overdue", "need_settled", "on_time", "days_late", "need_contacts", "replied",
		"cancelled", "last_csat", "last_ces", "answers", "no_answer", "last_nps", "no_nps", "no_margin"} {
		if !codes[code] {
			t.Errorf("the histories never gave %s", code)
		}
	}
	for _, r := range []Reason{{Code: "orders", Nums: nums("n", 1)}, {Code: "few_buyers", Nums: nums("have", 1, "need", 15)}, {Code: "days_early", Nums: nums("n", 3)}, {Code: "not_foreseen"}} {
		for _, tag := range i18n.Tags() {
			if s := r.Sentence(h.svc.words.For(tag), "GBP"); strings.ContainsAny(s, "{}") {
				t.Errorf("%s in %s: %q", r.Code, tag, s)
			}
		}
	}
	if got := (Reason{Code: "last_order", Nums: nums("n", 0)}).Sentence(h.svc.words.For(i18n.English), "GBP"); got != "last order today" {
		t.Errorf("an order of today: %q", got)
	}
	if missing := h.svc.words.Missing(); len(missing) > 0 {
		t.Errorf("no words for %v", missing)
	}
}
