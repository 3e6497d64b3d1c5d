package feedback_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/sys/mail/mailtest"
)

// A case that was asked about, opened again and put right again is asked about
// once more, and only that second answer ends it.
func TestAReopenedCaseIsAskedAgainAndRecovers(t *testing.T) {
	post := mailtest.New(t)
	a := apptest.NewWith(t, "en", "REGULARS_BASE_URL=https://shop.example.com", "REGULARS_SMTP_HOST="+post.Host, fmt.Sprintf("REGULARS_SMTP_PORT=%d", post.Port),
		"REGULARS_SMTP_SECURITY=none", "REGULARS_SMTP_FROM=shop@example.com", "REGULARS_OUTBOUND_ALLOW_PRIVATE=true")
	t.Cleanup(post.Close)
	api := a.API("", "write")
	api.Into(nil, http.StatusCreated, http.MethodPost, "/customers", `{"name":"Mina Park","emails":["mina@example.com"]}`)
	api.Into(nil, http.StatusCreated, http.MethodPost, "/responses", `{"survey_id":1,"customer_id":1,"score":3,"comment":"Late again","channel":"staff"}`)
	a.Settle()
	state := func(want string) {
		t.Helper()
		var k object
		if api.Into(&k, http.StatusOK, http.MethodGet, "/feedback-cases/1", ""); k.State != want {
			t.Fatalf("the case is %s, want %s", k.State, want)
		}
	}
	move := func(to, body string) {
		t.Helper()
		api.Into(nil, http.StatusOK, http.MethodPost, "/feedback-cases/1/"+to, body)
		a.Settle()
	}
	putRight := func() {
		t.Helper()
		move("acknowledged", "")
		move("working", "")
		move("resolved", `{"cause":"delivery","action":"First drop now","told":true,"recheck_days":3}`)
		a.Pass(3 * 24 * time.Hour)
		a.Pass(24 * time.Hour) // whatever day off stood between
	}
	putRight() // Monday 2 March, asked on the 5th
	state("awaiting_recheck")
	if n := post.Count("mina@example.com"); n != 1 {
		t.Fatalf("%d mails after the first round", n)
	}
	a.Pass(11 * 24 * time.Hour) // Tuesday the 17th
	reminded := post.Count("mina@example.com")
	move("reopened", `{"reason":"It happened again"}`)
	putRight()
	state("awaiting_recheck")
	if n := post.Count("mina@example.com") - reminded; n != 1 {
		t.Errorf("%d mails in the second round", n)
	}
	a.Pass(6 * 24 * time.Hour) // the link of the first round runs out
	if n := a.Count(`SELECT count(*) FROM survey_invitation WHERE case_id = 1 AND state = 'expired'`); n != 1 {
		t.Fatalf("%d links ran out, want the first", n)
	}
	state("awaiting_recheck")
	latest := a.Count(`SELECT max(id) FROM survey_invitation WHERE case_id = 1`)
	api.Into(nil, http.StatusCreated, http.MethodPost, "/responses", fmt.Sprintf(`{"invitation_id":%d,"score":9,"channel":"staff"}`, latest))
	a.Settle()
	state("recovered")
	move("closed", "")
	state("closed")
}
