package lead_test

import (
	"crypto/sha256"
	"fmt"
	"html"
	"regexp"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
)

var ticketIn = regexp.MustCompile(`name="ticket" value="([^"]+)"`)

const formBody = `{"slug":"ask-us","name":"Website","texts":{"en":{"title":"Ask us","consent":"You may answer me."},"zh-CN":{"title":"联系我们"}},"asks":["phone","email","need!"],"effort":8}`

// prove does what the page's script does.
func prove(ticket string, bytes int) string {
	for n := 0; ; n++ {
		if sum := sha256.Sum256([]byte(fmt.Sprintf("%s.%d", ticket, n))); bytes == 1 && sum[0] == 0 {
			return fmt.Sprint(n)
		}
	}
}

func TestThePublicFormTakesInquiries(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/lead-forms", formBody)
	b := a.Browser()
	ticket := func() string {
		m := ticketIn.FindStringSubmatch(b.Get("/f/ask-us").Body)
		if m == nil {
			t.Fatal("the page has no ticket")
		}
		return html.UnescapeString(m[1])
	}
	if page := b.Get("/f/ask-us?lang=zh-CN"); page.Status != 200 || !strings.Contains(page.Body, "联系我们") || len(page.Header.Values("Set-Cookie")) != 0 {
		t.Errorf("%d %v", page.Status, page.Header)
	}
	send := func(ticket, proof string, more ...string) apptest.Answer {
		return b.Post("/f/ask-us", append([]string{"ticket", ticket, "proof", proof, "name", "Ada Field", "phone", "+44 117 496 0188", "need", "Tea <b>now</b>", "agreed", "1"}, more...)...)
	}
	first := ticket()
	if r := send(first, prove(first, 1)); r.Status != 422 || a.Count(`SELECT count(*) FROM lead`) != 0 {
		t.Errorf("sent as soon as it was shown: %d", r.Status)
	}
	a.Pass(10 * time.Second)
	for range 2 { // pressed twice
		if r := send(first, prove(first, 1)); r.Status != 303 {
			t.Fatalf("%d %s", r.Status, r.Body)
		}
	}
	if a.Count(`SELECT count(*) FROM lead WHERE unchecked = 0 AND consent = 'You may answer me.' AND source = 'Website' AND owner_id = 1`) != 1 || a.Count(`SELECT count(*) FROM lead`) != 1 {
		t.Error("the inquiry is not kept once, with what was agreed")
	}
	second := ticket()
	a.Pass(10 * time.Second)
	if r := send(second, ""); r.Status != 303 || a.Count(`SELECT count(*) FROM lead WHERE unchecked = 1`) != 1 {
		t.Errorf("without a script: %d", r.Status)
	}
	third := ticket()
	a.Pass(10 * time.Second)
	if r := send(third, prove(third, 1), "website", "http://spam.example.com"); r.Status != 303 || a.Count(`SELECT count(*) FROM lead`) != 2 {
		t.Errorf("who fills what nobody sees is kept: %d", r.Status)
	}
	for name, forged := range map[string]string{"none": "", "made up": "abc.def.ghi", "another time": "zz" + third, "long": strings.Repeat("x", 5000)} {
		if r := send(forged, "1"); r.Status != 422 {
			t.Errorf("a ticket that is %s: %d", name, r.Status)
		}
	}
	for field, r := range map[string]apptest.Answer{
		"agreed": b.Post("/f/ask-us", "ticket", third, "name", "A", "phone", "0117 496 0188", "need", "x"),
		"reach":  b.Post("/f/ask-us", "ticket", third, "name", "A", "need", "x", "agreed", "1"),
		"need":   b.Post("/f/ask-us", "ticket", third, "name", "A", "phone", "0117 496 0188", "agreed", "1"),
		"email":  b.Post("/f/ask-us", "ticket", third, "name", "A", "email", "nobody@", "need", "x", "agreed", "1"),
		"owner":  b.Post("/f/ask-us", "ticket", third, "name", strings.Repeat("A", 300), "phone", "0117 496 0188", "need", "x", "agreed", "1", "owner_id", "1", "state", "converted"),
	} {
		if r.Status != 422 {
			t.Errorf("%s: %d", field, r.Status)
		}
	}
	if a.Count(`SELECT count(*) FROM lead`) != 2 {
		t.Error("something wrong was kept")
	}
	if page := a.Owner().Get("/leads/1"); strings.Contains(page.Body, "<b>now") || !strings.Contains(page.Body, "You may answer me.") {
		t.Error("the record does not show what came, safely")
	}
	for range 20 {
		next := ticket()
		a.Pass(5 * time.Second)
		send(next, "")
	}
	next := ticket()
	a.Pass(5 * time.Second)
	if r := send(next, ""); r.Status != 429 {
		t.Errorf("the twenty-third of an hour: %d", r.Status)
	}
	if r := b.Get("/f/nothing-here"); r.Status != 404 {
		t.Errorf("an address of no form: %d", r.Status)
	}
}

func TestWhoMayMakeForms(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	for body, field := range map[string]string{
		strings.Replace(formBody, "ask-us", "Ask us", 1):           "slug",
		strings.Replace(formBody, `"phone","email",`, "", 1):       "asks",
		strings.Replace(formBody, `"need!"`, `"bank"`, 1):          "asks",
		strings.Replace(formBody, `"effort":8`, `"effort":40`, 1):  "effort",
		strings.Replace(formBody, `"effort":8`, `"owner_id":9`, 1): "owner_id",
		`{"slug":"ask-us","name":"x","texts":{},"asks":["phone"]}`: "title_en",
	} {
		if r := api.Call("POST", "/lead-forms", body); r.Status != 422 || !strings.Contains(r.Body, field) {
			t.Errorf("%s: %d %s", body, r.Status, r.Body)
		}
	}
	api.Into(nil, 201, "POST", "/lead-forms", formBody)
	api.Into(nil, 422, "POST", "/lead-forms", formBody) // the address is taken
	api.Into(nil, 409, "PUT", "/lead-forms/1", strings.Replace(formBody, `{"slug"`, `{"version":7,"slug"`, 1))
	api.Into(nil, 200, "PUT", "/lead-forms/1", strings.Replace(formBody, `{"slug"`, `{"version":1,"active":false,"slug"`, 1))
	if r := a.Browser().Get("/f/ask-us"); r.Status != 404 {
		t.Errorf("a form that is off answers %d", r.Status)
	}
	a.Colleague(apptest.MemberEmail, "member")
	if r := a.API(apptest.MemberEmail, "write").Call("GET", "/lead-forms", ""); r.Status != 403 {
		t.Errorf("a member reads the forms: %d", r.Status)
	}
	if r := a.SignIn(apptest.MemberEmail, apptest.Password).Get("/settings/lead-forms"); r.Status != 403 {
		t.Errorf("a member opens the page: %d", r.Status)
	}
}
