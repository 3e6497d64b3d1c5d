package consent_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/kit/id"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/outbox"
)

type state struct {
	Purpose, Channel, Reason string
	Allowed                  bool
}

// states are what the API says of a customer, as purpose.channel.
func states(api *apptest.API, customer int) map[string]state {
	var list struct{ Items []state }
	api.Into(&list, 200, "GET", fmt.Sprintf("/customers/%d/consent-states", customer), "")
	out := map[string]state{}
	for _, s := range list.Items {
		out[s.Purpose+"."+s.Channel] = s
	}
	return out
}

// gate is what becomes of a message.
func gate(t *testing.T, a *apptest.App, purpose outbox.Purpose, topic, channel string) string {
	t.Helper()
	return gateFor(t, a, 0, purpose, topic, channel)
}

// gateFor is gate with a contact of the customer.
func gateFor(t *testing.T, a *apptest.App, contact db.ID, purpose outbox.Purpose, topic, channel string) string {
	t.Helper()
	ctx := a.As(auth.System("test"))
	row, err := db.WriteOne(ctx, a.DB, "test.queue", func(ctx context.Context, tx *db.Tx) (outbox.Row, error) {
		key, _, err := a.Outbox.Queue(ctx, tx, outbox.Message{DedupeKey: id.Token(9), Channel: channel, Purpose: purpose, Topic: topic, ToAddress: "ada@example.com",
			CustomerID: 1, ContactID: contact, Subject: "x", Payload: `{"override_quiet_hours":true,"exempt_budget":true}`})
		if err != nil {
			return outbox.Row{}, err
		}
		return a.Outbox.Get(ctx, key)
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(row.State) + " " + row.Reason
}

func TestAWordCountsForItsPurposeAndChannel(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada"}`)
	var p struct {
		ID, Version int64
		Key         string
	}
	api.Into(&p, 201, "POST", "/consent-purposes", `{"name_en":"Birthday cake","name_zh":"生日蛋糕","text_en":"Cake once a year."}`)
	if p.Key != "birthday_cake" {
		t.Fatalf("%+v", p)
	}
	if s := states(api, 1); !s["survey.sms"].Allowed || s["marketing.email"].Allowed || s["birthday_cake.email"].Reason != "no_consent" {
		t.Fatalf("at first: %+v", s)
	}
	if got := gate(t, a, outbox.Marketing, "birthday_cake", "email"); got != "cancelled no_consent" {
		t.Error(got)
	}
	api.Into(nil, 201, "POST", "/customers/1/consents", `{"purpose":"birthday_cake","channels":["email","sms"],"state":"allowed","wording_id":1,"source":"paper","proof":"Card"}`)
	if got := gate(t, a, outbox.Marketing, "birthday_cake", "email"); got != "queued " {
		t.Error(got)
	}
	if got := gate(t, a, outbox.Marketing, "birthday_cake", "post"); got != "cancelled no_consent" {
		t.Error(got)
	}
	if got := gate(t, a, outbox.Marketing, "", "email"); got != "cancelled no_consent" {
		t.Error("marketing itself:", got)
	}
	api.Into(nil, 201, "POST", "/customers/1/consents", `{"purpose":"birthday_cake","channel":"email","state":"objected"}`)
	if got := gate(t, a, outbox.Marketing, "birthday_cake", "email"); got != "cancelled objected" {
		t.Error(got)
	}
	if s := states(api, 1); !s["birthday_cake.sms"].Allowed || s["birthday_cake.email"].Reason != "objected" {
		t.Errorf("%+v", s)
	}
	var found struct{ Items []struct{ ID int64 } }
	api.Into(&found, 200, "GET", "/customers?filter[agreed][eq]=birthday_cake.sms", "")
	if len(found.Items) != 1 {
		t.Error("the list does not find them")
	}
	api.Into(&found, 200, "GET", "/customers?filter[objected][eq]=birthday_cake.sms", "")
	if len(found.Items) != 0 {
		t.Error("the list finds an objection that is none")
	}
	// the purpose goes, and comes back with what was said
	api.Into(nil, 204, "DELETE", fmt.Sprintf("/consent-purposes/%d", p.ID), "")
	if got := gate(t, a, outbox.Marketing, "birthday_cake", "sms"); got != "cancelled purpose_off" {
		t.Error(got)
	}
	var sets struct{ Items []struct{ ID int64 } }
	api.Into(&sets, 200, "GET", "/history", "")
	api.Into(nil, 200, "POST", fmt.Sprintf("/history/%d/undo", sets.Items[0].ID), `{}`)
	if s := states(api, 1); !s["birthday_cake.sms"].Allowed {
		t.Errorf("after the undo: %+v", s)
	}
	api.Into(nil, 409, "DELETE", "/consent-purposes/1", "")
}

func TestBadWordsAreRefused(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	api := a.API("", "write")
	for _, body := range []string{`{"purpose":"spam","state":"allowed"}`, `{"purpose":"survey","channel":"fax","state":"allowed"}`,
		`{"purpose":"marketing","state":"allowed","basis":"contract"}`, `{"purpose":"survey","state":"allowed","wording_id":1}`,
		`{"purpose":"survey","state":"allowed","attachment_id":99}`, `{"purpose":"survey","state":"asked"}`} {
		if r := api.Call("POST", "/customers/1/consents", body); r.Status != 422 {
			t.Errorf("%s: %d %s", body, r.Status, r.Body)
		}
	}
	api.Into(nil, 404, "POST", "/customers/99/consents", `{"purpose":"survey","state":"objected"}`)
	api.Into(nil, 409, "PATCH", "/consent-purposes/4", `{"version":9,"name_en":"x"}`)
	api.Into(nil, 422, "POST", "/consent-purposes", `{"about_en":"nameless"}`)
	api.Into(nil, 422, "PUT", "/settings/consent", `{"channels":["fax"]}`)
	a.Colleague(apptest.MemberEmail, "member")
	if r := a.SignIn(apptest.MemberEmail, apptest.Password).Get("/settings/consent"); r.Status != 403 {
		t.Errorf("a member sets up consent: %d", r.Status)
	}
	if r := a.Browser().Get("/customers/1/consents"); r.Status != 303 && r.Status != 302 {
		t.Errorf("not signed in: %d", r.Status)
	}
}

func TestWordingsAreVersions(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	b := a.Owner()
	b.Get("/settings/consent/4")
	b.Follow("/settings/consent/4/wordings", "text_en", "Cake and a candle.", "text_zh", "蛋糕和蜡烛。")
	b.Follow("/settings/consent/4/wordings", "text_en", "Cake and a candle.", "text_zh", "蛋糕和蜡烛。")
	var list struct {
		Items []struct {
			Number, Given int
			TextEN        string `json:"text_en"`
		}
	}
	a.API("", "write").Into(&list, 200, "GET", "/consent-purposes/4/wordings", "")
	if len(list.Items) != 2 || list.Items[0].TextEN != "Cake and a candle." || list.Items[1].Given != 1 || list.Items[1].TextEN != "We may send you a greeting on your birthday." {
		t.Fatalf("%+v", list)
	}
	page := b.Get("/customers/1/consents?purpose=birthday_cake").Body
	for _, want := range []string{"Card in the folder", "paper form", "Version 1", "Cake and a candle."} {
		if !strings.Contains(page, want) {
			t.Errorf("the record does not say %q", want)
		}
	}
}

func TestAYesToMailWaitsWhereItIsToBeConfirmed(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	api := a.API("", "write")
	api.Into(nil, 200, "PATCH", "/consent-purposes/4", `{"version":1,"double_opt_in":true}`)
	api.Into(nil, 201, "POST", "/customers/2/consents", `{"purpose":"birthday_cake","state":"allowed"}`)
	if s := states(api, 2); s["birthday_cake.email"].Reason != "unconfirmed" || !s["birthday_cake.post"].Allowed {
		t.Fatalf("%+v", s)
	}
}
