package stage_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/customer/stage"
	"regulars/app/kit/cal"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/importer"
)

type object struct {
	Stage, Rule string
	Hold        *struct{ Stage, Until, Reason string }
	Moves       []struct {
		From, To, Reason string
		ByHand           bool `json:"by_hand"`
	}
}

func order(id int, on string) string {
	return fmt.Sprintf(`{"customer_id":%d,"ordered_on":"%s","status":"completed","lines":[{"name":"Tea","quantity":1,"unit_price":{"amount":"4.00","currency":"USD"}}]}`, id, on)
}

func TestAnOrderASilenceAndAHandMoveACustomer(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	now := func() object {
		var o object
		a.API("", "write").Into(&o, 200, "GET", "/customers/1/stage", "")
		return o
	}
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada"}`)
	if o := now(); o.Stage != "prospect" || len(o.Moves) != 0 {
		t.Fatalf("a new customer: %+v", o)
	}
	today := cal.DateOf(a.Clock.Now(), time.UTC)
	api.Into(nil, 201, "POST", "/orders", order(1, string(today)))
	if o := now(); o.Stage != "new" || len(o.Moves) != 1 || o.Moves[0].From != "prospect" {
		t.Fatalf("after the first order: %+v", o)
	}
	if page := a.Owner().Get("/customers/1").Body; !strings.Contains(page, "Life-cycle: Prospect → New") {
		t.Error("the timeline does not tell")
	}
	// by hand, until a day
	until := string(today.AddDays(200))
	api.Into(nil, 422, "PUT", "/customers/1/stage", `{"stage":"lost","until":"2020-01-01"}`)
	api.Into(nil, 422, "PUT", "/customers/1/stage", `{"stage":"friend"}`)
	api.Into(nil, 200, "PUT", "/customers/1/stage", `{"stage":"lost","until":"`+until+`","reason":"Moved to Lisbon"}`)
	if o := now(); o.Stage != "lost" || o.Rule != "new" || o.Hold == nil || o.Hold.Until != until || !o.Moves[0].ByHand || o.Moves[0].Reason != "Moved to Lisbon" {
		t.Fatalf("set by hand: %+v", o)
	}
	api.Into(nil, 201, "POST", "/orders", order(1, string(today.AddDays(-1))))
	if o := now(); o.Stage != "lost" {
		t.Fatalf("an order moved what a person set: %+v", o)
	}
	a.Pass(130 * 24 * time.Hour)
	night(t, a)
	if o := now(); o.Stage != "lost" || o.Rule != "at_risk" {
		t.Fatalf("the night moved what a person set: %+v", o)
	}
	a.Pass(71 * 24 * time.Hour)
	night(t, a)
	if o := now(); o.Stage != "at_risk" || o.Hold != nil || o.Moves[0].ByHand {
		t.Fatalf("after the day: %+v", o)
	}
	api = a.API("", "write")
	api.Into(nil, 204, "DELETE", "/customers/1/stage", "")
	api.Into(nil, 200, "GET", "/customers?filter[stage][eq]=at_risk", "")
	var list struct {
		Items []struct{ Name, Stage string }
	}
	api.Into(&list, 200, "GET", "/customers?filter[stage][in]=at_risk,lost&sort=stage", "")
	if len(list.Items) != 1 || list.Items[0].Stage != "at_risk" {
		t.Errorf("filtered: %+v", list)
	}
}

func night(t *testing.T, a *apptest.App) {
	t.Helper()
	if err := a.Jobs.RunNow(a.As(auth.System("job")), "customer_figures"); err != nil {
		t.Fatal(err)
	}
}

func TestAStageSetByHandIsTakenBack(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	for range 3 {
		api.Into(nil, 201, "POST", "/customers", `{"name":"Ada"}`)
	}
	b := a.Owner()
	b.Get("/customers")
	page := b.Follow("/customers/bulk", "action", "stage", "stage", "won_back", "id", "1", "id", "3")
	if !strings.Contains(page.Body, "Stage of 2 customers set.") {
		t.Fatalf("bulk: %d", page.Status)
	}
	if n := a.Count("SELECT count(*) FROM customer_stat WHERE stage = 'won_back'"); n != 2 {
		t.Fatalf("%d were set", n)
	}
	set := a.Count("SELECT max(id) FROM journal_set")
	api.Into(nil, 200, "POST", fmt.Sprintf("/history/%d/undo", set), "")
	if n := a.Count("SELECT count(*) FROM customer_stat WHERE stage = 'prospect'"); n != 3 {
		t.Errorf("%d are back", n)
	}
	for _, table := range []string{"stage_hold", "stage_move"} {
		if n := a.Count("SELECT count(*) FROM " + table); n != 0 {
			t.Errorf("%s keeps %d rows", table, n)
		}
	}
	if n := a.Count("SELECT count(*) FROM timeline_entry WHERE kind = 'stage.moved'"); n != 0 {
		t.Errorf("the timeline keeps %d", n)
	}
}

func TestOtherRulesAreTriedBeforeTheyAreSaved(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	today := cal.DateOf(a.Clock.Now(), time.UTC)
	for i := 1; i <= 4; i++ {
		api.Into(nil, 201, "POST", "/customers", `{"name":"Ada"}`)
		api.Into(nil, 201, "POST", "/orders", order(i, string(today.AddDays(-50))))
	}
	var preview struct {
		Moves int
		Steps []struct {
			From, To string
			N        int
		}
	}
	api.Into(&preview, 200, "PUT", "/stages/preview", `{"new_days":30}`)
	if preview.Moves != 4 || len(preview.Steps) != 1 || preview.Steps[0].To != "active" || preview.Steps[0].N != 4 {
		t.Fatalf("preview: %+v", preview)
	}
	if n := a.Count("SELECT count(*) FROM customer_stat WHERE stage = 'new'"); n != 4 {
		t.Fatal("the preview moved somebody")
	}
	b := a.Owner()
	b.Get("/settings/stages")
	form := []string{"version", "1", "new_days", "30", "regular_days", "4", "won_days", "90", "risk_times", "1.5", "risk_least", "14", "risk_days", "120",
		"lost_times", "3", "lost_least", "60", "lost_days", "365", "name.en.active", "Guest", "name.zh-CN.active", "熟客"}
	if page := b.Post("/settings/stages/preview", form...); !strings.Contains(page.Body, "4 customers would move") {
		t.Errorf("the page does not tell who would move: %d", page.Status)
	}
	wrong := append([]string{}, form...)
	wrong[15] = "1"
	if page := b.Post("/settings/stages", wrong...); page.Status != 422 || !strings.Contains(page.Body, "Lost must come later") {
		t.Errorf("lost before at risk: %d", page.Status)
	}
	b.Follow("/settings/stages", form...)
	if err := a.Stages().Renew(a.As(auth.System("job"))); err != nil {
		t.Fatal(err)
	}
	if n := a.Count("SELECT count(*) FROM customer_stat WHERE stage = 'active'"); n != 4 {
		t.Errorf("%d were moved", n)
	}
	if page := b.Get("/customers/1").Body; !strings.Contains(page, ">Guest<") {
		t.Error("the shop's own name is not shown")
	}
	if page := b.Get("/customers").Body; !strings.Contains(page, "Guest <b>4</b>") {
		t.Error("the list does not count")
	}
	api.Into(nil, 409, "PATCH", "/stages/rules", `{"version":1,"new_days":20}`)
	api.Into(nil, 200, "PATCH", "/stages/rules", `{"version":2,"new_days":20}`)
	api.Into(nil, 422, "PATCH", "/stages/rules", `{"version":3,"names":{"en":{"lost":"Guest","active":"guest"}}}`)
}

func TestWhoMaySeeAndSetStages(t *testing.T) {
	a := apptest.New(t)
	a.API("", "write").Into(nil, 201, "POST", "/customers", `{"name":"Ada","owner_id":1}`)
	a.Colleague("dan@example.com", "member")
	b := a.Owner()
	b.Get("/settings")
	b.Follow("/settings/roles/member", "reach", "own", "allowed", "customer.read", "allowed", "customer.write")
	dan := a.API("dan@example.com", "write")
	for _, call := range [][3]string{{"GET", "/customers/1/stage", ""}, {"PUT", "/customers/1/stage", `{"stage":"lost"}`}, {"PUT", "/stages", `{"customer_ids":[1],"stage":"lost"}`}} {
		if r := dan.Call(call[0], call[1], call[2]); r.Status != 404 {
			t.Errorf("%s %s: %d", call[0], call[1], r.Status)
		}
		if r := a.Anonymous().Call(call[0], call[1], call[2]); r.Status != 401 {
			t.Errorf("a stranger, %s %s: %d", call[0], call[1], r.Status)
		}
	}
	if r := dan.Call("PATCH", "/stages/rules", `{"version":1,"new_days":20}`); r.Status != 403 {
		t.Errorf("a member changes the rules: %d", r.Status)
	}
	if r := dan.Call("PUT", "/stages/preview", `{"new_days":20}`); r.Status != 403 {
		t.Errorf("a member tries rules: %d", r.Status)
	}
}

// Whatever happens, what stands beside the customer is what the rule tells of
// nothing but their orders and what a person set.
func TestKeptStagesEqualThoseToldAnew(t *testing.T) {
	for seed := range uint64(4) {
		r := rand.New(rand.NewPCG(seed, 3))
		a := apptest.New(t)
		api := a.API("", "write")
		for i := range 5 {
			api.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"name":"C%d"}`, i))
		}
		orders, first := 0, a.Count("SELECT max(id) FROM journal_set")
		for range 60 {
			today := cal.DateOf(a.Clock.Now(), time.UTC)
			c := 1 + r.IntN(5)
			switch r.IntN(9) {
			case 0, 1, 2, 3:
				api.Into(nil, 201, "POST", "/orders", order(c, string(today.AddDays(-r.IntN(400)))))
				orders++
			case 4:
				if orders > 0 {
					api.Call("DELETE", fmt.Sprintf("/orders/%d", 1+r.IntN(orders)), "")
				}
			case 5:
				api.Into(nil, 200, "PUT", fmt.Sprintf("/customers/%d/stage", c), fmt.Sprintf(`{"stage":"%s","until":"%s"}`, stage.All[r.IntN(7)], today.AddDays(r.IntN(60))))
			case 6:
				api.Into(nil, 204, "DELETE", fmt.Sprintf("/customers/%d/stage", c), "")
			case 7:
				a.Pass(time.Duration(r.IntN(50)) * 24 * time.Hour)
				night(t, a)
				api = a.API("", "write") // the other token has run out
			case 8:
				if set := a.Count("SELECT coalesce(max(id), 0) FROM journal_set WHERE undone_by IS NULL AND rows > 0"); set > first {
					api.Call("POST", fmt.Sprintf("/history/%d/undo", set), "")
				}
			}
			agree(t, a, seed)
		}
	}
}

func agree(t *testing.T, a *apptest.App, seed uint64) {
	t.Helper()
	ctx := a.As(auth.System("test"))
	n := 0
	for id := int64(1); id <= 5; id++ {
		life, err := a.Stages().Of(ctx, id)
		if err != nil {
			continue // an undo took them away
		}
		n++
		want := life.Told
		if life.Hold != nil {
			want = life.Hold.Stage
		}
		if life.Stage != want {
			t.Fatalf("seed %d: customer %d stands at %s, told anew %s", seed, id, life.Stage, want)
		}
	}
	if n == 0 {
		t.Fatalf("seed %d: %d customers left", seed, n)
	}
}

func TestThoseOfAnOlderShopAreToldBesideTheWork(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	api := a.API("", "write")
	for i := range 450 {
		api.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"name":"C%d"}`, i))
	}
	want := a.Count("SELECT count(*) FROM customer_stat WHERE stage = 'prospect'")
	err := a.DB.Write(a.As(auth.System("test")), "test.forget", func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE customer_stat SET stage = ''")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	moves := a.Count("SELECT count(*) FROM stage_move")
	if err := a.Stages().Fill(a.As(auth.System("job"))); err != nil {
		t.Fatal(err)
	}
	if n := a.Count("SELECT count(*) FROM customer_stat WHERE stage = ''"); n != 0 {
		t.Errorf("%d are still without a stage", n)
	}
	if n := a.Count("SELECT count(*) FROM customer_stat WHERE stage = 'prospect'"); n != want {
		t.Errorf("%d prospects, want %d", n, want)
	}
	if n := a.Count("SELECT count(*) FROM stage_move"); n != moves {
		t.Error("telling a stage for the first time is no move")
	}
}

func TestAFileSaysTheStage(t *testing.T) {
	a := apptest.New(t)
	for range 2 { // a second time changes nothing
		a.Import("customers", "external_id,name,stage\nX1,Ada,流失客户\nX2,Bo,\nX3,Cy,friend\n", importer.Options{Match: []string{"external_id"}, OnDuplicate: importer.Update})
	}
	if n := a.Count("SELECT count(*) FROM customer_stat s JOIN customer c ON c.id = s.customer_id WHERE c.name = 'Ada' AND stage = 'lost'"); n != 1 {
		t.Error("Ada is not lost")
	}
	if n := a.Count("SELECT count(*) FROM stage_hold"); n != 1 {
		t.Errorf("%d are held", n)
	}
}

// Of somebody who does not want to be profiled, the moves that the rule told are
// told no more: not on their page, in their timeline or to programs. What a person
// decided stays, and taking the choice back brings the rest back.
func TestMovesOfWhoIsNotProfiledAreForgotten(t *testing.T) {
	a := apptest.New(t)
	api, b := a.API("", "write"), a.Owner()
	today := cal.DateOf(a.Clock.Now(), time.UTC)
	for id, name := range []string{"Ada", "Brook"} {
		api.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"name":%q}`, name))
		api.Into(nil, 201, "POST", "/orders", order(id+1, string(today)))
		api.Into(nil, 200, "PUT", fmt.Sprintf("/customers/%d/stage", id+1), `{"stage":"lost","reason":"Moved to Lisbon"}`)
	}
	told := func(id int) (rule, byHand int) {
		var life object
		api.Into(&life, 200, "GET", fmt.Sprintf("/customers/%d/stage", id), "")
		for _, m := range life.Moves {
			if m.ByHand {
				byHand++
			} else {
				rule++
			}
		}
		page := b.Get(fmt.Sprintf("/customers/%d", id)).Body
		timeline := api.Call("GET", fmt.Sprintf("/customers/%d/timeline", id), "").Body
		if n := strings.Count(page, "Life-cycle: "); n != rule+byHand {
			t.Errorf("the page of customer %d tells %d moves, the API %d and %d", id, n, rule, byHand)
		}
		if n := strings.Count(timeline, `"stage.moved"`); n != rule+byHand {
			t.Errorf("the timeline of customer %d tells %d moves, the API %d and %d\n%s", id, n, rule, byHand, timeline)
		}
		if n := a.Count(`SELECT count(*) FROM event WHERE kind = 'stage.moved' AND customer_id = ? AND data NOT LIKE '%by_hand%'`, id); n > rule {
			t.Errorf("%d facts are left of customer %d, %d are told", n, id, rule)
		}
		return rule, byHand
	}
	if rule, hand := told(1); rule != 1 || hand != 1 {
		t.Fatalf("%d moves by the rule and %d by hand before", rule, hand)
	}
	b.Get("/settings")
	if r := b.Post("/customers/1/profiling", "off", "1"); r.Status != 303 {
		t.Fatal(r.Status)
	}
	set := a.Count(`SELECT max(id) FROM journal_set`)
	for id, want := range map[int]int{1: 0, 2: 1} {
		if rule, hand := told(id); rule != want || hand != 1 {
			t.Errorf("of customer %d %d moves by the rule are told and %d by hand", id, rule, hand)
		}
	}
	api.Into(nil, 200, "POST", fmt.Sprintf("/history/%d/undo", set), "{}")
	if rule, hand := told(1); rule != 1 || hand != 1 {
		t.Errorf("taken back, %d moves by the rule are told and %d by hand", rule, hand)
	}
	api.Into(nil, 200, "PATCH", "/customers/1", fmt.Sprintf(`{"no_profiling":true,"version":%d}`, a.Count(`SELECT version FROM customer WHERE id = 1`)))
	if rule, hand := told(1); rule != 0 || hand != 1 {
		t.Errorf("by the API, %d moves by the rule are told and %d by hand", rule, hand)
	}
}
