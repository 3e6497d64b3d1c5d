package survey_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// The slices that know of deliveries, returns and visits tell of them, and the
// programs about them ask; taking it back takes the question back.
func TestDeliveriesReturnsAndVisitsAreAskedAbout(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	var p struct {
		ID      int64
		State   string
		Version int64
	}
	for _, kind := range []string{"delivery", "return", "visit"} {
		api.Into(&p, 201, "POST", "/survey-programs", `{"survey_id":2,"kind":"after_`+kind+`","name":"`+kind+`","delay_days":1,"closes_on":"2099-12-31"}`)
	}
	for _, kind := range []string{"after_ticket", "after_", "after_nothing", "nonsense"} {
		if r := api.Call("POST", "/survey-programs", `{"survey_id":2,"kind":"`+kind+`","name":"x"}`); r.Status != 422 {
			t.Errorf("%s: %d", kind, r.Status)
		}
	}
	for k := range 5 {
		api.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"name":"Customer %d","emails":["c%d@example.com"]}`, k, k))
	}
	today := a.Clock.Now().Format(time.DateOnly)
	order := func(customer int, status, quantity string) {
		api.Into(nil, 201, "POST", "/orders", fmt.Sprintf(`{"customer_id":%d,"ordered_on":"%s","status":"%s","return":%v,"lines":[{"name":"Tea","quantity":"%s","unit_price":{"amount":"10.00","currency":"USD"}}]}`, customer, today, status, quantity[0] == '-', quantity))
	}
	order(1, "confirmed", "1")
	order(2, "completed", "1")
	order(3, "completed", "-1")
	api.Into(nil, 201, "POST", "/follow-ups", `{"customer_id":4,"channel":"visit","content":"Looked at the oven."}`)
	api.Into(nil, 201, "POST", "/follow-ups", `{"customer_id":5,"channel":"call","content":"Asked for prices."}`)
	a.Settle()
	is := func(want string) {
		t.Helper()
		var got []string
		for _, row := range []string{"1", "2", "3", "4", "5"} {
			for program := 1; program <= 5; program++ {
				if a.Count(`SELECT count(*) FROM survey_invitation WHERE customer_id = `+row+` AND program_id = ? AND state = 'queued'`, program) > 0 {
					got = append(got, fmt.Sprintf("%s:%d", row, program))
				}
			}
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("planned %q, want %q", s, want)
		}
	}
	is("1:2 2:3 3:4 4:5")
	if n := a.Count(`SELECT count(*) FROM survey_invitation WHERE rated_id = 1 AND event_key = 'visit:1'`); n != 1 {
		t.Error("who visited is not known")
	}
	api.Into(nil, 200, "POST", "/orders/1/completion", `{"version":1}`)
	api.Into(nil, 200, "POST", "/orders/2/cancellation", `{"version":1}`)
	api.Into(nil, 204, "DELETE", "/follow-ups/1", "")
	a.Settle()
	is("1:3 3:4")

	b := a.Owner()
	for path, words := range map[string]string{"/survey-programs/4": "31 Dec 2099", "/survey-programs": "After a visit", "/survey-programs/3": "Customer 0", "/survey-programs/1": "Every customer", "/survey-programs/3/edit": "in turn",
		"/survey-programs/new": "After goods came back", "/survey-programs/1?reason=<b>": "Who is next", "/survey-programs/5": "What it was about was undone"} {
		if r := b.Get(path); r.Status != 200 || !strings.Contains(r.Body, words) || strings.Contains(r.Body, "After a ticket") {
			t.Errorf("%s: %d, without %q", path, r.Status, words)
		}
	}
	b.Get("/survey-programs/3")
	if r := b.Follow("/survey-programs/3/stop"); !strings.Contains(r.Body, "1 invitation that had not left was taken back") {
		t.Error("how many were taken back is not told")
	}
	var turned struct {
		State   string
		Waiting int
	}
	api.Into(&turned, 200, "POST", "/survey-programs/4/stop", "")
	if turned.State != "stopped" || turned.Waiting != 1 {
		t.Errorf("%+v", turned)
	}
	if r := api.Call("POST", "/survey-programs/4/pause", ""); r.Status != 409 {
		t.Error("a stopped program is paused:", r.Status)
	}
	a.Colleague("dan@example.com", "member")
	dan, page := a.API("dan@example.com", "write"), a.SignIn("dan@example.com", apptest.Password)
	for _, verb := range []string{"pause", "resume", "stop"} {
		if r := dan.Call("POST", "/survey-programs/1/"+verb, ""); r.Status != 403 {
			t.Errorf("a member may %s: %d", verb, r.Status)
		}
		if r := a.Anonymous().Call("POST", "/survey-programs/1/"+verb, ""); r.Status != 401 {
			t.Errorf("anybody may %s: %d", verb, r.Status)
		}
	}
	if r := page.Get("/survey-programs/1"); r.Status != 200 || strings.Contains(r.Body, "/survey-programs/1/stop") {
		t.Errorf("a member's page: %d", r.Status)
	}
	if r := page.Get("/survey-programs/1/edit"); r.Status != 403 {
		t.Errorf("a member's form: %d", r.Status)
	}
	if r := api.Call("GET", "/survey-programs/99", ""); r.Status != 404 {
		t.Error(r.Status)
	}
}

// A program's page names who is next and who is spared, with their days.
func TestAProgramsPageNamesWhoIsNext(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	for _, name := range []string{"Next Nora", "Spared Sam"} {
		api.Into(nil, 201, "POST", "/customers", `{"name":"`+name+`"}`)
	}
	if err := a.DB.Write(a.As(auth.System("test")), "test", func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO survey_enrolment (program_id, customer_id, due_on, reason) VALUES (1, 1, '2026-03-09', ''), (1, 2, '2026-03-10', 'open_case')`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	b := a.Owner()
	for path, words := range map[string][]string{"/survey-programs/1": {"Next Nora", "9 Mar"}, "/survey-programs/1?reason=open_case": {"Next Nora", "Spared Sam", "10 Mar"}} {
		r := b.Get(path)
		for _, w := range words {
			if r.Status != 200 || !strings.Contains(r.Body, w) {
				t.Errorf("%s: %d, without %q", path, r.Status, w)
			}
		}
	}
}
