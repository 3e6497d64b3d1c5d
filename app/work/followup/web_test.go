package followup_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"regulars/app/apptest"
)

// object is what several answers of the API have in common.
type object struct {
	ID      int64  `json:"id"`
	Version int64  `json:"version"`
	Title   string `json:"title"`
	Kind    string `json:"kind"`
	DueAt   string `json:"due_at"`
	DoneAt  string `json:"done_at"`
	NextAt  string `json:"next_at"`
	Items   []struct {
		ID    int64  `json:"id"`
		Kind  string `json:"kind"`
		Title string `json:"title"`
		DueAt string `json:"due_at"`
	} `json:"items"`
}

func TestTheAPIOfDailyWork(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	var who, f, list, x object
	api.Into(&who, 201, "POST", "/customers", `{"kind":"person","name":"Ines Calder"}`)
	r := api.Into(&f, 201, "POST", "/follow-ups", `{"customer_id":1,"channel":"call","content":"Call again","next_at":"2026-03-05"}`)
	if r.Header.Get("Location") != "/api/v1/follow-ups/1" || f.NextAt != "2026-03-05T08:00:00Z" {
		t.Errorf("got %s %s", r.Header.Get("Location"), r.Body)
	}
	api.Into(&list, 200, "GET", "/tasks?filter[kind]=follow_up&filter[open]=true&sort=due_at", "")
	if len(list.Items) != 1 || list.Items[0].DueAt != "2026-03-05T08:00:00Z" || list.Items[0].Title != "Call again" {
		t.Fatalf("got %+v", list)
	}
	f = object{}
	api.Into(&f, 200, "PATCH", "/follow-ups/1", `{"version":1,"next_at":null}`)
	if f.NextAt != "" {
		t.Error("null did not clear")
	}
	api.Into(nil, 409, "PATCH", "/follow-ups/1", `{"version":1,"content":"x"}`)
	api.Into(nil, 422, "POST", "/follow-ups", `{"customer_id":1,"channel":"call","content":"x","colour":"red"}`)
	api.Into(nil, 422, "POST", "/follow-ups", `{"customer_id":1,"channel":"smoke","content":"x"}`)
	api.Into(nil, 422, "POST", "/follow-ups", `{"customer_id":1,"channel":"call","content":"x","next_at":"soon"}`)
	api.Into(nil, 404, "POST", "/follow-ups", `{"customer_id":99,"channel":"call","content":"x"}`)
	api.Into(nil, 422, "GET", "/follow-ups?colour=red", "")

	api.Into(&x, 201, "POST", "/tasks", `{"title":"Send samples","kind":"task","due_at":"2026-03-04T10:00:00+08:00","customer_id":1,"owner_id":1}`)
	if x.DueAt != "2026-03-04T02:00:00Z" {
		t.Errorf("due %s", x.DueAt)
	}
	api.Into(&x, 200, "POST", "/tasks/2/snooze", `{"until":"2026-03-06"}`)
	if x.DueAt != "2026-03-06T08:00:00Z" {
		t.Errorf("due %s", x.DueAt)
	}
	api.Into(nil, 422, "POST", "/tasks/2/snooze", `{"until":"2020-01-01"}`)
	api.Into(nil, 422, "POST", "/tasks/2/snooze", `{}`)
	api.Into(&x, 200, "POST", "/tasks/2/completion", "")
	if x.DoneAt == "" {
		t.Error("not done")
	}
	api.Into(nil, 409, "POST", "/tasks/2/snooze", `{"for":"hour"}`)
	api.Into(&x, 200, "DELETE", "/tasks/2/completion", "")
	api.Into(nil, 204, "DELETE", "/tasks/2", "")
	api.Into(nil, 404, "GET", "/tasks/2", "")

	api.Into(nil, 201, "POST", "/notes", `{"customer_id":1,"text":"likes decaf"}`)
	api.Into(nil, 200, "PATCH", "/notes/1", `{"version":1,"text":"likes tea"}`)
	api.Into(nil, 204, "DELETE", "/notes/1", "")
	api.Into(&list, 200, "GET", "/notifications", "")
	if r := a.API("", "read").Call("POST", "/tasks", `{"title":"x"}`); r.Status != 403 {
		t.Errorf("a read token: %d", r.Status)
	}
}

func TestADueFollowUpIsToldAndDoneInOneTap(t *testing.T) {
	a := apptest.New(t)
	b := a.Owner()
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"kind":"person","name":"Ines Calder"}`)
	record := b.Get("/customers/1")
	if record.Status != 200 || !strings.Contains(record.Body, `class="composer"`) || !strings.Contains(record.Body, "open-things") {
		t.Fatalf("the record page lacks composer or open things: %d %s", record.Status, main(record.Body))
	}
	page := b.Follow("/customers/1/log", "kind", "call", "text", "Call Ines about <b>spring</b>", "pick", "tomorrow", "time", "10:00", "owner_id", "1", "next", "/customers/1")
	if !strings.Contains(page.Body, "/undo") || !strings.Contains(page.Body, "Call Ines about") || strings.Contains(page.Body, "<b>spring</b>") {
		t.Errorf("no toast, no words or raw HTML: %s", main(page.Body))
	}
	if bad := b.Post("/customers/1/log", "kind", "call", "text", " ", "pick", "date", "date", "2026-02-30"); bad.Status != 422 || !strings.Contains(bad.Body, `class="error"`) {
		t.Errorf("a mistake: %d", bad.Status)
	}
	for _, kind := range []string{"note", "task"} {
		if r := b.Post("/customers/1/log", "kind", kind, "text", "Bring the samples"); r.Status != 303 || r.Location != "/customers/1" {
			t.Errorf("%s: %d %s", kind, r.Status, r.Location)
		}
	}
	for _, path := range []string{"/follow-ups", "/follow-ups?scope=team", "/follow-ups/said?channel=call&q=ines", "/follow-ups/1", "/tasks", "/tasks?show=done", "/tasks?scope=all&q=samples",
		"/tasks/1", "/tasks/new?customer=1", "/log", "/log?q=ines", "/log?customer=1&kind=note", "/notes/1", "/notifications", "/notifications/unread", "/profile/notifications", "/profile/calendar", "/settings/rhythm"} {
		if r := b.Get(path); r.Status != 200 || strings.Contains(r.Body, "&lt;no value") || strings.Contains(r.Body, "ZgotmplZ") {
			t.Errorf("%s: %d %s", path, r.Status, main(r.Body))
		}
	}
	a.Clock.Set(a.Clock.Now().AddDate(0, 0, 1).Add(2 * 3600e9))
	if err := a.Jobs.RunNow(t.Context(), "reminders"); err != nil {
		t.Fatal(err)
	}
	b = a.Owner()
	bell := b.Get("/notifications")
	if !strings.Contains(bell.Body, "(1)") || !strings.Contains(bell.Body, "Get back to them: Call Ines about") {
		t.Errorf("the bell is silent: %s", main(bell.Body))
	}
	if r := b.Post("/notifications/1/read"); r.Status != 303 || r.Location != "/tasks/1" {
		t.Errorf("got %d %s", r.Status, r.Location)
	}
	done := b.Follow("/tasks/1/completion", "next", "/follow-ups")
	if !strings.Contains(done.Body, "/undo") || strings.Contains(done.Body, `id="task-1"`) {
		t.Errorf("not done in one tap: %s", main(done.Body))
	}
	if r := b.Post("/tasks/1/completion", "next", "//evil.example"); r.Location != "/tasks" {
		t.Errorf("sent to %s", r.Location)
	}
	edited := b.Follow("/follow-ups/1", "version", "1", "content", "Call Ines", "channel", "visit", "date", "2026-03-02", "time", "09:00", "next_date", "2026-03-20")
	if edited.Status != 200 {
		t.Errorf("edit: %d", edited.Status)
	}
	if r := b.Post("/follow-ups/1", "version", "1", "content", "mine", "channel", "visit"); r.Status != 409 || !strings.Contains(r.Body, "mine") || !strings.Contains(r.Body, "Call Ines") {
		t.Errorf("two editors: %d", r.Status)
	}
	for _, path := range []string{"/settings/rhythm", "/profile/notifications", "/tasks/2", "/tasks/2/snooze", "/tasks/2/assignment", "/notes/1", "/notifications/read", "/tasks/2/delete", "/notes/1/delete", "/follow-ups/1/delete"} {
		if r := b.Post(path, "rhythm_A", "14", "kind", "mention", "by", "week", "title", "Bring them", "version", "1", "owner_id", "1", "text", "new words"); r.Status != 303 {
			t.Errorf("POST %s: %d %s", path, r.Status, main(r.Body))
		}
	}
}

var feed = regexp.MustCompile(`https?://[^"]*(/calendar/[A-Za-z0-9_-]{22}\.ics)`)

func TestTheCalendarOverHTTP(t *testing.T) {
	a := apptest.New(t)
	b := a.Owner()
	a.API("", "write").Into(nil, 201, "POST", "/tasks", `{"title":"Call","due_at":"2026-03-04"}`)
	b.Get("/profile/calendar")
	m := feed.FindStringSubmatch(b.Post("/profile/calendar").Body)
	if m == nil {
		t.Fatal("no address shown")
	}
	if again := b.Get("/profile/calendar"); feed.MatchString(again.Body) {
		t.Error("the address is shown again")
	}
	get := func(path, etag string) apptest.Answer {
		req := httptest.NewRequest(http.MethodGet, path, nil)
		req.Header.Set("If-None-Match", etag)
		return a.Send(req)
	}
	r := get(m[1], "")
	if r.Status != 200 || !strings.HasPrefix(r.Header.Get("Content-Type"), "text/calendar") || !strings.Contains(r.Body, "SUMMARY:Call\r\n") || r.Header.Get("Set-Cookie") != "" {
		t.Fatalf("got %d %v %s", r.Status, r.Header, r.Body)
	}
	if same := get(m[1], r.Header.Get("ETag")); same.Status != 304 || same.Body != "" {
		t.Errorf("unchanged: %d", same.Status)
	}
	b.Follow("/profile/calendar/delete")
	for _, path := range []string{m[1], strings.TrimSuffix(m[1], ".ics"), "/calendar/x.ics", "/calendar/..%2f..ics"} {
		if r := get(path, ""); r.Status != 404 {
			t.Errorf("%s: %d", path, r.Status)
		}
	}
}

// main is the part of a page that a failure is about.
func main(body string) string {
	_, rest, found := strings.Cut(body, "<main")
	if !found {
		return body
	}
	part, _, _ := strings.Cut(rest, "</main>")
	return part
}
