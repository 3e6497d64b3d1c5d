package evaluation

import (
	"context"
	"fmt"
	"math"
	"testing"

	"regulars/app/kit/errs"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
)

// field adds one to customers.
func (h *shop) field(id int64, kind, name, rest string) {
	h.write(func(ctx context.Context, tx *db.Tx) error {
		choices, formula := "[]", ""
		if kind == custom.Computed {
			formula = rest
		} else if rest != "" {
			choices = rest
		}
		h.exec(ctx, tx, `INSERT INTO custom_field (id, subject, key, kind, name_en, name_zh, choices, formula, created_at, updated_at) VALUES (?, 'customer', ?, ?, ?, '', ?, ?, 0, 0)`,
			id, fmt.Sprint("k", id), kind, name, choices, formula)
		return nil
	})
}

func (h *shop) sql(sql string, args ...any) {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *db.Tx) error { h.exec(ctx, tx, sql, args...); return nil })
}

func TestFieldsByWhichNobodyIsJudged(t *testing.T) {
	set := custom.Set{
		{ID: 1, Key: "seats", Kind: custom.Number, NameEN: "Seats"}, {ID: 2, Key: "secret", Kind: custom.Number, NameEN: "Margin", Sensitive: true},
		{ID: 3, Key: "born", Kind: custom.Date, NameEN: "Born on"}, {ID: 4, Key: "apart", Kind: custom.Money, NameEN: "Rent", Unscored: true},
		{ID: 5, Key: "type", Kind: custom.Choice, NameEN: "Type", Choices: custom.Words{"男", "女"}}, {ID: 6, Key: "trade", Kind: custom.Choice, NameEN: "Industry", Choices: custom.Words{"Café", "Hotel"}},
		{ID: 7, Key: "people", Kind: custom.Choice, NameEN: "Group", Choices: custom.Words{"汉族", "回族"}},
	}
	for formula, want := range map[string]string{"seats * 2": "", "orders_total / orders_count": "", "days(today(), born)": RestsOn, "seats + apart": RestsOn, "score": RestsOn, "secret": RestsOn, "region": RestsOn, "((": RestsOn} {
		if got := unfit(custom.Field{ID: 9, Key: "c", Kind: custom.Computed, NameEN: "C", Formula: formula}, set); got != want {
			t.Errorf("computed as %s: %q, want %q", formula, got, want)
		}
	}
	for i, want := range []string{"", Sealed, AboutPerson, SetApart, AboutPerson, "", AboutPerson} {
		if got := unfit(set[i], set); got != want {
			t.Errorf("%s: %q, want %q", set[i].Key, got, want)
		}
	}
}

func TestAmountsAndComputedFieldsFeedADimension(t *testing.T) {
	h := newShop(t, 20)
	h.field(11, custom.Money, "Credit line", "")
	h.field(12, custom.Computed, "Basket", "orders_total / orders_count")
	h.field(13, custom.Computed, "Double", "k11 * 2 / 10")
	h.sql(`UPDATE customer SET fields = '{"f11":250000}' WHERE id = 1`)
	h.sql(`UPDATE customer_stat SET orders = 4, revenue = 80000 WHERE customer_id <= 2`)
	for i, o := range []Own{{Kind: ByField, NameEN: "Credit", Field: 11, High: 5000}, {Kind: ByField, NameEN: "Basket", Field: 12, Low: 100, High: 300}, {Kind: ByField, NameEN: "Double", Field: 13, High: 1000}} {
		if _, err := h.svc.Make(decider, o); err != nil {
			t.Fatal(i, err)
		}
	}
	d, _, err := h.svc.Begin(decider)
	if err != nil {
		t.Fatal(err)
	}
	d.Weights = map[string]float64{Purchase: 40, "own_1": 20, "own_2": 20, "own_3": 20}
	if _, err := h.svc.Publish(decider, d); err != nil {
		t.Fatal(err)
	}
	if err := h.svc.Nightly(context.Background()); err != nil {
		t.Fatal(err)
	}
	e, err := h.svc.Get(boss, 1)
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]float64{"own_1": 50, "own_2": 50, "own_3": 50} {
		if got := e.Dimension(key); got.Score == nil || *got.Score != want || got.Reasons[0].Code != "own_money" {
			t.Errorf("%s: %+v", key, got)
		}
	}
	l := h.svc.words.For("en")
	if said := e.Dimension("own_1").Reasons[0].Sentence(l, "GBP"); said != "£2,500.00; £0.00 would be worth 0, £5,000.00 100" {
		t.Errorf("it says %q", said)
	}
	// Figures that formulas rest on mark their customer.
	h.sql(`UPDATE customer_stat SET revenue = 120000 WHERE customer_id = 2`)
	h.settle()
	if e, err = h.svc.Get(boss, 2); err != nil || *e.Dimension("own_2").Score != 100 || e.Dimension("own_1").Score != nil {
		t.Errorf("after another order: %+v, %v", e.Dimension("own_2"), err)
	}
	for _, id := range []int64{99, 2} {
		if _, err := h.svc.Make(decider, Own{Kind: ByField, NameEN: "x", Field: id, High: 1}); !errs.Is(err, errs.Invalid) {
			t.Errorf("field %d: %v", id, err)
		}
	}
}

// A field that is set apart counts for nobody from then on, whatever was published
// before: no dimension, no weights, no comparison.
func TestAFieldSetApartCountsForNobody(t *testing.T) {
	h := newShop(t, 20)
	h.field(11, custom.Choice, "Industry", `["Café","Hotel"]`)
	h.write(func(ctx context.Context, tx *db.Tx) error {
		for id := range int64(20) {
			h.order(ctx, tx, id+1, 10, 1000*(id+1), "completed", 0, 0)
			h.answer(ctx, tx, id+1, 2, int(1+id%5), 3)
		}
		h.exec(ctx, tx, `UPDATE customer SET fields = '{"f1":10,"f11":"Café"}' WHERE id <= 10`)
		return nil
	})
	if _, err := h.svc.Make(decider, Own{Kind: ByField, NameEN: "Seats", Field: 1, High: 20}); err != nil {
		t.Fatal(err)
	}
	d, _, err := h.svc.Begin(decider)
	if err != nil {
		t.Fatal(err)
	}
	d.Weights = map[string]float64{Purchase: 60, Satisfaction: 20, "own_1": 20}
	d.Groups = []Group{{By: "f11", Of: "Café", Weights: map[string]float64{Purchase: 10, Satisfaction: 90}}}
	if _, err := h.svc.Publish(decider, d); err != nil {
		t.Fatal(err)
	}
	night := func() {
		t.Helper()
		if err := h.svc.Nightly(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	night()
	look := func() Evaluation {
		t.Helper()
		h.settle()
		e, err := h.svc.Get(boss, 1)
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	e := look()
	if e.WeighedBy != "f11=Café" || e.Dimension("own_1").Score == nil {
		t.Fatalf("before: %q, %+v", e.WeighedBy, e.Dimension("own_1"))
	}
	peers, err := h.svc.Peers(boss, e)
	if err != nil || len(peers) != 1 || peers[0].By != "f11" || peers[0].N != 9 || peers[0].Words(h.svc.words.For("en")) != "Industry: Café" {
		t.Fatalf("compared with %+v, %v", peers, err)
	}
	h.sql(`UPDATE custom_field SET unscored = 1 WHERE id IN (1, 11)`)
	if e = look(); e.WeighedBy != "" || e.Dimension("own_1").Score != nil || e.Dimension("own_1").Reasons[0].Code != "own_shut" {
		t.Errorf("set apart: %q, %+v", e.WeighedBy, e.Dimension("own_1"))
	}
	if peers, err = h.svc.Peers(boss, e); err != nil || len(peers) != 0 {
		t.Errorf("compared by what is set apart: %+v, %v", peers, err)
	}
	live := h.all()
	night()
	if full := h.all(); fmt.Sprint(dims(full)) != fmt.Sprint(dims(live)) {
		t.Error("the night says otherwise")
	}
	d, _, err = h.svc.Begin(decider)
	if err != nil {
		t.Fatal(err)
	}
	d.Groups, d.Note = nil, "again"
	if _, err = h.svc.Publish(decider, d); !errs.Is(err, errs.Invalid) {
		t.Errorf("published with it: %v", err)
	}
	h.sql(`UPDATE custom_field SET unscored = 0 WHERE id IN (1, 11)`) // as an undo does
	if e = look(); e.WeighedBy != "f11=Café" || e.Dimension("own_1").Score == nil {
		t.Errorf("back again: %q, %+v", e.WeighedBy, e.Dimension("own_1"))
	}
	h.sql(`DELETE FROM custom_field WHERE id = 1`)
	if e = look(); e.Dimension("own_1").Score != nil {
		t.Errorf("a field that is gone: %+v", e.Dimension("own_1"))
	}
}

func dims(all []Evaluation) (out []string) {
	for _, e := range all {
		for _, d := range e.Dimensions {
			if d.Score != nil {
				out = append(out, fmt.Sprint(e.CustomerID, d.Key, *d.Score, d.Weight))
			}
		}
	}
	return out
}

// What the night counts of a large shop is what a page would find, and somebody
// who objects is counted no longer.
func TestGroupsOfALargeShopAreCountedAtNight(t *testing.T) {
	h := newShop(t, largeShop+400)
	h.field(11, custom.Choice, "Industry", `["Café","Hotel"]`)
	h.sql(`UPDATE customer_stat SET score = (customer_id * 37 % 200) / 2.0, value_score = customer_id % 90, health_score = -1`)
	h.sql(`UPDATE customer SET fields = json_object('f11', CASE WHEN id % 3 = 0 THEN 'Café' ELSE 'Hotel' END), region = CASE WHEN id < 4 THEN 'Far' ELSE 'Near' || (id % 9) END`)
	ctx := context.Background()
	d, err := h.svc.day(ctx, h.db.Now())
	if err != nil {
		t.Fatal(err)
	}
	set := func(s Shop) {
		h.write(func(ctx context.Context, tx *db.Tx) error { return h.svc.putShop(ctx, tx, s) })
	}
	shop, err := h.svc.keepPeers(ctx, Shop{Day: d.today, Model: 1}, d)
	if err != nil || shop.Peered != 1 {
		t.Fatal(shop.Peered, err)
	}
	for _, id := range []int64{5, 9, 30, 1200} {
		total := math.Mod(float64(id*37), 200) / 2
		e := Evaluation{CustomerID: id, Total: &total}
		set(shop)
		kept, err := h.svc.Peers(boss, e)
		if err != nil {
			t.Fatal(err)
		}
		set(Shop{Day: d.today, Model: 1})
		live, err := h.svc.Peers(boss, e)
		if err != nil || len(kept) != len(live) || len(kept) != 2 {
			t.Fatalf("%d: kept %+v, live %+v, %v", id, kept, live, err)
		}
		for i := range kept {
			k, l := kept[i], live[i]
			if k.N != l.N || math.Abs(k.Total-l.Total) > .5 || math.Abs(k.Rank-l.Rank) > .1 || *k.Value != *l.Value || k.Health != nil {
				t.Errorf("%d by %s: kept %+v, live %+v", id, k.By, k, l)
			}
		}
	}
	n := func() int {
		g, _, err := readCrowd(ctx, h.db.Reader(ctx), Group{By: "f11", Of: "Café"})
		if err != nil {
			t.Fatal(err)
		}
		return g.Total.n
	}
	before := n()
	h.write(func(ctx context.Context, tx *db.Tx) error {
		h.exec(ctx, tx, `UPDATE customer SET no_profiling = 1 WHERE id = 9`)
		return h.bus.Publish(ctx, tx, changed{"customer.profiling", 9})
	})
	if n() != before-1 {
		t.Errorf("%d before, %d after somebody objected", before, n())
	}
}

// What is computed from orders is no second thing known of a customer; what the shop
// types itself is.
func TestAFieldComputedFromOrdersIsNoSourceOfItsOwn(t *testing.T) {
	set := custom.Set{{ID: 1, Kind: custom.Number, NameEN: "Seats", Key: "seats"},
		{ID: 2, Kind: custom.Computed, NameEN: "Per order", Formula: "orders_total / orders_count"}, {ID: 3, Kind: custom.Computed, NameEN: "Spent", Formula: "paid_total"},
		{ID: 4, Kind: custom.Computed, NameEN: "Known for", Formula: "days(created_on, today())"}}
	m := Model{}
	for id := range int64(4) {
		m.Own = append(m.Own, Own{ID: id + 1, Kind: ByField, Field: id + 1})
	}
	m = m.within(set)
	for key, want := range map[string]string{"own_1": "own_1", "own_2": Purchase, "own_3": Payment, "own_4": "own_4", Lifetime: Purchase} {
		if got := m.source(key); got != want {
			t.Errorf("%s rests on %s, want %s", key, got, want)
		}
	}
}
