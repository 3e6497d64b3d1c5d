package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
)

func TestOnlyRecordsMayBeKeptAndOnlyByTheirReader(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	b := a.Owner()
	for path, may := range map[string]bool{"/today": true, "/customers/1": true, "/orders/1": true, "/tasks/1": true, "/products/1": true,
		"/customers": false, "/customers/1/edit": false, "/customers/1?before=1": false, "/customers/new": false, "/customers/999": false, "/customers/export": false,
		"/settings": false, "/settings/staff/1": false, "/profile": false, "/history": false, "/search?q=a": false, "/api/v1/customers/1": false, "/login": false} {
		if got := b.Get(path).Header.Get("Regulars-Keep"); (got != "") != may {
			t.Errorf("%s may be kept: %q", path, got)
		}
	}
	if got := a.Browser().Get("/customers/1").Header.Get("Regulars-Keep"); got != "" {
		t.Errorf("a stranger may keep a record: %q", got)
	}
	b.Get("/profile")
	b.Post("/profile/device", "shared", "1")
	if got := b.Get("/customers/1").Header.Get("Regulars-Keep"); got != "" {
		t.Errorf("a shared computer may keep a record: %q", got)
	}
}

func TestABrowserCanInstallTheProduct(t *testing.T) {
	a := apptest.NewIn(t, "zh-CN")
	b := a.Browser()
	var m struct {
		Name, Lang, Scope, Display string
		Icons                      []struct{ Src, Sizes, Purpose string }
		Shortcuts                  []struct{ Name, URL string }
	}
	if err := json.Unmarshal([]byte(b.Get("/manifest.webmanifest?lang=zh-CN").Body), &m); err != nil {
		t.Fatal(err)
	}
	if m.Name != "Kettle & Crane" || m.Lang != "zh-CN" || m.Scope != "/" || m.Display != "standalone" || len(m.Icons) < 3 || m.Shortcuts[0].Name != "今日" {
		t.Errorf("%+v", m)
	}
	for _, icon := range m.Icons {
		if r := b.Get(icon.Src); r.Status != http.StatusOK || !strings.HasPrefix(r.Body, "\x89PNG") {
			t.Errorf("%s: %d", icon.Src, r.Status)
		}
	}
	r := b.Get("/sw.js?lang=zh-CN")
	if r.Status != http.StatusOK || r.Header.Get("Cache-Control") != "no-cache" || !strings.HasPrefix(r.Header.Get("Content-Type"), "text/javascript") ||
		!strings.HasPrefix(r.Body, `const build = "`) || !strings.Contains(r.Body, `away = "/offline?lang=zh-CN"`) || strings.Contains(r.Header.Get("Content-Security-Policy"), "unsafe") {
		t.Errorf("%d %v %.200s", r.Status, r.Header, r.Body)
	}
	if r := b.Get("/sw.js?lang=%22;alert(1)//"); strings.Contains(r.Body, "alert") {
		t.Error("the query reaches the script")
	}
	if r := b.Get("/offline?lang=en"); r.Status != http.StatusOK || strings.Contains(r.Body, "Mei Lin") || r.Header.Get("Set-Cookie") != "" || strings.Contains(r.Body, `name="_csrf"`) {
		t.Errorf("the page for everybody knows somebody: %d", r.Status)
	}
}

// A note written without a connection arrives once, however often it is sent:
// again at once, by a later session, by a program that was started since.
func TestAQueuedNoteArrivesOnce(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	before := a.Count("SELECT count(*) FROM note")
	send := func(b *apptest.Browser, key, text string) apptest.Answer {
		b.Get("/customers/1")
		b.Header.Set("Idempotency-Key", key)
		defer b.Header.Del("Idempotency-Key")
		return b.Post("/customers/1/log", "kind", "note", "text", text, "next", "/customers/1")
	}
	first := a.Owner()
	for _, b := range []*apptest.Browser{first, first, a.Owner()} {
		if r := send(b, "k-1", "Said on the train"); r.Status != http.StatusSeeOther || r.Location != "/customers/1" {
			t.Fatalf("%d %s", r.Status, r.Location)
		}
	}
	if n := a.Count("SELECT count(*) FROM note") - before; n != 1 {
		t.Errorf("it arrived %d times", n)
	}
	if r := send(first, "k-1", "Other words"); r.Status != http.StatusUnprocessableEntity {
		t.Errorf("other words under the same key: %d", r.Status)
	}
	if r := send(first, "k-2", ""); r.Status != http.StatusUnprocessableEntity {
		t.Errorf("an empty note: %d", r.Status)
	}
	if r := send(first, "k-2", "Now with words"); r.Status != http.StatusSeeOther {
		t.Errorf("a refused note sent again: %d", r.Status)
	}
	colleague := a.Colleague("kim@example.com", auth.Member)
	kim := a.SignIn(colleague.Email, apptest.Password)
	if r := send(kim, "k-1", "Said on the train"); r.Header.Get("Idempotency-Replayed") != "" {
		t.Errorf("somebody else's key answers: %d", r.Status)
	}
	stranger := a.Browser()
	stranger.Header.Set("Idempotency-Key", "k-1")
	if r := stranger.Do(http.MethodPost, "/customers/1/log", "application/x-www-form-urlencoded", strings.NewReader(url.Values{"kind": {"note"}, "text": {"x"}}.Encode())); r.Status == http.StatusSeeOther && !strings.HasPrefix(r.Location, "/login") {
		t.Errorf("a stranger's note: %d %s", r.Status, r.Location)
	}
}
