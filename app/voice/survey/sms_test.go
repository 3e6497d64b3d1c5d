package survey_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
)

// A text message is written here and sent by a colleague's own phone.
func TestATextMessageIsSentByHand(t *testing.T) {
	a := apptest.NewWith(t, "zh-CN", "REGULARS_BASE_URL=https://shop.example.com")
	a.Colleague(apptest.MemberEmail, "member")
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"韩梅梅","phones":["+8613800138000"]}`)
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada"}`)
	var i struct{ State, Reason string }
	if api.Into(&i, 201, "POST", "/invitations", `{"survey_id":1,"customer_id":2,"channel":"sms"}`); i.State != "refused" || i.Reason != "no_phone" {
		t.Errorf("without a number: %+v", i)
	}
	if api.Into(&i, 201, "POST", "/invitations", `{"survey_id":1,"customer_id":1,"channel":"sms"}`); i.State != "queued" || i.Reason != "to_copy" {
		t.Fatalf("%+v", i)
	}
	var text struct {
		To, Text      string
		Length, Parts int
	}
	api.Into(&text, 200, "GET", "/invitations/2/text", "")
	if text.To != "+8613800138000" || !strings.HasPrefix(text.Text, "【") || !strings.Contains(text.Text, "https://shop.example.com/s/") || text.Parts != 2 || text.Length <= 70 {
		t.Errorf("%+v", text)
	}
	o := a.Owner()
	page := o.Get("/invitation-texts")
	if !strings.Contains(page.Body, `href="sms:%2b8613800138000?body=`) && !strings.Contains(page.Body, `href="sms:&#43;8613800138000?body=`) {
		t.Error("no link that opens the phone's messages")
	}
	if page := o.Get("/invitations"); !strings.Contains(page.Body, `href="/invitation-texts"`) {
		t.Error("nothing leads to the desk")
	}
	link := text.Text[strings.Index(text.Text, "/s/"):]
	link, _, _ = strings.Cut(link, " ")
	if r := a.Browser().Get(link); r.Status != http.StatusOK {
		t.Errorf("the link opens with %d", r.Status)
	}
	if r := o.Post("/invitations/2/sent"); r.Status != http.StatusSeeOther {
		t.Errorf("sent: %d", r.Status)
	}
	if api.Into(&i, 200, "GET", "/invitations/2", ""); i.State != "sent" {
		t.Errorf("%+v", i)
	}
	if r := api.Call("POST", "/invitations/2/sent", ""); r.Status != http.StatusConflict {
		t.Errorf("sent twice: %d", r.Status)
	}
	if r := api.Call("GET", "/invitations/2/text", ""); r.Status != http.StatusNotFound {
		t.Errorf("its text is still there: %d", r.Status)
	}
	// an objection to text messages takes back what waits
	api.Into(nil, 201, "POST", "/invitations", `{"survey_id":2,"customer_id":1,"channel":"sms"}`)
	api.Into(nil, 201, "POST", "/customers/1/consents", `{"purpose":"survey","channel":"sms","state":"objected"}`)
	if api.Into(&i, 200, "GET", "/invitations/3", ""); i.State != "refused" || i.Reason != "objected" {
		t.Errorf("after the objection: %+v", i)
	}
	if r := a.Anonymous().Call("POST", "/invitations/3/sent", ""); r.Status != http.StatusUnauthorized {
		t.Errorf("for everybody: %d", r.Status)
	}
	api.Into(nil, 201, "POST", "/customers", `{"name":"Li Lei","phones":["+8613800138001"]}`)
	api.Into(nil, 201, "POST", "/invitations", `{"survey_id":1,"customer_id":3,"channel":"sms"}`)
	o.Get("/invitation-texts")
	o.Post("/invitations/4/spared")
	if api.Into(&i, 200, "GET", "/invitations/4", ""); i.State != "refused" || i.Reason != "by_hand" {
		t.Errorf("%+v", i)
	}
}

// Whoever complains or was asked recently is not asked by text message either;
// what waits for them comes to the desk once they may be asked.
func TestATextMessageKeepsToTheCaseAndTheBudget(t *testing.T) {
	a := apptest.NewWith(t, "en", "REGULARS_BASE_URL=https://shop.example.com")
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada","phones":["+14155550100"]}`)
	var i struct {
		ID            int64
		State, Reason string
	}
	is := func(state, reason string) {
		t.Helper()
		if i.State != state || i.Reason != reason {
			t.Fatalf("%+v, want %s (%s)", i, state, reason)
		}
	}
	refused := func() {
		t.Helper()
		for range 3 {
			if r := api.Call("POST", fmt.Sprintf("/invitations/%d/sent", i.ID), ""); r.Status != http.StatusConflict {
				t.Fatalf("sent: %d %s", r.Status, r.Body)
			}
		}
		if r := api.Call("GET", fmt.Sprintf("/invitations/%d/text", i.ID), ""); r.Status != http.StatusConflict {
			t.Fatalf("its text: %d", r.Status)
		}
	}
	api.Into(nil, 201, "POST", "/responses", `{"customer_id":1,"score":1}`) // opens a case
	a.Settle()
	api.Into(&i, 201, "POST", "/invitations", `{"survey_id":1,"customer_id":1,"channel":"sms"}`)
	is("deferred", "open_case")
	refused()
	o := a.Owner()
	if p := o.Get("/invitation-texts"); strings.Contains(p.Body, "+14155550100") {
		t.Error("the desk offers it")
	}
	if p := o.Follow(fmt.Sprintf("/invitations/%d/sent", i.ID)); !strings.Contains(p.Body, "A complaint is being dealt with") {
		t.Error("the press does not say why")
	}
	api.Into(nil, 200, "POST", "/feedback-cases/1/acknowledged", "")
	api.Into(nil, 200, "POST", "/feedback-cases/1/dismissed", `{"reason":"A slip of the finger"}`)
	a.Pass(20 * time.Minute)
	api.Into(&i, 200, "GET", fmt.Sprintf("/invitations/%d", i.ID), "")
	is("queued", "to_copy")
	id := i.ID
	i.Reason = ""
	api.Into(&i, 200, "POST", fmt.Sprintf("/invitations/%d/sent", id), "")
	is("sent", "")
	api.Into(&i, 201, "POST", "/invitations", `{"survey_id":2,"customer_id":1,"channel":"sms"}`)
	is("deferred", "budget")
	refused()
}
