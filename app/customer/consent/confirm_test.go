package consent_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/sys/mail/mailtest"
)

var (
	confirmLink = regexp.MustCompile(`https://shop\.example\.com(/u/confirm/[0-9a-zA-Z_-]+)`)
	nonceField  = regexp.MustCompile(`name="nonce" value="([^"]+)"`)
)

// mailing is a shop that can mail, with a purpose that is confirmed by mail.
func mailing(t *testing.T, locale string) (*apptest.App, *apptest.API, *mailtest.Server) {
	t.Helper()
	server := mailtest.New(t)
	a := apptest.NewWith(t, locale, "REGULARS_BASE_URL=https://shop.example.com", "REGULARS_SMTP_HOST="+server.Host, fmt.Sprintf("REGULARS_SMTP_PORT=%d", server.Port),
		"REGULARS_SMTP_SECURITY=none", "REGULARS_SMTP_FROM=shop@example.com", "REGULARS_OUTBOUND_ALLOW_PRIVATE=true")
	t.Cleanup(server.Close)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/consent-purposes", `{"name_en":"Tasting letter","name_zh":"试喝通讯","double_opt_in":true,"text_en":"Once a month, what is new to drink.","text_zh":"每月一次，最新饮品。"}`)
	api.Into(nil, 201, "POST", "/customers", `{"name":"Mina Park","emails":["mina@example.com"],"language":"`+locale+`"}`)
	api.Into(nil, 201, "POST", "/customers", `{"name":"Without Mail"}`)
	return a, api, server
}

// mailed is the address in the newest mail to Mina, and the mail's text.
func mailed(t *testing.T, server *mailtest.Server) (path, text string) {
	t.Helper()
	all := server.Messages()
	if len(all) == 0 {
		t.Fatal("no mail came")
	}
	text = all[len(all)-1].Text
	found := confirmLink.FindStringSubmatch(text)
	if found == nil {
		t.Fatalf("no link in\n%s", text)
	}
	return found[1], text
}

// A yes that a colleague wrote down is mailed about, counts by a press of the
// button on the page behind the link, and by nothing less.
func TestAYesIsConfirmedByTheButtonBehindItsMail(t *testing.T) {
	a, api, server := mailing(t, "en")
	api.Into(nil, 201, "POST", "/customers/1/consents", `{"purpose":"tasting_letter","channels":["email","post"],"state":"allowed","wording_id":1}`)
	if s := states(api, 1); s["tasting_letter.email"].Reason != "unconfirmed" || !s["tasting_letter.post"].Allowed {
		t.Fatalf("%+v", s)
	}
	if n := a.Count("SELECT count(*) FROM outbox WHERE subject_kind = 'consent' AND payload LIKE '%/u/%'"); n != 0 {
		t.Error("the link lies in the database")
	}
	a.Settle()
	path, text := mailed(t, server)
	for _, want := range []string{"Mina Park", "Tasting letter", "Once a month, what is new to drink.", "30 days"} {
		if !strings.Contains(text, want) {
			t.Errorf("the mail does not say %q:\n%s", want, text)
		}
	}
	guest := a.Browser()
	var page apptest.Answer
	for range 3 { // a scanner looks at everything
		page = guest.Get(path)
		guest.Do(http.MethodHead, path, "", nil)
		guest.Get(path + "?answer=yes")
	}
	if page.Status != 200 || strings.Contains(page.Body, "<script") || states(api, 1)["tasting_letter.email"].Allowed {
		t.Fatalf("looking decided: %d\n%s", page.Status, page.Body)
	}
	if r := guest.Post(path, "answer", "yes"); r.Status != 403 {
		t.Errorf("a form that was not shown: %d", r.Status)
	}
	if r := guest.Post(path, "answer", "perhaps", "nonce", nonceField.FindStringSubmatch(page.Body)[1]); r.Status != 303 || states(api, 1)["tasting_letter.email"].Allowed {
		t.Errorf("an answer that is none: %d", r.Status)
	}
	page = guest.Follow(path, "answer", "yes", "nonce", nonceField.FindStringSubmatch(page.Body)[1])
	if !strings.Contains(page.Body, "confirmed") || !states(api, 1)["tasting_letter.email"].Allowed {
		t.Fatalf("not confirmed:\n%s", page.Body)
	}
	if n := a.Count("SELECT count(*) FROM consent WHERE customer_id = 1 AND source = 'confirmation' AND wording_id = 1 AND channel = 'email'"); n != 1 {
		t.Errorf("%d rows say so", n)
	}
	// once is enough: the link says no more, and takes nothing back
	if strings.Contains(page.Body, "<button") {
		t.Error("the page still asks")
	}
	a.Browser().Post(path, "answer", "no", "nonce", "x")
	if !states(api, 1)["tasting_letter.email"].Allowed {
		t.Error("an answered link took it back")
	}
	if r := api.Call("POST", fmt.Sprintf("/customers/1/consents/%d/confirmation", askedRow(a)), ""); r.Status != 422 {
		t.Errorf("an answered one is mailed again: %d", r.Status)
	}
	for _, wrong := range []string{path[:len(path)-2] + "xx", "/u/confirm/1-1-x", "/u/confirm/" + strings.Repeat("z", 200), "/u/confirm/--"} {
		if r := guest.Get(wrong); r.Status != 404 || strings.Contains(r.Body, "Mina") {
			t.Errorf("%s: %d", wrong, r.Status)
		}
	}
}

func askedRow(a *apptest.App) int {
	return a.Count("SELECT max(id) FROM consent WHERE state = 'asked'")
}

// A no counts too, in the customer's language; the mail can be sent again, once
// a day, by whoever may write about this customer; an old link ends.
func TestAConfirmationIsRefusedSentAgainAndEnds(t *testing.T) {
	a, api, server := mailing(t, "zh-CN")
	api.Into(nil, 201, "POST", "/customers/1/consents", `{"purpose":"tasting_letter","channel":"email","state":"allowed"}`)
	a.Settle()
	again := fmt.Sprintf("/customers/1/consents/%d/confirmation", askedRow(a))
	if r := api.Call("POST", again, ""); r.Status != 422 {
		t.Errorf("twice a day: %d", r.Status)
	}
	a.Pass(31 * 24 * time.Hour)
	old, _ := mailed(t, server)
	guest := a.Browser()
	if r := guest.Get(old); r.Status != 404 {
		t.Errorf("a month later: %d", r.Status)
	}
	a.Colleague(apptest.MemberEmail, "member")
	if r := a.Anonymous().Call("POST", again, ""); r.Status != 401 {
		t.Errorf("without a token: %d", r.Status)
	}
	if r := a.API("", "read").Call("POST", again, ""); r.Status != 403 {
		t.Errorf("a reading token: %d", r.Status)
	}
	if r := a.API(apptest.MemberEmail, "write").Call("POST", again, ""); r.Status != 404 && r.Status != 204 {
		t.Errorf("a colleague: %d", r.Status)
	}
	for _, wrong := range []string{"/customers/2/consents/%d/confirmation", "/customers/1/consents/9%d/confirmation"} {
		if r := api.Call("POST", fmt.Sprintf(wrong, askedRow(a)), ""); r.Status != 404 {
			t.Errorf("%s: %d", wrong, r.Status)
		}
	}
	api.Call("POST", again, "")
	a.Settle()
	path, text := mailed(t, server)
	if path == old || !strings.Contains(text, "试喝通讯") || !strings.Contains(text, "您好") {
		t.Fatalf("not anew, or not in Chinese: %s\n%s", path, text)
	}
	page := guest.Get(path)
	if !strings.Contains(page.Body, "每月一次") && !strings.Contains(page.Body, "试喝通讯") {
		t.Errorf("the page does not say what it is about:\n%s", page.Body)
	}
	page = guest.Follow(path, "answer", "no", "nonce", nonceField.FindStringSubmatch(page.Body)[1])
	if s := states(api, 1)["tasting_letter.email"]; s.Reason != "objected" || !strings.Contains(page.Body, "已记下") {
		t.Errorf("%+v\n%s", s, page.Body)
	}
	// nobody to write to: it waits, and the record says why
	api.Into(nil, 201, "POST", "/customers/2/consents", `{"purpose":"tasting_letter","channel":"email","state":"allowed"}`)
	b := a.Owner()
	if page := b.Get("/customers/2/consents"); !strings.Contains(page.Body, "发送确认邮件") {
		t.Error("the record offers no mail")
	}
	if r := b.Post(fmt.Sprintf("/customers/2/consents/%d/confirmation", askedRow(a))); r.Status != 422 || !strings.Contains(r.Body, "没有可以发送的邮箱地址") {
		t.Errorf("without an address: %d", r.Status)
	}
}
