package wave_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/sys/mail/mailtest"
)

// Without a mail address whoever has a number is asked by text message; who has
// neither is spared with that reason.
func TestWhoHasNoAddressIsAskedByTextMessage(t *testing.T) {
	a := apptest.NewWith(t, "en", "REGULARS_BASE_URL=https://shop.example.com")
	api := a.API(apptest.OwnerEmail, "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Mail","emails":["mail@example.com"],"region":"North"}`)
	api.Into(nil, 201, "POST", "/customers", `{"name":"Phone","phones":["+15555550123"],"region":"North"}`)
	api.Into(nil, 201, "POST", "/customers", `{"name":"Neither","region":"North"}`)
	a.Settle()
	var w object
	api.Into(&w, 201, "POST", "/survey-waves", `{"survey_id":1,"name":"Spring","query":"filter[region][eq]=North","texts":true}`)
	a.Pass(2 * time.Minute)
	if f := read(api, w.ID).Figures; f.Ask != 2 || f.Spared != 1 || f.Reasons["no_phone"] != 1 || f.Texts != 1 {
		t.Fatalf("%+v", f)
	}
	api.Into(nil, 200, "POST", "/survey-waves/1/start", "")
	a.Pass(2 * time.Minute)
	if f := read(api, w.ID).Figures; f.Asked != 2 || f.Texts != 1 {
		t.Fatalf("%+v", f)
	}
	owner := a.Owner()
	if page := owner.Get("/survey-waves/1"); !strings.Contains(page.Body, "By text message: 1.") {
		t.Error("the page does not count it")
	}
	if page := owner.Get("/invitation-texts"); !strings.Contains(page.Body, "https://shop.example.com/s/") || !strings.Contains(page.Body, "Phone") {
		t.Error("the desk has no text")
	}
	a.Clock.Add(13 * time.Hour) // ten at night
	if r := api.Call("POST", "/invitations/2/sent", ""); r.Status != 409 {
		t.Errorf("sent in the quiet hours: %d", r.Status)
	}
	a.Settle()
	if n := a.Count(`SELECT count(*) FROM survey_invitation WHERE channel = 'sms' AND state = 'deferred' AND reason = 'quiet_hours'`); n != 1 {
		t.Error("the desk offers it at night")
	}
	api.Into(nil, 200, "POST", "/survey-waves/1/stop", "")
	a.Pass(2 * time.Minute)
	if n := a.Count(`SELECT count(*) FROM survey_invitation WHERE channel = 'sms' AND state = 'refused' AND reason = 'wave_stopped'`); n != 1 {
		t.Error("a stop leaves the text on the desk")
	}
}

// At three an hour nobody is asked faster, not after a clock set back and not in
// the morning after a night; and nobody twice.
func TestAWaveKeepsItsRate(t *testing.T) {
	post := mailtest.New(t)
	a := apptest.NewWith(t, "en", "REGULARS_BASE_URL=https://shop.example.com", "REGULARS_SMTP_HOST="+post.Host, fmt.Sprintf("REGULARS_SMTP_PORT=%d", post.Port),
		"REGULARS_SMTP_SECURITY=none", "REGULARS_SMTP_FROM=shop@shop.example.com", "REGULARS_OUTBOUND_ALLOW_PRIVATE=true")
	t.Cleanup(post.Close)
	api := a.API(apptest.OwnerEmail, "write")
	for k := range 8 {
		api.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"name":"Ask %02d","emails":["ask%d@example.com"],"region":"North"}`, k, k))
	}
	a.Settle()
	api.Into(nil, 201, "POST", "/survey-waves", `{"survey_id":1,"name":"Slow","query":"filter[region][eq]=North","per_hour":3}`)
	a.Pass(2 * time.Minute)
	api.Into(nil, 200, "POST", "/survey-waves/1/start", "")
	owner := a.Owner()
	owner.Get("/survey-waves/1")
	// The pace is the shop's to change while it runs, but not over somebody else's change.
	if r := owner.Post("/survey-waves/1/bounds", "version", "1", "per_hour", "4"); r.Status >= 400 || a.Count(`SELECT per_hour FROM wave`) != 3 {
		t.Errorf("an old page changed the pace: %d", r.Status)
	}
	version := fmt.Sprint(a.Count(`SELECT version FROM wave`))
	if r := owner.Post("/survey-waves/1/bounds", "version", version, "per_hour", "-4"); r.Status != 422 {
		t.Errorf("a pace below nothing: %d", r.Status)
	}
	if r := api.Call("PATCH", "/survey-waves/1", `{"version":`+version+`,"closes_at_n":500,"closes_on":"2099-01-01"}`); r.Status != 200 || !strings.Contains(r.Body, `"per_hour":3`) || !strings.Contains(r.Body, "2099-01-01") {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	if page := owner.Get("/survey-waves/1"); !strings.Contains(page.Body, "the rest takes about 3 hours") || !strings.Contains(page.Body, `value="2099-01-01"`) {
		t.Error("the page does not say how long it takes")
	}
	asked := func(want int) {
		t.Helper()
		if got := a.Count(`SELECT count(*) FROM survey_invitation WHERE wave_id = 1`); got != want {
			t.Fatalf("%d are asked, want %d", got, want)
		}
	}
	a.Pass(2 * time.Minute)
	asked(3)
	a.Pass(30 * time.Minute)
	asked(3)
	a.Clock.Add(-5 * time.Hour)
	a.Pass(2 * time.Minute)
	asked(3)
	for range 30 {
		before := a.Count(`SELECT count(*) FROM survey_invitation WHERE wave_id = 1`)
		a.Pass(time.Hour)
		if n := a.Count(`SELECT count(*) FROM survey_invitation WHERE wave_id = 1`) - before; n > 3 {
			t.Fatalf("%d in an hour", n)
		}
	}
	asked(8)
	for k := range 8 {
		if n := a.Count(`SELECT count(*) FROM outbox WHERE state = 'sent' AND to_address = ?`, fmt.Sprintf("ask%d@example.com", k)); n != 1 {
			t.Errorf("customer %d has %d letters", k, n)
		}
	}
	if r := api.Call("POST", "/survey-waves", `{"survey_id":1,"name":"x","per_hour":-1}`); r.Status != 422 {
		t.Errorf("less than nobody an hour: %d", r.Status)
	}
}

// A wave keeps the list itself: whoever names a view instead, there or gone, is
// refused in words, and nobody is asked, least of all everybody.
func TestAWaveIsMadeOfAListNeverOfAName(t *testing.T) {
	a, api := shop(t, 2)
	owner := a.Owner()
	for _, query := range []string{"view=1", "view=77", "filter[view_id][eq]=77", "filter[gone][eq]=1"} {
		r := api.Call("POST", "/survey-waves", fmt.Sprintf(`{"survey_id":1,"name":"x","query":%q}`, query))
		if r.Status != 422 {
			t.Errorf("%s: %d %s", query, r.Status, r.Body)
		}
		if page := owner.Get("/survey-waves/new?" + query); strings.Contains(page.Body, "5 customers") {
			t.Errorf("%s would ask everybody", query)
		}
	}
	if n := a.Count(`SELECT count(*) FROM wave_member`); n != 0 {
		t.Errorf("%d would be asked", n)
	}
}
