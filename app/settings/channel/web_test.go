package channel_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/config"
	"regulars/app/sys/mail/mailtest"
)

func lan(cfg *config.Config) { cfg.Outbound.AllowPrivate.All = true }

func TestConnectingMailOnThePage(t *testing.T) {
	a := apptest.New(t, lan)
	server := mailtest.New(t)
	b := a.Owner()
	if r := b.Get("/settings/mail?preset=qq"); r.Status != http.StatusOK || !strings.Contains(r.Body, "smtp.qq.com") {
		t.Errorf("%d\n%s", r.Status, r.Body)
	}
	if r := b.Post("/settings/mail", "host", "", "from", "not an address"); r.Status != http.StatusUnprocessableEntity || !strings.Contains(r.Body, "not an address") {
		t.Errorf("%d\n%s", r.Status, r.Body)
	}
	r := b.Follow("/settings/mail", "host", server.Host, "port", fmt.Sprint(server.Port), "security", "none", "from", "shop@example.com", "then", "test")
	if r.Status != http.StatusOK || !strings.Contains(r.Body, apptest.OwnerEmail) {
		t.Fatalf("%d\n%s", r.Status, r.Body)
	}
	if err := a.Outbox.Drain(context.Background()); err != nil {
		t.Fatal(err)
	}
	if server.Count(apptest.OwnerEmail) != 1 {
		t.Error("the test mail did not arrive")
	}
	if r := b.Get("/settings/outbox"); r.Status != http.StatusOK || !strings.Contains(r.Body, apptest.OwnerEmail) {
		t.Errorf("%d", r.Status)
	}
	server.Close()
	if r := b.Post("/settings/mail/test"); r.Status != http.StatusConflict || !strings.Contains(r.Body, "could not be reached") {
		t.Errorf("an unreachable server: %d", r.Status)
	}
}

func TestTheOutboxOverTheAPI(t *testing.T) {
	a := apptest.New(t, lan)
	server := mailtest.New(t)
	server.Reply(apptest.OwnerEmail, 550, "no such user")
	b := a.Owner()
	b.Get("/settings/mail")
	b.Follow("/settings/mail", "host", server.Host, "port", fmt.Sprint(server.Port), "security", "none", "from", "shop@example.com", "then", "test")
	if err := a.Outbox.Drain(context.Background()); err != nil {
		t.Fatal(err)
	}
	api := a.API("", "write")
	var list struct {
		Items []struct {
			ID                          int64
			Channel, To, Purpose, State string
			Attempts                    int
			Error                       string
		} `json:"items"`
	}
	api.Into(&list, http.StatusOK, "GET", "/outbox?filter[state][eq]=failed", "")
	if len(list.Items) != 1 || list.Items[0].To != apptest.OwnerEmail || list.Items[0].Purpose != "staff" || !strings.Contains(list.Items[0].Error, "no such user") {
		t.Fatalf("%+v", list)
	}
	id := list.Items[0].ID
	if r := b.Get("/settings/outbox?state=failed"); r.Status != http.StatusOK || !strings.Contains(r.Body, "does not exist") {
		t.Errorf("the reason is not explained: %d", r.Status)
	}
	server.Heal()
	api.Into(nil, http.StatusOK, "POST", fmt.Sprintf("/outbox/%d/retry", id), "")
	if err := a.Outbox.Drain(context.Background()); err != nil {
		t.Fatal(err)
	}
	if server.Count(apptest.OwnerEmail) != 1 {
		t.Error("the retried message did not arrive")
	}
	for path, want := range map[string]int{"/outbox/1": 200, "/outbox/999": 404, "/outbox?filter[state][eq]=nonsense": 422, "/outbox?nonsense=1": 422, "/outbox?limit=0": 422, "/outbox?count=true": 200} {
		if r := api.Call("GET", path, ""); r.Status != want {
			t.Errorf("%s: %d, want %d", path, r.Status, want)
		}
	}
	api.Into(nil, http.StatusConflict, "POST", fmt.Sprintf("/outbox/%d/retry", id), "")
}

func TestHoldingAndReleasing(t *testing.T) {
	a := apptest.New(t)
	b := a.Owner()
	b.Get("/settings/outbox")
	if r := b.Follow("/settings/outbox/hold"); !strings.Contains(r.Body, "Sending is held") {
		t.Errorf("%s", r.Body)
	}
	if r := b.Get("/customers"); !strings.Contains(r.Body, "Sending is held") {
		t.Error("no banner on other pages")
	}
	if r := b.Follow("/settings/outbox/release"); strings.Contains(r.Body, "Sending is held") {
		t.Error("still held")
	}
}
