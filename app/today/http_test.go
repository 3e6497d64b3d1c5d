package today_test

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/kit/cal"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// regular is a customer who bought every n days and is late by some.
func regular(t *testing.T, a *apptest.App, api *apptest.API, name string, every, late int) {
	t.Helper()
	var c struct{ ID int64 }
	api.Into(&c, 201, "POST", "/customers", fmt.Sprintf(`{"name":%q}`, name))
	today := cal.Today(a.Clock.Now(), time.UTC)
	for i := range 4 {
		day := today.AddDays(-late - every*(i+1))
		api.Into(nil, 201, "POST", "/orders", fmt.Sprintf(`{"customer_id":%d,"ordered_on":%q,"status":"completed","lines":[{"name":"Tea","quantity":1,"unit_price":{"amount":"20.00"}}]}`, c.ID, day))
	}
}

func TestTheCardShowsWhoIsLateByTheirOwnRhythmUntilPutAway(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	regular(t, a, api, "Weekly Wendy", 7, 12)
	regular(t, a, api, "Monthly Mo", 30, -3)
	b := a.Owner()
	page := b.Get("/today")
	if !strings.Contains(page.Body, "Weekly Wendy") || !strings.Contains(page.Body, "Every 7 days, now 19") {
		t.Errorf("the late regular is missing:\n%s", page.Body)
	}
	draft := regexp.MustCompile(`action="(/orders/\d+/again)"`).FindStringSubmatch(page.Body)
	if draft == nil || !strings.Contains(page.Body, "Draft an order for Weekly Wendy") {
		t.Fatal("nothing drafts the order of who is late")
	}
	orders := a.Count(`SELECT count(*) FROM order_head`)
	if r := b.Post(draft[1]); r.Status != http.StatusSeeOther || a.Count(`SELECT count(*) FROM order_head WHERE status = 'draft' AND customer_id = 1`) != 1 || a.Count(`SELECT count(*) FROM order_head`) != orders+1 {
		t.Errorf("the draft: %d", r.Status)
	}
	if strings.Contains(page.Body, "Every 30 days, now") {
		t.Error("somebody within their rhythm is shown as late")
	}
	expected := cal.Today(a.Clock.Now(), time.UTC).AddDays(-12)
	page = b.Follow("/today/dismissals", "customer_id", "1", "kind", "late", "period", string(expected), "reason", "moved away")
	if strings.Contains(page.Body, "Every 7 days, now 19") {
		t.Error("what was put away is still shown")
	}
	for _, bad := range [][4]string{{"1", "late", "", ""}, {"1", "nonsense", "x", ""}, {"1", "late", "x", strings.Repeat("y", 501)}} {
		if r := b.Post("/today/dismissals", "customer_id", bad[0], "kind", bad[1], "period", bad[2], "reason", bad[3]); r.Status != http.StatusUnprocessableEntity {
			t.Errorf("%v: %d, want 422", bad, r.Status)
		}
	}
	b.Get("/today")
	if r := b.Post("/today/dismissals", "customer_id", "999", "kind", "late", "period", "x"); r.Status != http.StatusNotFound {
		t.Errorf("somebody who is not there: %d", r.Status)
	}
}

func TestBirthdaysOfTheWeekInBothCalendars(t *testing.T) {
	a := apptest.New(t) // 2 March 2026, the 14th of the first lunar month
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Solar Sam","birthday":"1990-03-04"}`)
	api.Into(nil, 201, "POST", "/customers", `{"name":"元宵","birthday":"--01-15","birthday_lunar":true}`)
	api.Into(nil, 201, "POST", "/customers", `{"name":"Later Lee","birthday":"1990-03-20"}`)
	page := a.Owner().Get("/today").Body
	if !strings.Contains(page, "Solar Sam") || !strings.Contains(page, "元宵") || strings.Contains(page, "Later Lee") {
		t.Errorf("birthdays are wrong:\n%s", page)
	}
}

func TestTheThreeStepsTickThemselves(t *testing.T) {
	a := apptest.New(t)
	b := a.Owner()
	if n := strings.Count(b.Get("/today").Body, `class="t3">Bring your customers`); n != 0 {
		t.Error("the first step is ticked in an empty shop")
	}
	a.API("", "write").Into(nil, 201, "POST", "/customers", `{"name":"First"}`)
	if page := b.Get("/today").Body; !strings.Contains(page, `class="t3">Bring your customers`) || !strings.Contains(page, `href="/settings/mail"`) {
		t.Error("the first step must tick itself, the second lead to the mail settings")
	}
}

func TestSearchFindsAndLeads(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"重庆 Ånna"}`)
	b := a.Owner()
	for _, q := range []string{"anna", "%E9%87%8D%E5%BA%86", "chongqing", "cq"} {
		if page := b.Get("/search?q=" + q); !strings.Contains(page.Body, `href="/customers/1"`) {
			t.Errorf("q=%s finds nothing", q)
		}
	}
	if page := b.Get(`/search?q=%22+OR+*+NEAR(%3Cscript%3E`); page.Status != 200 || strings.Contains(page.Body, "<script>alert") || strings.Contains(page.Body, `NEAR(<script>`) {
		t.Errorf("a hostile query: %d", page.Status)
	}
	if r := a.Browser().Get("/search?q=a"); r.Status != http.StatusSeeOther {
		t.Errorf("a stranger searches: %d", r.Status)
	}
}

func TestGoneQuietShowsHowTheyUsedToCome(t *testing.T) {
	a := apptest.New(t)
	regular(t, a, a.API("", "write"), "Weekly Wendy", 7, 12)
	page := a.Owner().Get("/today").Body
	if n := strings.Count(page, `class="rhythm late"`); n != 1 {
		t.Fatalf("%d rhythm strips, want one", n)
	}
	strip := page[strings.Index(page, `class="rhythm late"`):]
	strip = strip[:strings.Index(strip, "</svg>")]
	if n := strings.Count(strip, `class="hit`); n != 4 || !strings.Contains(strip, "Every 7 days, now 19") || !strings.Contains(strip, `class="gap"`) {
		t.Errorf("the strip shows %d purchases: %s", n, strip)
	}
}

// Whoever is due can be called from the line, unless numbers are masked.
func TestADueLineCallsOrWrites(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	for i, body := range []string{`{"name":"Ada","phones":["+44 117 496 0142"],"emails":["ada@example.com"]}`, `{"name":"Bo","emails":["bo@example.com"]}`, `{"name":"Cy"}`} {
		api.Into(nil, 201, "POST", "/customers", body)
		api.Into(nil, 201, "POST", "/tasks", fmt.Sprintf(`{"title":"Ring","kind":"follow_up","customer_id":%d,"due_at":%q,"owner_id":1}`, i+1, a.Clock.Now().Add(-time.Hour).Format(time.RFC3339)))
	}
	b := a.Owner()
	want := []string{`href="tel:&#43;441174960142" aria-label="Call Ada"`, `href="mailto:bo@example.com" aria-label="Write to Bo"`}
	for _, path := range []string{"/today", "/follow-ups"} {
		page := b.Get(path).Body
		for _, w := range want {
			if !strings.Contains(page, w) {
				t.Errorf("%s lacks %s", path, w)
			}
		}
		if strings.Contains(page, "Call Cy") || strings.Contains(page, "Write to Ada") {
			t.Errorf("%s offers what there is not", path)
		}
	}
	err := a.DB.Write(a.As(auth.System("test")), "test", func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO role_permission (role, permission, allowed) VALUES ('member', 'detail.read', 0)`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	sam := a.Colleague(apptest.MemberEmail, "member")
	for id := range 3 {
		api.Into(nil, 200, "PATCH", fmt.Sprintf("/customers/%d", id+1), fmt.Sprintf(`{"version":1,"owner_id":%d}`, sam.ID))
		api.Into(nil, 200, "PATCH", fmt.Sprintf("/tasks/%d", id+1), fmt.Sprintf(`{"version":1,"owner_id":%d}`, sam.ID))
	}
	m := a.SignIn(apptest.MemberEmail, apptest.Password)
	for _, path := range []string{"/today", "/follow-ups"} {
		page := m.Get(path).Body
		if !strings.Contains(page, "Ada") || strings.Contains(page, "tel:") || strings.Contains(page, "mailto:") {
			t.Errorf("%s shows a number or address that is masked, or no line", path)
		}
	}
}
