package daybook_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/work/daybook"
)

func TestAReportIsHandedInReadAndKept(t *testing.T) {
	h := shop(t)
	h.dan.Into(nil, 201, "POST", "/follow-ups", `{"customer_id":1,"channel":"call","content":"Asked about rye"}`)
	h.dan.Into(nil, 201, "POST", "/tasks", fmt.Sprintf(`{"title":"Send the price list","customer_id":1,"due_at":%q}`, h.DB.Now().Add(20*time.Hour).Format(time.RFC3339)))
	dan := h.SignIn("dan@example.com", apptest.Password)
	if page := dan.Get("/daily-reports/mine").Body; !strings.Contains(page, "- Send the price list (Ada Field)") || !strings.Contains(page, "called") {
		t.Error("the report is not filled in from the facts")
	}
	if h.Count(`SELECT count(*) FROM daily_report`) != 0 {
		t.Fatal("looking wrote a report")
	}
	dan.Follow("/daily-reports/mine", "period", "day", "day", h.today, "version", "0", "well", "Rye sells", "plan", "Call back")
	anna := h.SignIn("anna@example.com", apptest.Password)
	if r := anna.Get("/daily-reports/1"); r.Status != 404 {
		t.Error("a draft is read by others:", r.Status)
	}
	if page := anna.Get("/daily-reports").Body; !strings.Contains(page, "Not handed in: 2") {
		t.Error("the list does not say who is missing")
	}
	var r daybook.ReportObject
	h.dan.Into(nil, 409, "PUT", "/daily-reports", `{"period":"day","well":"x","problems":"","help":"","plan":"","hand_in":true}`)
	h.dan.Into(&r, 200, "PUT", "/daily-reports", `{"period":"day","version":2,"well":"Rye sells","problems":"No sacks","help":"","plan":"Call back","hand_in":true}`)
	if r.State != "handed_in" || r.Edition != 1 || r.Figures.Counts["calls"] != 1 || h.Count(`SELECT count(*) FROM notification WHERE kind = 'report_in'`) != 1 {
		t.Fatalf("%+v", r)
	}
	if page := anna.Get("/daily-reports/1"); !strings.Contains(page.Body, "No sacks") {
		t.Error("the manager does not read it")
	}
	anna.Follow("/daily-reports/1/comments", "words", "I bring some <b>")
	if h.Count(`SELECT count(*) FROM notification n JOIN user u ON u.id = n.user_id WHERE kind = 'report_said' AND u.email = 'dan@example.com'`) != 1 {
		t.Error("the writer is not told of the comment")
	}
	if page := dan.Get("/daily-reports/1").Body; !strings.Contains(page, "I bring some") || strings.Contains(page, "some <b>") {
		t.Error("the comment is not shown as it was written")
	}
	// What was handed in stays, also when it is changed or somebody would undo it.
	h.dan.Into(&r, 200, "PUT", "/daily-reports", fmt.Sprintf(`{"period":"day","version":%d,"well":"Rye sells well","problems":"","help":"","plan":""}`, r.Version))
	h.dan.Into(&r, 200, "GET", "/daily-reports/1", "")
	if r.Edition != 2 || len(r.Editions) != 2 || r.Editions[1].Problems != "No sacks" || len(r.Comments) != 1 {
		t.Errorf("%+v", r)
	}
	var set struct {
		ID int64 `db:"id"`
	}
	if err := h.DB.Reader(t.Context()).Get(t.Context(), &set, `SELECT max(id) AS id FROM journal_set WHERE op = 'daybook.hand_in'`); err != nil {
		t.Fatal(err)
	}
	dan.Post(fmt.Sprintf("/history/%d/undo", set.ID))
	if h.Count(`SELECT count(*) FROM daily_report_edition`) != 2 {
		t.Error("an edition was taken back")
	}
	// Others.
	h.ben.Into(nil, 404, "GET", "/daily-reports/1", "")
	h.ben.Into(nil, 404, "POST", "/daily-reports/1/comments", `{"words":"x"}`)
	h.ben.Into(nil, 422, "PUT", "/daily-reports", `{"period":"day","day":"2999-01-01","well":"","problems":"","help":"","plan":""}`)
	h.ben.Into(nil, 422, "PUT", "/daily-reports", fmt.Sprintf(`{"period":"day","well":%q,"problems":"","help":"","plan":""}`, strings.Repeat("x", 5001)))
	h.dan.Into(nil, 403, "PUT", "/settings/daybook", `{"day_at":"17:00","week_at":"","week_day":5,"managers":false}`)
	if r := h.Anonymous().Call("GET", "/daily-reports", ""); r.Status != 401 {
		t.Error(r.Status)
	}
	if r := h.API("dan@example.com", "read").Call("POST", "/daily-reports/1/comments", `{"words":"x"}`); r.Status != 403 {
		t.Error(r.Status)
	}
	for _, path := range []string{"/daily-reports?period=year", "/daily-reports?day=x", "/daily-reports/x", "/daily-reports/mine?day=2999-01-01"} {
		if r := dan.Get(path); r.Status < 400 || r.Status >= 500 {
			t.Errorf("%s: %d", path, r.Status)
		}
	}
}

func TestWhoHasNotHandedInIsRemindedOnce(t *testing.T) {
	h := shop(t)
	h.owner.Into(nil, 422, "PUT", "/settings/daybook", `{"day_at":"25:00","week_at":"","week_day":5,"managers":false}`)
	now := h.DB.Now().UTC()
	h.owner.Into(nil, 200, "PUT", "/settings/daybook", fmt.Sprintf(`{"day_at":%q,"week_at":%q,"week_day":%d,"managers":true}`, now.Add(-time.Minute).Format("15:04"), now.Add(-time.Minute).Format("15:04"), now.Weekday()))
	h.dan.Into(nil, 200, "PUT", "/daily-reports", `{"period":"week","well":"Fine","problems":"","help":"","plan":"","hand_in":true}`)
	for range 2 {
		h.owner.Into(nil, 201, "POST", "/jobs/report_reminder/runs", "{}")
		h.Settle()
	}
	if n := h.Count(`SELECT count(*) FROM notification WHERE kind = 'report_due' AND dedupe_key LIKE 'report_due:week%'`); n != 2 {
		t.Errorf("%d are reminded of their week, not Anna and Ben", n)
	}
	boss := h.Owner()
	if page := boss.Get("/settings/daybook"); page.Status != 200 || !strings.Contains(page.Body, `type="time"`) {
		t.Error("no settings")
	}
}
