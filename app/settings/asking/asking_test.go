package asking_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/config"
)

func public(c *config.Config) { c.BaseURL = "https://shop.example.com" }

// rules are what the API answers.
type rules struct {
	QuietFrom  string `json:"quiet_from"`
	QuietTo    string `json:"quiet_to"`
	SurveyDays int    `json:"survey_days"`
	SurveyYear int    `json:"survey_year"`
	Month      int    `json:"month"`
	OptIn      bool   `json:"opt_in"`
}

func TestTheOwnerDecidesWhenAndWhomTheHouseAsks(t *testing.T) {
	for _, locale := range []string{"en", "zh-CN"} {
		a := apptest.NewIn(t, locale, public)
		b := a.Owner()
		title := map[string]string{"en": "When and whom we ask", "zh-CN": "何时问、问谁"}[locale]
		if page := b.Get("/settings"); !strings.Contains(page.Body, title) {
			t.Errorf("%s: the settings do not lead there", locale)
		}
		page := b.Get("/settings/asking")
		for _, want := range []string{title, `value="21:00"`, `value="09:00"`, `value="30"`, `value="4"`, `value="6"`} {
			if !strings.Contains(page.Body, want) {
				t.Errorf("%s: the page lacks %s", locale, want)
			}
		}
		if page = b.Post("/settings/hours", "week1", "09:00-18:00", "holidays", "2026-12-25\n2026-01-01\n2026-05-01"); page.Status != http.StatusSeeOther {
			t.Fatalf("holidays: %d", page.Status)
		}
		if page = b.Get("/settings/asking"); strings.Count(page.Body, `<span class="pill">`) != 2 {
			t.Errorf("%s: the page does not show the two holidays to come", locale)
		}
	}
}

func TestRulesAreSavedUndoneAndObeyed(t *testing.T) {
	a := apptest.New(t, public)
	b := a.Owner()
	api := a.API("", "write")
	var got rules
	b.Get("/settings/asking")
	page := b.Follow("/settings/asking", "quiet_from", "20:30", "quiet_to", "10:00", "survey_days", "60", "survey_year", "2", "month", "3", "opt_in", "yes")
	api.Into(&got, 200, "GET", "/settings/asking", "")
	if got != (rules{"20:30", "10:00", 60, 2, 3, true}) {
		t.Fatalf("saved %+v", got)
	}
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ines Calder","emails":["ines@example.com"]}`)
	var i struct{ State, Reason string }
	api.Into(&i, 201, "POST", "/invitations", `{"survey_id":1,"customer_id":1,"channel":"email"}`)
	if i.State != "refused" || i.Reason != "no_consent" {
		t.Errorf("asked without consent: %+v", i)
	}
	at := strings.Index(page.Body, "/history/")
	if at < 0 {
		t.Fatal("no undo is offered")
	}
	undo, _, _ := strings.Cut(page.Body[at:], `"`)
	if r := b.Post(undo); r.Status != http.StatusSeeOther {
		t.Fatalf("undo: %d %s", r.Status, r.Body)
	}
	api.Into(&got, 200, "GET", "/settings/asking", "")
	if got != (rules{"21:00", "09:00", 30, 4, 6, false}) {
		t.Errorf("after undo %+v", got)
	}
	api.Into(&got, 200, "PATCH", "/settings/asking", `{"month":0,"quiet_to":"08:00"}`)
	if got != (rules{"21:00", "08:00", 30, 4, 0, false}) {
		t.Errorf("patched to %+v", got)
	}
	api.Into(&i, 201, "POST", "/invitations", `{"survey_id":1,"customer_id":1,"channel":"email"}`)
	if i.State == "refused" {
		t.Errorf("the customer relation is not enough again: %+v", i)
	}
}

func TestWrongRulesAreRefusedBesideTheirFields(t *testing.T) {
	a := apptest.New(t)
	b := a.Owner()
	b.Get("/settings/asking")
	good := map[string]string{"quiet_from": "21:00", "quiet_to": "09:00", "survey_days": "30", "survey_year": "4", "month": "6", "opt_in": "no"}
	for name, value := range map[string]string{"quiet_from": "25:00", "quiet_to": "", "survey_days": "-1", "survey_year": "1e9", "month": "many"} {
		var pairs []string
		for k, v := range good {
			if k == name {
				v = value
			}
			pairs = append(pairs, k, v)
		}
		if r := b.Post("/settings/asking", pairs...); r.Status != http.StatusUnprocessableEntity || !strings.Contains(r.Body, `aria-describedby="f-`+name+`-e"`) {
			t.Errorf("%s = %q: %d, or no word beside the field", name, value, r.Status)
		}
	}
	api := a.API("", "write")
	for _, body := range []string{`{"quiet_from":"9 pm"}`, `{"survey_days":400}`, `{"month":-1}`, `{"colour":"red"}`, `{"opt_in":"perhaps"}`} {
		if r := api.Call("PATCH", "/settings/asking", body); r.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", body, r.Status)
		}
	}
}

func TestOnlyLeadsSeeAndChangeTheRules(t *testing.T) {
	a := apptest.New(t)
	a.Colleague(apptest.MemberEmail, "member")
	if r := a.Browser().Get("/settings/asking"); r.Status != http.StatusSeeOther {
		t.Errorf("nobody: %d", r.Status)
	}
	if r := a.Anonymous().Call("GET", "/settings/asking", ""); r.Status != http.StatusUnauthorized {
		t.Errorf("no token: %d", r.Status)
	}
	b, api := a.SignIn(apptest.MemberEmail, apptest.Password), a.API(apptest.MemberEmail, "write")
	b.Get("/today")
	for name, status := range map[string]int{
		"GET page": b.Get("/settings/asking").Status, "POST page": b.Post("/settings/asking", "month", "0").Status,
		"GET api": api.Call("GET", "/settings/asking", "").Status, "PATCH api": api.Call("PATCH", "/settings/asking", `{"month":0}`).Status,
	} {
		if status != http.StatusForbidden && status != http.StatusNotFound {
			t.Errorf("a member, %s: %d", name, status)
		}
	}
	if strings.Contains(b.Get("/settings").Body, "/settings/asking") {
		t.Error("a member is offered the page")
	}
	var got rules
	a.API("", "read").Into(&got, 200, "GET", "/settings/asking", "")
	if want := (rules{"21:00", "09:00", 30, 4, 6, false}); got != want {
		t.Error(fmt.Errorf("the rules changed to %+v", got))
	}
	if r := a.API("", "read").Call("PATCH", "/settings/asking", `{"month":0}`); r.Status != http.StatusForbidden {
		t.Errorf("a read token: %d", r.Status)
	}
}
