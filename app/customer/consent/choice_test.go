package consent_test

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"regexp"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/customer/consent"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// link makes somebody's preferences page known and gives its address.
func link(t *testing.T, a *apptest.App, customer, contact int64, address string) string {
	t.Helper()
	s := a.Consents()
	if err := a.DB.Write(a.As(auth.System("test")), "test.link", func(ctx context.Context, tx *db.Tx) error { return s.Link(ctx, tx, customer, contact, address) }); err != nil {
		t.Fatal(err)
	}
	return "/u/" + s.Token(customer, contact, address) + "?lang=en"
}

var nonceOf = regexp.MustCompile(`name="nonce" value="([^"]+)"`)

func nonce(page apptest.Answer) string {
	if m := nonceOf.FindStringSubmatch(page.Body); m != nil {
		return m[1]
	}
	return ""
}

// upload records a decision of customer 1 with a file.
func upload(t *testing.T, b *apptest.Browser, name string, pairs ...string) apptest.Answer {
	t.Helper()
	page := b.Get("/customers/1/consents?purpose=marketing")
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	pairs = append(pairs, "_csrf", regexp.MustCompile(`name="_csrf" value="([^"]+)"`).FindStringSubmatch(page.Body)[1])
	for i := 0; i+1 < len(pairs); i += 2 {
		if err := w.WriteField(pairs[i], pairs[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	f, err := w.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte("I agree. Ada")); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Do("POST", "/customers/1/consents", w.FormDataContentType(), &body)
}

func TestPeopleDecideForThemselves(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada","emails":["ada@example.com"]}`)
	path := link(t, a, 1, 0, "ada@example.com")
	guest := a.Browser()
	guest.Follow(path, "nonce", nonce(guest.Get(path)), "all", "off")
	if s := states(api, 1); s["service.email"].Reason != "objected" || s["marketing.post"].Reason != "objected" {
		t.Fatalf("%+v", s)
	}
	var sets struct {
		Items []struct {
			ID       int64
			Op       string
			Undoable bool
		}
	}
	api.Into(&sets, 200, "GET", "/history", "")
	i := 0
	for i < len(sets.Items) && sets.Items[i].Op != consent.Chosen {
		i++
	}
	if i == len(sets.Items) || sets.Items[i].Undoable {
		t.Fatalf("the history: %+v", sets)
	}
	if r := api.Call("POST", fmt.Sprintf("/history/%d/undo", sets.Items[i].ID), `{}`); r.Status != 409 || !strings.Contains(r.Body, "decided this themselves") {
		t.Errorf("undo of the customer's own word: %d %s", r.Status, r.Body)
	}
	if page := a.Owner().Get(fmt.Sprintf("/history/%d", sets.Items[i].ID)).Body; !strings.Contains(page, "decided this themselves") || strings.Contains(page, `value="all"`) {
		t.Error("the history offers to take back what the customer decided")
	}
	// what they said since is a new entry, with something that shows it
	if r := api.Call("POST", "/customers/1/consents", `{"purpose":"survey","channel":"email","state":"allowed"}`); r.Status != 422 || !strings.Contains(r.Body, "proof") {
		t.Errorf("a yes over their own no without proof: %d %s", r.Status, r.Body)
	}
	api.Into(nil, 201, "POST", "/customers/1/consents", `{"purpose":"survey","channel":"email","state":"allowed","proof":"Call of 3 May, noted by Ann"}`)
	if s := states(api, 1); !s["survey.email"].Allowed || s["survey.sms"].Allowed {
		t.Errorf("%+v", s)
	}
	api.Into(&sets, 200, "GET", "/history", "")
	api.Into(nil, 200, "POST", fmt.Sprintf("/history/%d/undo", sets.Items[0].ID), `{}`)
	if s := states(api, 1); s["survey.email"].Allowed {
		t.Error("after the undo the customer's own no does not count again")
	}
}

// A contact at a company speaks for themselves; the company stays as it is.
func TestAContactDecidesForThemselves(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Mill","kind":"company"}`)
	api.Into(nil, 201, "POST", "/contacts", `{"customer_id":1,"name":"Ines"}`)
	path := link(t, a, 1, 1, "ines@example.com")
	guest := a.Browser()
	shown := guest.Get(path)
	if !strings.Contains(shown.Body, `value="survey.email" checked`) || strings.Contains(shown.Body, "no_profiling") {
		t.Error("the contact's page")
	}
	guest.Follow(path, "nonce", nonce(shown), "shown", "survey:0", "may", "survey.sms")
	if s := states(api, 1); !s["survey.email"].Allowed {
		t.Error("the contact has spoken for the company")
	}
	if n := a.Count(`SELECT count(*) FROM consent WHERE contact_id = 1 AND purpose = 'survey' AND state = 'objected'`); n != 4 {
		t.Errorf("%d objections of the contact", n)
	}
	for channel, want := range map[string]string{"email": "cancelled objected", "sms": "queued "} {
		if got := gateFor(t, a, 1, "survey", "", channel); got != want {
			t.Errorf("%s: %s", channel, got)
		}
	}
	if page := guest.Get(path).Body; strings.Contains(page, `value="survey.email" checked`) || !strings.Contains(page, `value="survey.sms" checked`) {
		t.Error("the page does not say what they chose")
	}
}

func TestAFileProvesAConsent(t *testing.T) {
	a := apptest.New(t)
	a.API("", "write").Into(nil, 201, "POST", "/customers", `{"name":"Ada"}`)
	b := a.Owner()
	b.Get("/customers/1/consents?purpose=marketing")
	r := upload(t, b, "letter.txt", "purpose", "marketing", "state", "allowed", "basis", "opt_in", "source", "paper", "channel", "post")
	if r.Status != 303 && r.Status != 200 {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	if n := a.Count(`SELECT count(*) FROM consent e JOIN attachment f ON f.id = e.attachment_id WHERE f.name = 'letter.txt' AND e.channel = 'post' AND e.state = 'allowed'`); n != 1 {
		t.Errorf("%d entries with the file", n)
	}
	if page := b.Get("/customers/1/consents").Body; !strings.Contains(page, "letter.txt") {
		t.Error("the record does not show it")
	}
	// what cannot stand leaves no file behind either
	b.Get("/customers/1/consents?purpose=marketing")
	upload(t, b, "other.txt", "purpose", "marketing", "state", "allowed", "basis", "contract", "source", "paper", "channel", "post")
	if n := a.Count(`SELECT count(*) FROM attachment`); n != 1 {
		t.Errorf("%d files", n)
	}
}

// One press in a mail program stops mail also where the shop's page no longer
// asks about mail, and a form with no way ticked is not a yes to all of them.
func TestNoneIsNeverTakenForAll(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada","emails":["ada@example.com"]}`)
	api.Into(nil, 201, "POST", "/customers/1/consents", `{"purpose":"marketing","state":"allowed","proof":"Card"}`)
	b := a.Owner()
	b.Get("/customers/1/consents?purpose=marketing")
	before := a.Count("SELECT count(*) FROM consent")
	for _, state := range []string{"allowed", "objected"} {
		if r := b.Post("/customers/1/consents", "purpose", "marketing", "state", state, "basis", "opt_in", "source", "staff", "wording_id", "0"); r.Status != 422 {
			t.Errorf("%s without a way: %d", state, r.Status)
		}
	}
	if r := api.Call("POST", "/customers/1/consents", `{"purpose":"marketing","state":"allowed","channels":[]}`); r.Status != 422 {
		t.Errorf("no ways by the API: %d %s", r.Status, r.Body)
	}
	if n := a.Count("SELECT count(*) FROM consent"); n != before {
		t.Errorf("%d rows were written", n-before)
	}
	path := link(t, a, 1, 0, "ada@example.com")
	api.Into(nil, 200, "PUT", "/settings/consent", `{"channels":["sms","phone"]}`)
	for range 2 {
		if r := a.Browser().Do("POST", path, "application/x-www-form-urlencoded", strings.NewReader("List-Unsubscribe=One-Click")); r.Status != 200 {
			t.Fatalf("one click: %d %s", r.Status, r.Body)
		}
	}
	api.Into(nil, 200, "PUT", "/settings/consent", `{"channels":["email","sms","phone"]}`)
	s := states(api, 1)
	if s["marketing.email"].Allowed || s["survey.email"].Allowed || !s["service.email"].Allowed || !s["marketing.sms"].Allowed {
		t.Errorf("after one click: %+v", s)
	}
	if n := a.Count("SELECT count(*) FROM consent WHERE source = 'unsubscribe'"); n != 2 {
		t.Errorf("%d entries of two clicks, want one a purpose", n)
	}
}
