package lead_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
)

func TestAFormIsFramedByItsSitesOnly(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	with := func(sites string) string {
		return strings.Replace(formBody, `"effort":8`, `"effort":8,"origins":[`+sites+`]`, 1)
	}
	for _, bad := range []string{`"https://a.example.com; script-src *"`, `"javascript:alert(1)"`, `"https://a.example.com/path"`, `"*"`, `"https://*.example.com"`} {
		if r := api.Call("POST", "/lead-forms", with(bad)); r.Status != 422 {
			t.Errorf("%s answers %d", bad, r.Status)
		}
	}
	api.Into(nil, 201, "POST", "/lead-forms", with(`"https://www.example.com/","http://shop.example.org:8080"`))
	api.Into(nil, 201, "POST", "/lead-forms", strings.Replace(formBody, "ask-us", "plain", 1))
	b := a.Browser()
	csp := func(path string) string { return b.Get(path).Header.Get("Content-Security-Policy") }
	if got := csp("/f/ask-us"); !strings.Contains(got, "frame-ancestors 'self' https://www.example.com http://shop.example.org:8080;") {
		t.Error(got)
	}
	if got := csp("/f/plain"); !strings.Contains(got, "frame-ancestors 'none'") {
		t.Error(got)
	}
	if page := a.Owner().Get("/settings/lead-forms/1"); !strings.Contains(page.Body, "&lt;iframe src=") {
		t.Error("the page has nothing to put into a website")
	}
	if r := b.Do(http.MethodHead, "/f/ask-us", "", nil); r.Status != 200 {
		t.Errorf("%d", r.Status)
	}
}

func TestWhoWaitsStandsOnToday(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	a.Colleague(apptest.MemberEmail, "member")
	api.Into(nil, 201, "POST", "/leads", `{"name":"Mira Castell","need":"Tea for forty rooms"}`)
	api.Into(nil, 201, "POST", "/leads", `{"name":"Olu Pool","owner_id":0}`)
	api.Into(nil, 201, "POST", "/leads", `{"name":"Sams Own","owner_id":2}`)
	if page := a.Owner().Get("/today"); !strings.Contains(page.Body, "Mira Castell") || !strings.Contains(page.Body, "Olu Pool") || strings.Contains(page.Body, "Sams Own") {
		t.Error("today does not say who waits")
	}
	api.Into(nil, 200, "POST", "/leads/1/log", `{"kind":"call","words":"Sends samples"}`)
	b := a.Owner()
	if page := b.Get("/today"); strings.Contains(page.Body, "Mira Castell") {
		t.Error("who was answered still waits")
	}
	// Two days before a lead goes back its owner hears of it, once.
	b.Follow("/settings/leads", "response_hours", "0", "claim_cap", "0", "return_days", "7")
	if page := b.Get("/leads/1"); !strings.Contains(page.Body, "Goes back to the pool on") {
		t.Error("the page does not say when it goes back")
	}
	for range 2 {
		a.Pass(5*24*time.Hour/2 + time.Hour)
		a.API("", "write").Into(nil, 201, "POST", "/jobs/lead_clock/runs", "{}")
		a.Settle()
	}
	a.Pass(time.Hour)
	a.API("", "write").Into(nil, 201, "POST", "/jobs/lead_clock/runs", "{}")
	a.Settle()
	if n := a.Count(`SELECT count(*) FROM notification WHERE kind = 'lead_soon' AND subject_id = 1 AND user_id = 1`); n != 1 || a.Count(`SELECT count(*) FROM lead WHERE owner_id IS NULL`) != 1 {
		t.Errorf("%d warnings", n)
	}
}
