package deal_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
)

type told struct {
	ID         int64
	Version    int64
	StageID    int64  `json:"stage_id"`
	StageName  string `json:"stage_name"`
	Result     string
	Amount     struct{ Amount string }
	CustomerID *int64 `json:"customer_id"`
	ReasonNote string `json:"reason_note"`
	ClosedOn   string `json:"closed_on"`
}

// filled is a shop with two deals and the ready pipeline.
func filled(t *testing.T) (*apptest.App, *apptest.API) {
	t.Helper()
	a := apptest.New(t)
	a.Fill()
	return a, a.API("", "write")
}

func TestADealGoesItsWayAndComesBack(t *testing.T) {
	a, api := filled(t)
	var d told
	api.Into(&d, 200, "GET", "/deals/1", "")
	if d.Amount.Amount != "703.00" || d.StageName != "New" || d.Result != "open" { // 40 x 18.50 less 5 %
		t.Fatalf("%+v", d)
	}
	stale := d.Version
	api.Into(&d, 200, "POST", "/deals/1/move", fmt.Sprintf(`{"version":%d,"stage_id":3}`, d.Version))
	if d.StageName != "Quoted" {
		t.Errorf("%+v", d)
	}
	// somebody else moves the same card from what they saw before
	r := api.Call("POST", "/deals/1/move", fmt.Sprintf(`{"version":%d,"stage_id":2}`, stale))
	if r.Status != http.StatusConflict || !strings.Contains(r.Body, `"stage_name":"Quoted"`) {
		t.Errorf("a stale move: %d %s", r.Status, r.Body)
	}
	if r := api.Call("POST", "/deals/1/won", `{}`); r.Status != 422 || !strings.Contains(r.Body, "reason_id") {
		t.Errorf("won without a reason: %d %s", r.Status, r.Body)
	}
	if r := api.Call("POST", "/deals/1/won", `{"reason_id":7}`); r.Status != 422 { // a reason of losses
		t.Errorf("won for a reason of losses: %d", r.Status)
	}
	api.Into(&d, 200, "POST", "/deals/1/won", `{"reason_id":1,"reason_note":"They liked the samples."}`)
	if d.Result != "won" || d.ReasonNote == "" || d.ClosedOn == "" {
		t.Errorf("%+v", d)
	}
	for _, path := range []string{"/deals/1/lost", "/deals/1/won"} {
		if r := api.Call("POST", path, `{"reason_id":1}`); r.Status != http.StatusConflict || !strings.Contains(r.Body, `"result":"won"`) {
			t.Errorf("%s twice: %d %s", path, r.Status, r.Body)
		}
	}
	if r := api.Call("POST", "/deals/1/move", fmt.Sprintf(`{"version":%d,"stage_id":1}`, d.Version)); r.Status != http.StatusConflict {
		t.Errorf("a won deal moves: %d", r.Status)
	}
	if body := a.Owner().Get("/customers/1").Body; !strings.Contains(body, "won: $703.00") {
		t.Error("the customer's timeline does not tell of the win")
	}
	d = told{}
	api.Into(&d, 200, "POST", "/deals/1/open", "")
	if d.Result != "open" || d.ClosedOn != "" {
		t.Errorf("%+v", d)
	}
	if n := a.Count(`SELECT count(*) FROM deal_move WHERE deal_id = 1`); n != 3 {
		t.Errorf("%d stays", n)
	}
}

func TestAStageAsksForWhatItWantsKnown(t *testing.T) {
	a, api := filled(t)
	api.Into(nil, 200, "PATCH", "/deal-stages/1", `{"version":1,"required":["customer","amount","expected_close","next_step","checklist"]}`)
	r := api.Call("POST", "/deals/2/move", `{"version":1,"stage_id":2}`)
	for _, want := range []string{"customer_id", "expected_close", "next_step", "checklist"} {
		if r.Status != 422 || !strings.Contains(r.Body, "body."+want) {
			t.Errorf("%s is not asked for: %d %s", want, r.Status, r.Body)
		}
	}
	if strings.Contains(r.Body, "body.amount") {
		t.Error("an amount that is known is asked for")
	}
	b := a.Owner()
	if page := b.Get("/deals/2/move?stage=2").Body; !strings.Contains(page, `name="customer_id"`) || !strings.Contains(page, `name="tick"`) {
		t.Error("the page does not ask for what is wanted")
	}
	if got := b.Post("/deals/2/move", "version", "1", "stage_id", "2"); got.Status != 422 || !strings.Contains(got.Body, "must be known") {
		t.Errorf("the page moves it anyway: %d", got.Status)
	}
	api.Into(nil, 201, "POST", "/tasks", `{"title":"Call","about":{"kind":"deal","id":2},"due_at":"2026-03-02"}`)
	got := b.Post("/deals/2/move", "version", "1", "stage_id", "2", "customer_id", "1", "expected_close", "2026-05-01", "tick", "We know what they need", "tick", "We know who decides")
	if got.Status != http.StatusSeeOther {
		t.Errorf("all is said and it does not go on: %d %q", got.Status, regexp.MustCompile(`bad-t">[^<]*|class="note bad.{0,200}`).FindAllString(got.Body, -1))
	}
	// a step back asks for nothing
	var d told
	api.Into(&d, 200, "GET", "/deals/2", "")
	if d.StageID != 2 || d.CustomerID == nil {
		t.Fatalf("%+v", d)
	}
	api.Into(nil, 200, "POST", "/deals/2/move", fmt.Sprintf(`{"version":%d,"stage_id":1}`, d.Version))
}

func TestTheBoardHearsWhatBecameOfACard(t *testing.T) {
	a, api := filled(t)
	b := a.Owner()
	if page := b.Get("/deals").Body; !strings.Contains(page, `data-deal="1"`) || !strings.Contains(page, "No next step") || !strings.Contains(page, "$1,603.00, expect $160.30") {
		t.Error("the board does not show the cards with their sums")
	}
	b.Header.Set("Accept", "application/json")
	got := b.Post("/deals/1/move", "version", "1", "stage_id", "2", "after", "0")
	if got.Status != 200 || !strings.Contains(got.Body, `"sum":"$703.00, expect $210.90"`) || !strings.Contains(got.Body, `"version":2`) {
		t.Errorf("%d %s", got.Status, got.Body)
	}
	got = b.Post("/deals/1/move", "version", "1", "stage_id", "3")
	if got.Status != http.StatusConflict || !strings.Contains(got.Body, `"stage":2`) || !strings.Contains(got.Body, "It stands in Contacted now") {
		t.Errorf("%d %s", got.Status, got.Body)
	}
	api.Into(nil, 200, "PATCH", "/deal-stages/2", `{"version":1,"required":["owner","lines","expected_close"]}`)
	api.Into(nil, 200, "PATCH", "/deals/1", `{"version":2,"expected_close":null}`)
	if got = b.Post("/deals/1/move", "version", "3", "stage_id", "3"); got.Status != 422 || !strings.Contains(got.Body, `"ask":"/deals/1/move?stage=3`) {
		t.Errorf("%d %s", got.Status, got.Body)
	}
}

func TestCardsKeepTheirPlacesInAColumn(t *testing.T) {
	a, api := filled(t)
	for i := range 4 {
		api.Into(nil, 201, "POST", "/deals", fmt.Sprintf(`{"name":"Card %d"}`, i))
	}
	// 6 5 4 3 2 1: the newest stands on top
	for range 60 { // until no number fits between two
		api.Into(nil, 200, "POST", "/deals/3/move", `{"version":1,"stage_id":1,"after_id":6}`)
		api.Into(nil, 200, "POST", "/deals/4/move", `{"version":1,"stage_id":1,"after_id":6}`)
	}
	var order []int64
	if err := a.DB.Reader(a.As(auth.System("test"))).Select(a.As(auth.System("test")), &order, `SELECT id FROM deal WHERE stage_id = 1 ORDER BY position, id`); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(order); got != "[6 4 3 5 2 1]" {
		t.Errorf("%s", got)
	}
}

func TestStagesAndPipelinesGoOnlyWithTheirDeals(t *testing.T) {
	a, api := filled(t)
	if r := api.Call("DELETE", "/deal-stages/1", ""); r.Status != 422 || !strings.Contains(r.Body, "say where they go") {
		t.Errorf("a stage with deals: %d %s", r.Status, r.Body)
	}
	var p struct {
		ID     int64
		Stages []struct{ ID int64 }
	}
	api.Into(&p, 201, "POST", "/pipelines", `{"name":"Events","stages":[{"name":"Asked","probability":20},{"name":"Offered","probability":50}]}`)
	for _, to := range []int64{1, p.Stages[0].ID, 999} {
		if r := api.Call("DELETE", fmt.Sprintf("/deal-stages/1?to=%d", to), ""); r.Status != 422 {
			t.Errorf("to stage %d: %d", to, r.Status)
		}
	}
	api.Into(nil, 204, "DELETE", "/deal-stages/1?to=2", "")
	if n := a.Count(`SELECT count(*) FROM deal WHERE stage_id = 2`); n != 2 {
		t.Errorf("%d deals moved", n)
	}
	if r := api.Call("DELETE", "/pipelines/1", ""); r.Status != 422 {
		t.Errorf("a pipeline with deals: %d", r.Status)
	}
	api.Into(nil, 204, "DELETE", fmt.Sprintf("/pipelines/1?to=%d", p.Stages[1].ID), "")
	if n := a.Count(`SELECT count(*) FROM deal d JOIN deal_pipeline p ON p.id = d.pipeline_id WHERE p.name = 'Events' AND p.standard = 1`); n != 2 {
		t.Errorf("%d deals in the pipeline that is left", n)
	}
	if r := api.Call("DELETE", fmt.Sprintf("/pipelines/%d?to=1", p.ID), ""); r.Status != http.StatusConflict {
		t.Errorf("the last pipeline: %d", r.Status)
	}
	sets := struct{ Items []struct{ ID int64 } }{}
	api.Into(&sets, 200, "GET", "/history?limit=1", "")
	api.Into(nil, 200, "POST", fmt.Sprintf("/history/%d/undo", sets.Items[0].ID), "")
	if n := a.Count(`SELECT count(*) FROM deal WHERE pipeline_id = 1`); n != 2 {
		t.Errorf("undo brought %d deals back into the pipeline", n)
	}
}

func TestADealIsSeenByWhoeverHasItOrItsCustomer(t *testing.T) {
	a, api := filled(t)
	sam := a.Colleague(apptest.MemberEmail, auth.Member)
	own := a.API(apptest.MemberEmail, "write")
	b := a.Owner()
	b.Get("/settings/roles")
	b.Follow("/settings/roles/member", "reach", "own", "allowed", "deal.read", "allowed", "deal.write", "allowed", "customer.read", "allowed", "customer.write", "allowed", "task.read")
	api.Into(nil, 200, "PATCH", "/customers/1", `{"version":1,"owner_id":1}`)
	for _, call := range [][2]string{{"GET", ""}, {"PATCH", `{"version":1,"name":"Mine"}`}} {
		if r := own.Call(call[0], "/deals/1", call[1]); r.Status != 404 {
			t.Errorf("%s of somebody else's deal: %d %s", call[0], r.Status, r.Body)
		}
	}
	for _, more := range []string{"/won", "/lost", "/open", "/move", "/lines", "/moves"} {
		method, body := "POST", `{"version":1,"stage_id":2}`
		switch more {
		case "/won", "/lost":
			body = `{"reason_id":1}`
		case "/open":
			body = ""
		case "/lines", "/moves":
			method, body = "GET", ""
		}
		if r := own.Call(method, "/deals/1"+more, body); r.Status != 404 {
			t.Errorf("%s: %d %s", more, r.Status, r.Body)
		}
	}
	if r := own.Call("GET", "/deals", ""); strings.Contains(r.Body, "second shop") {
		t.Error("the list shows somebody else's deal")
	}
	if page := a.SignIn(apptest.MemberEmail, apptest.Password).Get("/deals").Body; strings.Contains(page, "second shop") || strings.Contains(page, "1,603") {
		t.Error("the board shows somebody else's deal")
	}
	var d told
	api.Into(&d, 200, "GET", "/deals/1", "")
	api.Into(nil, 200, "PATCH", "/deals/1", fmt.Sprintf(`{"version":%d,"owner_id":%d}`, d.Version, sam.ID))
	own.Into(nil, 200, "GET", "/deals/1", "")
	if r := own.Call("DELETE", "/deals/1", ""); r.Status != 403 {
		t.Errorf("a member deletes: %d", r.Status)
	}
	if r := own.Call("POST", "/pipelines", `{"name":"Mine"}`); r.Status != 403 {
		t.Errorf("a member makes a pipeline: %d", r.Status)
	}
}

func TestHostileDealsAreRefused(t *testing.T) {
	_, api := filled(t)
	for body, where := range map[string]string{
		`{"name":"x","amount":{"amount":"-1"}}`:                                         "body.amount",
		`{"name":"x","amount":{"amount":"999999999999999"}}`:                            "body.amount",
		`{"name":"x","amount":{"amount":"1","currency":"JPY"}}`:                         "body.amount",
		`{"name":"x","customer_id":999}`:                                                "body.customer_id",
		`{"name":"x","owner_id":999}`:                                                   "body.owner_id",
		`{"name":"x","stage_id":999}`:                                                   "body.stage_id",
		`{"name":"x","pipeline_id":999}`:                                                "body.pipeline_id",
		`{"name":"x","contact_id":1}`:                                                   "body.contact_id",
		`{"name":"x","expected_close":"31/02/2026x"}`:                                   "body.expected_close",
		`{"name":"x","lines":[{"name":"a","quantity":-1,"unit_price":{"amount":"1"}}]}`: "body.lines",
		`{"name":"` + strings.Repeat("x", 201) + `"}`:                                   "body.name",
	} {
		if r := api.Call("POST", "/deals", body); r.Status != 422 || !strings.Contains(r.Body, where) {
			t.Errorf("%.80s: %d %s", body, r.Status, r.Body)
		}
	}
}

func TestWhoHasADealThatStandsTooLongIsToldOnce(t *testing.T) {
	a, _ := filled(t)
	for range 3 {
		a.Clock.Add(8 * 24 * time.Hour)
		if err := a.Jobs.RunNow(a.As(auth.System("job")), "deals_waiting"); err != nil {
			t.Fatal(err)
		}
	}
	if n := a.Count(`SELECT count(*) FROM notification WHERE kind = 'deal_waits' AND subject_id = 1`); n != 1 {
		t.Errorf("told %d times", n)
	}
	if page := a.Owner().Get("/deals").Body; !strings.Contains(page, "days idle") {
		t.Error("the board does not show that it stands too long")
	}
}
