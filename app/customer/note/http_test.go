package note_test

import (
	"fmt"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
)

type object struct {
	ID, Version int64
	Text        string
	Visibility  string
	PinnedAt    *string `json:"pinned_at"`
}

func shop(t *testing.T) (*apptest.App, *apptest.API) {
	t.Helper()
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"سارة النجار","kind":"person"}`)
	return a, api
}

func TestAFewNotesStandOnTop(t *testing.T) {
	a, api := shop(t)
	for i := range 5 {
		api.Into(nil, 201, "POST", "/notes", fmt.Sprintf(`{"customer_id":1,"text":"Pin %d","pinned":true}`, i))
	}
	api.Into(nil, 422, "POST", "/notes", `{"customer_id":1,"text":"one too many","pinned":true}`)
	api.Into(nil, 201, "POST", "/notes", `{"customer_id":1,"text":"Not pinned"}`)
	b := a.Owner()
	b.Get("/customers/1")
	if r := b.Post("/notes/6/pin", "on", "1"); r.Status != 422 || !strings.Contains(r.Body, "At most 5") {
		t.Errorf("one too many: %d", r.Status)
	}
	page := b.Follow("/notes/1/pin", "on", "0")
	if top, _, _ := strings.Cut(page.Body, `class="timeline"`); strings.Contains(top, "Pin 0") || !strings.Contains(top, "Pin 4") {
		t.Error("the top of the record is not what was pinned")
	}
	page = b.Follow("/notes/6/pin", "on", "1")
	if top, _, _ := strings.Cut(page.Body, `class="timeline"`); !strings.Contains(top, "Not pinned") {
		t.Error("there was room for it")
	}
	var sets struct{ Items []struct{ ID int64 } }
	api.Into(&sets, 200, "GET", "/history?limit=1", "")
	api.Into(nil, 200, "POST", fmt.Sprintf("/history/%d/undo", sets.Items[0].ID), "")
	if a.Count("SELECT count(*) FROM note WHERE pinned_at IS NOT NULL") != 4 {
		t.Error("pinning is not taken back")
	}
}

func TestANoteIsInternalUnlessSaidOtherwise(t *testing.T) {
	a, api := shop(t)
	var n object
	api.Into(&n, 201, "POST", "/notes", `{"customer_id":1,"text":"Pays late"}`)
	if n.Visibility != "internal" || n.PinnedAt != nil {
		t.Errorf("%+v", n)
	}
	api.Into(&n, 200, "PATCH", "/notes/1", `{"version":1,"visibility":"visible"}`)
	if n.Visibility != "visible" || n.Text != "Pays late" {
		t.Errorf("%+v", n)
	}
	api.Into(nil, 422, "PATCH", "/notes/1", `{"version":2,"visibility":"secret"}`)
	b := a.Owner()
	if page := b.Get("/customers/1"); !strings.Contains(page.Body, "visible to the customer") {
		t.Error("the timeline does not say that the customer may see it")
	}
	b.Get("/notes/1")
	b.Follow("/notes/1", "text", "Pays late", "version", "2")
	if a.Count("SELECT count(*) FROM note WHERE visible = 0") != 1 {
		t.Error("the tick taken away, it is still visible")
	}
	if page := b.Get("/customers/1"); strings.Contains(page.Body, "visible to the customer") {
		t.Error("the timeline still says so")
	}
}

func TestALongNoteIsRefusedAndNothingIsLost(t *testing.T) {
	a, api := shop(t)
	long := strings.Repeat("𠮷野家🍵", 1<<20/16)
	b := a.Owner()
	b.Get("/customers/1")
	r := b.Post("/customers/1/notes", "text", long)
	if r.Status != 422 || !strings.Contains(r.Body, long) || !strings.Contains(r.Body, "20,000") {
		t.Errorf("a note of %d bytes: %d, %d bytes back", len(long), r.Status, len(r.Body))
	}
	api.Into(nil, 422, "POST", "/notes", fmt.Sprintf(`{"customer_id":1,"text":%q}`, long))
	most := strings.Repeat("𠮷", 20000)
	api.Into(nil, 201, "POST", "/notes", fmt.Sprintf(`{"customer_id":1,"text":%q}`, most))
	b.Get("/notes/1")
	r = b.Post("/notes/1", "version", "1", "text", most+"!")
	if r.Status != 422 || !strings.Contains(r.Body, most+"!") {
		t.Errorf("an edit beyond the limit: %d", r.Status)
	}
}

func TestWordsOfEveryScriptStayWords(t *testing.T) {
	a, api := shop(t)
	for _, text := range []string{"👩‍👩‍👧 喝茶 🍵", "𠮷野家 𰻞𰻞面", "مرحبا **سارة** hello", "<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>"} {
		var n object
		api.Into(&n, 201, "POST", "/notes", fmt.Sprintf(`{"customer_id":1,"text":%q,"pinned":true}`, text))
		if n.Text != text {
			t.Errorf("%q became %q", text, n.Text)
		}
	}
	page := a.Owner().Get("/customers/1").Body
	for _, want := range []string{"👩‍👩‍👧 喝茶 🍵", "𠮷野家 𰻞𰻞面", "<strong>سارة</strong>", `<div class="prose-s" dir="auto">`} {
		if !strings.Contains(page, want) {
			t.Errorf("the record lacks %s", want)
		}
	}
	for _, bad := range []string{"<script>alert", "javascript:alert(1)\"", "<img src=x"} {
		if strings.Contains(page, bad) {
			t.Errorf("the record holds %s", bad)
		}
	}
}

func TestOthersNotesAreNotPinned(t *testing.T) {
	a, api := shop(t)
	a.Colleague(apptest.MemberEmail, auth.Member)
	api.Into(nil, 200, "PATCH", "/customers/1", `{"version":1,"owner_id":1}`)
	api.Into(nil, 201, "POST", "/notes", `{"customer_id":1,"text":"x"}`)
	b := a.Owner()
	b.Get("/settings/roles")
	b.Post("/settings/roles/"+auth.Member, "reach", "own", "allowed", "customer.read", "allowed", "note.read", "allowed", "note.write")
	m := a.SignIn(apptest.MemberEmail, apptest.Password)
	m.Get("/profile")
	if r := m.Post("/notes/1/pin", "on", "1"); r.Status != 404 {
		t.Errorf("somebody else's: %d", r.Status)
	}
	b.Post("/settings/roles/"+auth.Member, "reach", "all", "allowed", "customer.read", "allowed", "note.read")
	if r := m.Post("/notes/1/pin", "on", "1"); r.Status != 403 {
		t.Errorf("without the right to write: %d", r.Status)
	}
}
