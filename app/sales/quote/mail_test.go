package quote_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/sys/mail/mailtest"
)

// The link leaves by mail through the gate: with its words and a way to stop such
// mails, and not at all to somebody who objected.
func TestTheLinkLeavesByMail(t *testing.T) {
	post := mailtest.New(t)
	a := apptest.NewWith(t, "en", "REGULARS_BASE_URL=https://shop.example.com", "REGULARS_SMTP_HOST="+post.Host, fmt.Sprintf("REGULARS_SMTP_PORT=%d", post.Port),
		"REGULARS_SMTP_SECURITY=none", "REGULARS_SMTP_FROM=shop@example.com", "REGULARS_OUTBOUND_ALLOW_PRIVATE=true")
	t.Cleanup(post.Close)
	a.Pass(3 * time.Hour) // out of the quiet hours
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"<b>Ines</b>","emails":["ines@example.com"],"language":"en"}`)
	api.Into(nil, 201, "POST", "/customers", `{"name":"No Mail"}`)
	line := `"title":"Spring","lines":[{"name":"Tea","quantity":1,"unit_price":` + usd("5.00") + `}]`
	q := write(t, api, line)
	mailed := func(o object, message string) apptest.Answer {
		return api.Call("POST", fmt.Sprintf("/quotes/%d/sent", o.ID), fmt.Sprintf(`{"version":%d,"mail":true,"message":%q}`, o.Version, message))
	}
	if r := mailed(q, "Dear Ines, <script>x</script>"); r.Status != http.StatusOK {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	a.Settle()
	sent := post.Messages()
	if len(sent) != 1 || !strings.Contains(sent[0].Subject, q.Number) || !strings.Contains(sent[0].Text, "<script>x</script>") || strings.Contains(sent[0].HTML, "<script>") ||
		!strings.Contains(sent[0].Text, "https://shop.example.com/q/") || !strings.Contains(sent[0].Text, "/u/") || !strings.Contains(sent[0].Text, "$5.00") {
		t.Fatalf("%d mails: %+v", len(sent), sent)
	}
	if page := a.Browser().Get(linkShown.FindString(sent[0].Text)); page.Status != http.StatusOK || !strings.Contains(page.Body, "Spring") {
		t.Errorf("the mailed link: %d", page.Status)
	}
	var other object
	api.Into(&other, 201, "POST", "/quotes", `{"customer_id":2,`+line+`}`)
	if r := mailed(other, ""); r.Status != http.StatusUnprocessableEntity {
		t.Errorf("without an address: %d %s", r.Status, r.Body)
	}
	api.Into(nil, 201, "POST", "/customers/1/consents", `{"purpose":"service","channel":"email","state":"objected","source":"phone"}`)
	refused := write(t, api, line)
	if r := mailed(refused, ""); r.Status != http.StatusConflict {
		t.Errorf("to somebody who objected: %d %s", r.Status, r.Body)
	}
	if refused.read(t, api); refused.State != "draft" {
		t.Errorf("what was refused counts as sent: %+v", refused)
	}
}
