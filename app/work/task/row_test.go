package task_test

import (
	"net/http"
	"strings"
	"testing"

	"regulars/app/apptest"
)

// With script a task changes in its row, with the toast and its Undo; without
// script the same form goes back to the list.
func TestATaskChangesInItsRow(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ines Calder"}`)
	api.Into(nil, 201, "POST", "/tasks", `{"title":"Send <samples>","customer_id":1,"due_at":"2026-03-01T10:00:00Z"}`)
	b := a.Owner()
	for _, path := range []string{"/today", "/tasks", "/follow-ups?scope=all", "/customers/1"} {
		page := b.Get(path).Body
		if path != "/follow-ups?scope=all" && (!strings.Contains(page, `hx-post="/tasks/1/completion"`) || !strings.Contains(page, `action="/tasks/1/completion"`) || !strings.Contains(page, `id="task-1"`)) {
			t.Errorf("%s: the row is no form with and without script", path)
		}
	}
	htmx := func(path string, pairs ...string) apptest.Answer {
		b.Header.Set("HX-Request", "true")
		defer b.Header.Del("HX-Request")
		return b.Post(path, append([]string{"next", "/today", "row", "full"}, pairs...)...)
	}
	done := htmx("/tasks/1/completion")
	for _, want := range []string{`<li id="task-1"`, `hx-post="/tasks/1/reopening"`, `id="toasts" hx-swap-oob="beforeend"`, "/undo", "Send &lt;samples&gt;", "Ines Calder"} {
		if !strings.Contains(done.Body, want) {
			t.Errorf("done: the answer lacks %s\n%s", want, done.Body)
		}
	}
	if done.Status != 200 || strings.Contains(done.Body, "<html") || strings.Contains(done.Body, "<samples>") || done.Header.Get("HX-Redirect") != "" {
		t.Errorf("done: %d %s", done.Status, done.Body)
	}
	if b.Cookie("rg_flash") != "" {
		t.Error("the toast waits for another page too")
	}
	if r := htmx("/tasks/1/snooze", "by", "week"); r.Status != http.StatusNoContent || r.Header.Get("HX-Redirect") != "/today" {
		t.Errorf("put off what is done: %d %v", r.Status, r.Header)
	}
	if page := b.Get("/today").Body; !strings.Contains(page, `class="toast"`) || strings.Contains(page, `id="task-1"`) {
		t.Error("the list shown again does not say why")
	}
	if r := htmx("/tasks/1/reopening", "row", "bare"); r.Status != 200 || !strings.Contains(r.Body, `hx-post="/tasks/1/completion"`) {
		t.Errorf("reopened: %d %s", r.Status, r.Body)
	}
	if r := htmx("/tasks/1/snooze", "by", "tomorrow"); r.Status != 200 || !strings.Contains(r.Body, `datetime="2026-03-03`) || !strings.Contains(r.Body, "/undo") {
		t.Errorf("put off: %d %s", r.Status, r.Body)
	}
	if r := htmx("/tasks/99/completion"); r.Header.Get("HX-Redirect") != "/today" {
		t.Errorf("a task that is gone: %d %v", r.Status, r.Header)
	}
	if r := b.Post("/tasks/1/completion", "next", "/today", "row", "full"); r.Status != http.StatusSeeOther || r.Location != "/today" {
		t.Errorf("without script: %d %s", r.Status, r.Location)
	}
	if r := a.Browser().Post("/tasks/1/completion", "row", "full"); r.Status == 200 {
		t.Errorf("nobody: %d", r.Status)
	}
}
