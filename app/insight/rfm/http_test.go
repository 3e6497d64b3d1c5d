package rfm_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/insight/rfm"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/safego"
)

func shop(t *testing.T, customers int) *apptest.App {
	t.Helper()
	a := apptest.New(t)
	rnd := rand.New(rand.NewSource(2))
	list := make([]apptest.Buyer, customers)
	for i := range list {
		list[i].Silent = i == 6
		for range 1 + rnd.Intn(9) {
			list[i].Bought = append(list[i].Bought, apptest.Bought{On: a.Clock.Now().AddDate(0, 0, -rnd.Intn(900)), Total: 100 + rnd.Intn(90000)})
		}
	}
	a.Buyers(list)
	return a
}

func overview(a *apptest.App) rfm.Object {
	var o rfm.Object
	a.API("", "read").Into(&o, http.StatusOK, http.MethodGet, "/rfm", "")
	return o
}

// Everybody is in exactly one segment, and each segment's number is its list.
func TestEverybodyIsInOneSegment(t *testing.T) {
	a := shop(t, 120)
	o := overview(a)
	if o.Basis != "quintiles" || o.Buyers != 119 || len(o.Segments) != 10 {
		t.Fatalf("%+v", o)
	}
	api := a.API("", "read")
	sum, full := 0, 0
	for _, s := range o.Segments {
		sum += s.N
		if s.N > 0 {
			full++
		}
		var list struct{ Total int }
		api.Into(&list, http.StatusOK, http.MethodGet, "/customers?count=true&limit=1&"+url.Values{"filter[segment][eq]": {s.Key}}.Encode(), "")
		if list.Total != s.N {
			t.Errorf("%s has %d and its list %d", s.Key, s.N, list.Total)
		}
	}
	if sum != o.Buyers || full < 6 {
		t.Errorf("the segments hold %d of %d, %d of them anybody", sum, o.Buyers, full)
	}
	if n := a.Count(`SELECT count(*) FROM prediction_rfm WHERE r NOT BETWEEN 1 AND 5 OR f NOT BETWEEN 1 AND 5 OR m NOT BETWEEN 1 AND 5 OR customer_id = 7`); n != 0 {
		t.Errorf("%d rows that should not be", n)
	}
	// The oldest fifth scores 1, the newest 5, and nobody with a better score bought earlier.
	if n := a.Count(`SELECT count(*) FROM prediction_rfm x JOIN prediction_buyer bx ON bx.customer_id = x.customer_id, prediction_rfm y JOIN prediction_buyer by ON by.customer_id = y.customer_id
		WHERE x.r > y.r AND bx.last_on < by.last_on OR x.r <> y.r AND bx.last_on = by.last_on OR x.f <> y.f AND bx.recent_days = by.recent_days OR x.m <> y.m AND bx.recent_total = by.recent_total`); n != 0 {
		t.Errorf("%d pairs in the wrong order, or ties apart", n)
	}
	b := a.Owner()
	page := b.Get("/insight/rfm")
	if page.Status != http.StatusOK || !strings.Contains(page.Body, "Champions") || strings.Contains(page.Body, "rfm.") {
		t.Errorf("the page: %d", page.Status)
	}
	list := b.Get("/customers?columns=name,segment&filter[segment][eq]=champions")
	if list.Status != http.StatusOK || !strings.Contains(list.Body, "Champions") {
		t.Errorf("the list: %d", list.Status)
	}
	if r := b.Get("/customers/1"); !strings.Contains(r.Body, `id="rfmh"`) {
		t.Error("the record shows no segment")
	}
	if r := b.Get("/customers/7"); strings.Contains(r.Body, `id="rfmh"`) {
		t.Error("the record of somebody who said no shows a segment")
	}
}

// The month's moves are told from how everybody came into it, and open them.
func TestWhoMovedSinceTheMonthBegan(t *testing.T) {
	a := shop(t, 80)
	a.Clock.Add(40 * 24 * time.Hour)
	a.Night()
	before := map[string]int{}
	for _, s := range overview(a).Segments {
		before[s.Key] = s.Was
	}
	o := overview(a)
	moved, sum := 0, 0
	b := a.Owner()
	for _, m := range o.Moves {
		moved += m.N
		before[m.From] -= m.N
		before[m.To] += m.N
		page := b.Get("/insight/rfm/moved?" + url.Values{"from": {m.From}, "to": {m.To}}.Encode())
		if n := strings.Count(page.Body, `class="nm" href="/customers/`); n != m.N {
			t.Errorf("%s to %s: %d, the list has %d", m.From, m.To, m.N, n)
		}
	}
	for _, s := range o.Segments {
		sum += s.N
		if before[s.Key] != s.N {
			t.Errorf("%s: the moves lead to %d, there are %d", s.Key, before[s.Key], s.N)
		}
	}
	if moved == 0 || sum != o.Buyers {
		t.Errorf("%d moved, %d of %d sorted", moved, sum, o.Buyers)
	}
}

// The owner's table decides at once, and undo brings the old one back.
func TestTheOwnerEditsTheSegments(t *testing.T) {
	a := shop(t, 60)
	api := a.API("", "write")
	was := overview(a)
	var table rfm.TableObject
	api.Into(&table, http.StatusOK, http.MethodGet, "/rfm/segments", "")
	for i := range table.Segments {
		if table.Segments[i].Key == "champions" {
			table.Segments[i].NameEN = "Darlings"
			table.Segments[i].R, table.Segments[i].F, table.Segments[i].M = [2]int{3, 5}, [2]int{3, 5}, [2]int{1, 5}
		}
		if table.Segments[i].Key == "loyal" {
			table.Segments[i].R = [2]int{2, 5}
		}
	}
	send := func(want int) {
		t.Helper()
		raw, err := json.Marshal(table)
		if err != nil {
			t.Fatal(err)
		}
		api.Into(nil, want, http.MethodPut, "/rfm/segments", string(raw))
		safego.Wait()
	}
	send(http.StatusOK)
	now := overview(a)
	if now.Segments[0].Name != "Darlings" || now.Segments[0].N <= was.Segments[0].N {
		t.Errorf("champions were %+v and are %+v", was.Segments[0], now.Segments[0])
	}
	b := a.Owner()
	if r := b.Get("/insight/rfm/edit"); r.Status != http.StatusOK || !strings.Contains(r.Body, "Darlings") || !strings.Contains(r.Body, "of 125 scores") {
		t.Errorf("the form: %d", r.Status)
	}
	var history struct {
		Items []struct {
			ID int64
			Op string
		}
	}
	api.Into(&history, http.StatusOK, http.MethodGet, "/history?limit=1", "")
	api.Into(nil, http.StatusOK, http.MethodPost, fmt.Sprintf("/history/%d/undo", history.Items[0].ID), "{}")
	safego.Wait()
	if back := overview(a); fmt.Sprint(back.Segments) != fmt.Sprint(was.Segments) {
		t.Errorf("after the undo %+v, before %+v", back.Segments, was.Segments)
	}
	table.Segments[3].R = [2]int{5, 1}
	send(http.StatusUnprocessableEntity)
	table.Segments[3] = table.Segments[4]
	send(http.StatusUnprocessableEntity)
	table.Segments = table.Segments[:3]
	send(http.StatusUnprocessableEntity)
}

// A shop too small to compare uses the owner's thresholds, or says so.
func TestASmallShopNeedsThresholds(t *testing.T) {
	a := shop(t, 9)
	if o := overview(a); o.Basis != "nothing" || o.Buyers != 8 {
		t.Fatalf("%+v", o)
	}
	b := a.Owner()
	if r := b.Get("/insight/rfm"); !strings.Contains(r.Body, "/insight/rfm/edit") {
		t.Error("nothing leads to the thresholds")
	}
	form := []string{"days", "30, 90, 180", "orders", "2，5", "money", "100.50, 500"}
	for i, g := range rfm.Standard() {
		form = append(form, "position:"+g.Key, fmt.Sprint(i+1), "r:"+g.Key, g.Span("R"), "f:"+g.Key, g.Span("F"), "m:"+g.Key, g.Span("M"))
	}
	b.Get("/insight/rfm/edit")
	if r := b.Post("/insight/rfm", append([]string{"days", "9, 3"}, form[2:]...)...); r.Status != http.StatusUnprocessableEntity {
		t.Errorf("descending thresholds: %d", r.Status)
	}
	if r := b.Post("/insight/rfm", form...); r.Status != http.StatusSeeOther {
		t.Fatalf("save: %d %s", r.Status, r.Body)
	}
	safego.Wait()
	if o := overview(a); o.Basis != "thresholds" || o.Segments[0].N+o.Segments[9].N > 8 {
		t.Errorf("%+v", o)
	}
	if a.Count(`SELECT count(*) FROM setting WHERE name = 'rfm.thresholds' AND value LIKE '%10050%'`) != 1 {
		t.Error("money is not kept in minor units")
	}
}

// Where nobody bought within two years all are alike: nobody is called new for
// having come last ten years ago.
func TestOldBuyersAreNotSorted(t *testing.T) {
	a := shop(t, 60)
	a.Clock.Add(5 * 365 * 24 * time.Hour)
	a.Night()
	if o := overview(a); o.Basis != "nothing" || a.Count(`SELECT count(*) FROM prediction_rfm WHERE segment <> ''`) != 0 {
		t.Errorf("%+v", o)
	}
	if page := a.Owner().Get("/insight/rfm"); page.Status != http.StatusOK || !strings.Contains(page.Body, "bought within the last two years") {
		t.Errorf("the page does not say why: %d", page.Status)
	}
}

func TestWhoMaySeeAndChangeSegments(t *testing.T) {
	a := shop(t, 20)
	a.Colleague(apptest.MemberEmail, "member")
	if r := a.Anonymous().Call(http.MethodGet, "/rfm", ""); r.Status != http.StatusUnauthorized {
		t.Errorf("nobody: %d", r.Status)
	}
	member := a.API(apptest.MemberEmail, "write")
	if r := member.Call(http.MethodGet, "/rfm", ""); r.Status != http.StatusForbidden {
		t.Errorf("a member: %d", r.Status)
	}
	if r := member.Call(http.MethodPut, "/rfm/segments", `{"segments":[]}`); r.Status != http.StatusForbidden {
		t.Errorf("a member who writes: %d", r.Status)
	}
	if err := a.DB.Write(a.As(auth.System("test")), "test", func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE role SET reach = 'own' WHERE name = 'member'`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if r := member.Call(http.MethodGet, "/customers/1/segment", ""); r.Status != http.StatusNotFound {
		t.Errorf("the owner's customer: %d", r.Status)
	}
	b := a.Owner()
	for _, path := range []string{"/insight/rfm/moved", "/insight/rfm/moved?to=rich", "/insight/rfm/moved?from='&to=lost", "/insight/rfm/moved?to=lost&after=x"} {
		if r := b.Get(path); r.Status != http.StatusNotFound {
			t.Errorf("%s: %d", path, r.Status)
		}
	}
	if r := b.Get("/customers?filter[segment][eq]=rich"); r.Status == http.StatusInternalServerError {
		t.Errorf("an unknown segment: %d", r.Status)
	}
}

// Taking a change of thresholds back sorts everybody by the old ones at once,
// not only the next night.
func TestTakingThresholdsBackSortsAtOnce(t *testing.T) {
	a := shop(t, 10) // fewer than 15: by thresholds
	places := func() int { return a.Count(`SELECT sum((r * 100 + f * 10 + m) * customer_id) FROM prediction_rfm`) }
	var table rfm.TableObject
	api := a.API("", "write")
	api.Into(&table, http.StatusOK, http.MethodGet, "/rfm/segments", "")
	set := func(o rfm.Thresholds) int {
		table.Thresholds = &o
		raw, err := json.Marshal(table)
		if err != nil {
			t.Fatal(err)
		}
		api.Into(nil, http.StatusOK, http.MethodPut, "/rfm/segments", string(raw))
		safego.Wait()
		return places()
	}
	before := set(rfm.Thresholds{Days: []float64{10, 100, 300, 500}, Orders: []float64{1, 2, 4, 6}, Money: []float64{10000, 50000, 100000, 200000}})
	if set(rfm.Thresholds{Days: []float64{400, 500, 600, 700}, Orders: []float64{6, 7, 8, 9}, Money: []float64{1, 2, 3, 4}}) == before {
		t.Fatal("the thresholds change nothing")
	}
	var history struct{ Items []struct{ ID int64 } }
	api.Into(&history, http.StatusOK, http.MethodGet, "/history?limit=1", "")
	api.Into(nil, http.StatusOK, http.MethodPost, fmt.Sprintf("/history/%d/undo", history.Items[0].ID), "{}")
	safego.Wait()
	if got := places(); got != before {
		t.Errorf("after the undo %d, before %d", got, before)
	}
}

// The words about a segment are true whatever the scores come to: where nobody
// bought once only, nobody is said to have; and a table of the owner's own is
// told by its scores.
func TestSegmentsSayNothingFalse(t *testing.T) {
	a := apptest.New(t)
	list := make([]apptest.Buyer, 60)
	for i := range list {
		for n := range 3 + i/10 {
			list[i].Bought = append(list[i].Bought, apptest.Bought{On: a.Clock.Now().AddDate(0, 0, -i*7%300-20*n), Total: 1000 + i})
		}
	}
	a.Buyers(list)
	b := a.Owner()
	page := b.Get("/insight/rfm").Body
	for _, untrue := range []string{"first time", "Bought once", ">New<"} {
		if strings.Contains(page, untrue) {
			t.Errorf("where everybody bought three times it says %q", untrue)
		}
	}
	if !strings.Contains(page, "seldom so far") {
		t.Error("the page does not say what the segments mean")
	}
	api := a.API("", "write")
	var table rfm.TableObject
	api.Into(&table, http.StatusOK, http.MethodGet, "/rfm/segments", "")
	for i := range table.Segments {
		if table.Segments[i].Key == "new" {
			table.Segments[i].F = [2]int{1, 3}
		}
	}
	raw, err := json.Marshal(table)
	if err != nil {
		t.Fatal(err)
	}
	api.Into(nil, http.StatusOK, http.MethodPut, "/rfm/segments", string(raw))
	safego.Wait()
	if page := b.Get("/insight/rfm").Body; strings.Contains(page, "seldom so far") || !strings.Contains(page, "F 1–3") {
		t.Error("a segment that was moved has the words of the old one")
	}
}
