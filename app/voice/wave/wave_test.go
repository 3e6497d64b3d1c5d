package wave_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
)

type object struct {
	ID      int64  `json:"id"`
	State   string `json:"state"`
	Figures struct {
		Total, Unseen, Ask, Asked, Spared, Texts int
		Reasons                                  map[string]int `json:"reasons"`
		Invitations                              map[string]int `json:"invitations"`
	} `json:"figures"`
}

// shop has n customers who can be asked, one without an address and one with an
// open complaint.
func shop(t *testing.T, n int) (*apptest.App, *apptest.API) {
	a := apptest.New(t)
	api := a.API(apptest.OwnerEmail, "write")
	for k := range n {
		api.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"name":"Ask %02d","emails":["ask%d@example.com"],"region":"North"}`, k, k))
	}
	api.Into(nil, 201, "POST", "/customers", `{"name":"No Address","region":"North"}`)
	api.Into(nil, 201, "POST", "/customers", `{"name":"Upset","emails":["upset@example.com"],"region":"North"}`)
	api.Into(nil, 201, "POST", "/responses", fmt.Sprintf(`{"customer_id":%d,"score":1}`, n+2))
	api.Into(nil, 201, "POST", "/customers", `{"name":"Elsewhere","emails":["else@example.com"],"region":"South"}`)
	a.Settle()
	return a, api
}

func read(api *apptest.API, id int64) object {
	var o object
	api.Into(&o, 200, "GET", fmt.Sprintf("/survey-waves/%d", id), "")
	return o
}

func create(api *apptest.API) object {
	var o object
	api.Into(&o, 201, "POST", "/survey-waves", `{"survey_id":1,"name":"Spring","query":"filter[region][eq]=North"}`)
	return o
}

func TestEverybodyIsLookedAtBeforeAnybodyIsAsked(t *testing.T) {
	a, api := shop(t, 3)
	w := create(api)
	if r := api.Call("POST", fmt.Sprintf("/survey-waves/%d/start", w.ID), ""); r.Status != 409 {
		t.Fatalf("started before anybody was looked at: %d", r.Status)
	}
	a.Pass(2 * time.Minute)
	w = read(api, w.ID)
	f := w.Figures
	if w.State != "draft" || f.Total != 5 || f.Ask != 3 || f.Spared != 2 || f.Reasons["no_email"] != 1 || f.Reasons["open_case"] != 1 {
		t.Fatalf("%+v", w)
	}
	if n := a.Count(`SELECT count(*) FROM survey_invitation WHERE wave_id IS NOT NULL`); n != 0 {
		t.Fatalf("%d were asked before anybody said so", n)
	}
	b := a.Owner()
	if p := b.Get(fmt.Sprintf("/survey-waves/%d?show=spared&reason=no_email", w.ID)); !strings.Contains(p.Body, "No Address") || strings.Contains(p.Body, ">Upset<") {
		t.Fatalf("who is spared is not told: %s", p.Body)
	}
	b.Follow(fmt.Sprintf("/survey-waves/%d/start", w.ID))
	a.Pass(2 * time.Minute)
	w = read(api, w.ID)
	if w.State != "running" || w.Figures.Asked != 3 { // it is done once all have left
		t.Fatalf("%+v", w)
	}
	a.Pass(2 * time.Minute)
	if n := a.Count(`SELECT count(*) FROM survey_invitation WHERE wave_id = 1`); n != 3 {
		t.Fatalf("%d invitations", n)
	}
	if n := a.Count(`SELECT count(*) FROM outbox WHERE purpose = 'survey'`); n != 3 {
		t.Fatalf("%d letters", n)
	}
}

func TestAPauseHoldsWhatHasNotLeftAndAStopEndsIt(t *testing.T) {
	a, api := shop(t, 4)
	w := create(api)
	a.Pass(2 * time.Minute)
	at := func(verb string) string { return fmt.Sprintf("/survey-waves/%d/%s", w.ID, verb) }
	api.Into(nil, 200, "POST", at("start"), "")
	tick := func() {
		t.Helper()
		a.Clock.Add(2 * time.Minute)
		if err := a.Jobs.Tick(a.As(auth.System("job"))); err != nil { // nothing leaves meanwhile
			t.Fatal(err)
		}
	}
	is := func(state string, ask, asked, waiting int) {
		t.Helper()
		tick()
		o := read(api, w.ID)
		n := a.Count(`SELECT count(*) FROM survey_invitation WHERE wave_id = 1 AND state IN ('queued', 'deferred')`)
		if o.State != state || o.Figures.Ask != ask || o.Figures.Asked != asked || n != waiting {
			t.Fatalf("%+v, %d wait", o, n)
		}
	}
	is("running", 0, 4, 4)
	api.Into(nil, 200, "POST", at("pause"), "")
	is("paused", 4, 0, 0)
	if r := api.Call("POST", at("start"), ""); r.Status != 409 {
		t.Fatalf("begun twice: %d", r.Status)
	}
	api.Into(nil, 200, "POST", at("resume"), "")
	is("running", 0, 4, 4)
	api.Into(nil, 200, "POST", at("stop"), "")
	is("stopped", 0, 4, 0)
	if n := a.Count(`SELECT count(*) FROM survey_invitation WHERE state = 'refused' AND reason = 'wave_stopped'`); n != 4 {
		t.Fatalf("%d are told", n)
	}
	a.Settle()
	if n := a.Count(`SELECT count(*) FROM outbox WHERE purpose = 'survey' AND state = 'sent'`); n != 0 {
		t.Fatalf("%d left all the same", n)
	}
	if r := api.Call("POST", at("resume"), ""); r.Status != 409 {
		t.Fatalf("a stopped wave goes on: %d", r.Status)
	}
	if r := api.Call("DELETE", fmt.Sprintf("/survey-waves/%d", w.ID), ""); r.Status != 409 {
		t.Fatalf("a wave that asked is deleted: %d", r.Status)
	}
}

// A wave that has its answers, or whose survey has ended, asks nobody else.
func TestAWaveEndsByItself(t *testing.T) {
	a, api := shop(t, 3)
	var w object
	api.Into(&w, 201, "POST", "/survey-waves", `{"survey_id":1,"name":"Spring","query":"filter[region][eq]=North","closes_on":"2026-03-02"}`)
	a.Clock.Add(2 * time.Minute)
	tick := func() {
		t.Helper()
		a.Clock.Add(2 * time.Minute)
		if err := a.Jobs.Tick(a.As(auth.System("job"))); err != nil {
			t.Fatal(err)
		}
	}
	tick()
	api.Into(nil, 200, "POST", "/survey-waves/1/start", "")
	tick()
	if n := a.Count(`SELECT count(*) FROM survey_invitation WHERE wave_id = 1 AND state IN ('queued', 'deferred')`); n != 3 {
		t.Fatalf("%d wait", n)
	}
	a.Clock.Add(24 * time.Hour)
	tick()
	tick()
	if w = read(api, w.ID); w.State != "stopped" || a.Count(`SELECT count(*) FROM survey_invitation WHERE reason = 'wave_stopped'`) != 3 {
		t.Fatalf("%+v", w)
	}
	api.Into(&w, 201, "POST", "/survey-waves", `{"survey_id":1,"name":"Late","query":"filter[region][eq]=North","closes_on":"2026-03-01"}`)
	tick()
	if r := api.Call("POST", "/survey-waves/2/start", ""); r.Status != 409 {
		t.Errorf("begun after its end: %d", r.Status)
	}
	if r := api.Call("POST", "/survey-waves", `{"survey_id":1,"name":"x","closes_on":"tomorrow"}`); r.Status != 422 {
		t.Errorf("a day that is none: %d", r.Status)
	}
}

func TestWhoMayNotTouchesNoWave(t *testing.T) {
	a, api := shop(t, 1)
	w := create(api)
	a.Colleague("dan@example.com", "member")
	dan, page := a.API("dan@example.com", "write"), a.SignIn("dan@example.com", apptest.Password)
	for _, try := range []struct{ method, path, body string }{
		{"POST", "/survey-waves", `{"survey_id":1,"name":"x"}`}, {"POST", fmt.Sprintf("/survey-waves/%d/start", w.ID), ""},
		{"POST", fmt.Sprintf("/survey-waves/%d/stop", w.ID), ""}, {"DELETE", fmt.Sprintf("/survey-waves/%d", w.ID), ""},
	} {
		if r := dan.Call(try.method, try.path, try.body); r.Status != 403 {
			t.Errorf("%s %s: %d", try.method, try.path, r.Status)
		}
		if r := a.Anonymous().Call(try.method, try.path, try.body); r.Status != 401 {
			t.Errorf("nobody, %s %s: %d", try.method, try.path, r.Status)
		}
	}
	if r := page.Get("/survey-waves/new"); r.Status != 403 {
		t.Errorf("a member's form: %d", r.Status)
	}
	for body, want := range map[string]int{
		`{"survey_id":99,"name":"x"}`: 422, `{"survey_id":1,"name":" "}`: 422, `{"survey_id":1,"name":"x","query":"filter[nothing][eq]=1"}`: 422,
		`{"survey_id":1,"name":"x","query":"filter[region][eq]=Nowhere"}`: 422, `{"survey_id":1,"name":"x","query":"%zz"}`: 422,
	} {
		if r := api.Call("POST", "/survey-waves", body); r.Status != want {
			t.Errorf("%s: %d %s", body, r.Status, r.Body)
		}
	}
	for _, path := range []string{"/survey-waves/77", "/survey-waves/1/members?state=nonsense"} {
		if r := api.Call("GET", path, ""); r.Status != 404 && r.Status != 422 {
			t.Errorf("%s: %d", path, r.Status)
		}
	}
}
