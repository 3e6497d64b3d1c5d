package consent_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/customer/consent"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/outbox"
)

// The gate lets through exactly what the record says may be sent: every sender
// with every purpose it can name, by every channel, in every state.
func TestTheGateObeysTheRecord(t *testing.T) {
	// what can stand in the ledger, oldest first; ch is the channel of the message
	const one, all, other = "one", "", "other"
	ledgers := []struct {
		name            string
		rows            [][3]string // channel, state, basis
		relation, needs string      // what comes of it where the relation is enough, and where a word is needed
	}{
		{"nothing", nil, "queued ", "cancelled no_consent"},
		{"yes", [][3]string{{one, "allowed", "opt_in"}}, "queued ", "queued "},
		{"yes to all", [][3]string{{all, "allowed", "opt_in"}}, "queued ", "queued "},
		{"yes elsewhere", [][3]string{{other, "allowed", "opt_in"}}, "queued ", "cancelled no_consent"},
		{"no", [][3]string{{one, "objected", "objection"}}, "cancelled objected", "cancelled objected"},
		{"no to all", [][3]string{{all, "objected", "objection"}}, "cancelled objected", "cancelled objected"},
		{"no elsewhere", [][3]string{{other, "objected", "objection"}}, "queued ", "cancelled no_consent"},
		{"yes, then no", [][3]string{{one, "allowed", "opt_in"}, {one, "objected", "objection"}}, "cancelled objected", "cancelled objected"},
		{"no, then yes", [][3]string{{one, "objected", "objection"}, {one, "allowed", "opt_in"}}, "queued ", "queued "},
		{"yes, then no to all", [][3]string{{one, "allowed", "opt_in"}, {all, "objected", "objection"}}, "cancelled objected", "cancelled objected"},
		{"no to all, then yes", [][3]string{{all, "objected", "objection"}, {one, "allowed", "opt_in"}}, "queued ", "queued "},
		{"to be confirmed", [][3]string{{one, "asked", "opt_in"}}, "queued ", "cancelled unconfirmed"},
		{"no, then the relation", [][3]string{{one, "objected", "objection"}, {all, "allowed", "customer_relation"}}, "cancelled objected", "cancelled objected"},
	}
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada"}`)
	api.Into(nil, 201, "POST", "/consent-purposes", `{"name_en":"Cake"}`)
	api.Into(nil, 201, "POST", "/consent-purposes", `{"name_en":"Recall","needs_word":false}`)
	senders := []struct {
		purpose    outbox.Purpose
		topic, key string
		needs      bool
	}{{outbox.Service, "", "service", false}, {outbox.Survey, "", "survey", false}, {outbox.Marketing, "", "marketing", true},
		{outbox.Marketing, "cake", "cake", true}, {outbox.Service, "recall", "recall", false}, {outbox.Survey, "cake", "cake", true}}
	tried := 0
	for _, s := range senders {
		for i, channel := range consent.Channels {
			for _, l := range ledgers {
				rows := []string{}
				for _, r := range l.rows {
					named := map[string]string{one: channel, all: "", other: consent.Channels[(i+1)%len(consent.Channels)]}[r[0]]
					rows = append(rows, fmt.Sprintf("(1, '%s', '%s', '%s', '%s', 'staff', 1)", s.key, named, r[1], r[2]))
				}
				exec(t, a, "DELETE FROM consent")
				if len(rows) > 0 {
					exec(t, a, "INSERT INTO consent (customer_id, purpose, channel, state, basis, source, at) VALUES "+strings.Join(rows, ", "))
				}
				want := l.relation
				if s.needs {
					want = l.needs
				}
				if got := gate(t, a, s.purpose, s.topic, channel); got != want {
					t.Errorf("%s %s by %s after %s: %q, want %q", s.purpose, s.topic, channel, l.name, got, want)
				}
				if got := states(api, 1)[s.key+"."+channel]; got.Allowed != strings.HasPrefix(want, "queued") {
					t.Errorf("%s by %s after %s: the record says %+v, the gate %s", s.key, channel, l.name, got, want)
				}
				tried++
			}
		}
	}
	if tried != len(senders)*len(consent.Channels)*len(ledgers) {
		t.Error(tried)
	}
	exec(t, a, "DELETE FROM consent")
	for _, p := range []outbox.Purpose{outbox.Staff, outbox.Security} { // colleagues are not asked
		if got := gate(t, a, p, "", "email"); got != "queued " {
			t.Errorf("%s: %s", p, got)
		}
	}
	api.Into(nil, 200, "PATCH", "/consent-purposes/2", `{"version":1,"active":false}`)
	if got := gate(t, a, outbox.Survey, "", "email"); got != "cancelled purpose_off" {
		t.Error(got)
	}
	if got := gate(t, a, outbox.Marketing, "nothing_of_the_sort", "email"); got != "cancelled purpose_off" {
		t.Error(got)
	}
}

// exec writes into the ledger by a statement of the test's own.
func exec(t *testing.T, a *apptest.App, statement string) {
	t.Helper()
	err := a.DB.Write(a.As(auth.System("test")), "test.exec", func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, statement)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
