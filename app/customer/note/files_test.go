package note_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
)

// upload is a form with some fields and files (names and contents).
func upload(t *testing.T, fields, files map[string]string) (string, *bytes.Buffer) {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, value := range fields {
		if err := w.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	for name, content := range files {
		f, err := w.CreateFormFile("file", name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), &body
}

var csrf = regexp.MustCompile(`name="_csrf" value="([^"]+)"`)

// Files that are chosen with a note stand with it on the timeline, come and go
// with it as one change, and are as safe as any file of a customer.
func TestFilesComeAndGoWithTheirNote(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada Bello"}`)
	b := a.Owner()
	token := csrf.FindStringSubmatch(b.Get("/customers/1").Body)[1]
	kind, body := upload(t, map[string]string{"_csrf": token, "kind": "note", "text": "The plan of their kitchen"}, map[string]string{"厨房 1.pdf": "%PDF-1.7\n", "list.txt": "Tea, 2 kg\n"})
	if r := b.Do("POST", "/customers/1/log", kind, body); r.Status != 303 {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	page := b.Get("/customers/1").Body
	if _, line, _ := strings.Cut(page, "The plan of their kitchen"); !strings.Contains(line[:min(len(line), 700)], "厨房 1.pdf") || strings.Count(page, `class="ev"`) != 2 {
		t.Errorf("the timeline does not show them with the note:\n%s", page)
	}
	if r := b.Get("/attachments/1"); r.Status != 200 {
		t.Errorf("download: %d", r.Status)
	}
	var n struct {
		Attachments []struct {
			ID   int64
			Name string
		}
	}
	if api.Into(&n, 200, "GET", "/notes/1", ""); len(n.Attachments) != 2 {
		t.Errorf("%+v", n)
	}
	// a file that is refused leaves no note behind
	kind, body = upload(t, map[string]string{"_csrf": token, "kind": "note", "text": "With a program"}, map[string]string{"run.exe": "MZ\x90"})
	if r := b.Do("POST", "/customers/1/log", kind, body); r.Status != 422 || !strings.Contains(r.Body, "composer-file-e") || !strings.Contains(r.Body, "With a program") {
		t.Errorf("%d", r.Status)
	}
	if a.Count("SELECT count(*) FROM note") != 1 || a.Count("SELECT count(*) FROM attachment") != 2 {
		t.Error("half of it stands")
	}
	// one more from the note's own page, and through the API
	kind, body = upload(t, map[string]string{"_csrf": token, "text": "The plan of their kitchen", "version": "1"}, map[string]string{"more.txt": "more"})
	if r := b.Do("POST", "/notes/1", kind, body); r.Status != 303 {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	if page := b.Get("/notes/1").Body; !strings.Contains(page, "more.txt") {
		t.Error("the note's page does not show it")
	}
	// the note goes with its files, and comes back with them
	api.Into(nil, 204, "DELETE", "/notes/1", "")
	if a.Count("SELECT count(*) FROM attachment") != 0 || b.Get("/attachments/1").Status != 404 {
		t.Error("files outlive their note")
	}
	undo := func() {
		api.Into(nil, 200, "POST", fmt.Sprintf("/history/%d/undo", a.Count("SELECT max(id) FROM journal_set")), `{}`)
	}
	undo()
	if a.Count("SELECT count(*) FROM attachment") != 3 || !strings.Contains(b.Get("/customers/1").Body, "more.txt") {
		t.Error("not back")
	}
	if r := b.Get("/attachments/1"); r.Status != 200 || !strings.HasPrefix(r.Body, "%PDF") && !strings.HasPrefix(r.Body, "Tea") {
		t.Errorf("the bytes are gone: %d", r.Status)
	}
	// writing it with files is one change
	kind, body = upload(t, map[string]string{"_csrf": token, "kind": "note", "text": "To take back"}, map[string]string{"x.txt": "x"})
	b.Do("POST", "/customers/1/log", kind, body)
	undo()
	if a.Count("SELECT count(*) FROM note") != 1 || a.Count("SELECT count(*) FROM attachment") != 3 {
		t.Error("not taken back whole")
	}
}

func TestFilesOfNotesAskForRights(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada Bello"}`)
	api.Into(nil, 201, "POST", "/notes", `{"customer_id":1,"text":"Hello"}`)
	a.Colleague(apptest.MemberEmail, "member")
	token := func(email, scope string) http.Header {
		secret, err := a.MakeToken(a.As(auth.System("shell")), email, "test", scope)
		if err != nil {
			t.Fatal(err)
		}
		return http.Header{"Authorization": {"Bearer " + secret}}
	}
	write := token(apptest.OwnerEmail, "write")
	send := func(h http.Header, path string, files map[string]string) int {
		kind, body := upload(t, nil, files)
		b := a.Browser()
		b.Header = h
		return b.Do("POST", "/api/v1"+path, kind, body).Status
	}
	one := map[string]string{"a.txt": "a"}
	if s := send(http.Header{}, "/notes/1/attachments", one); s != 401 {
		t.Errorf("without a token: %d", s)
	}
	if s := send(token(apptest.OwnerEmail, "read"), "/notes/1/attachments", one); s != 403 {
		t.Errorf("a reading token: %d", s)
	}
	own := a.API(apptest.MemberEmail, "write")
	if s, want := send(token(apptest.MemberEmail, "write"), "/notes/1/attachments", one), own.Call("GET", "/notes/1", "").Status; want == 404 && s != 404 {
		t.Errorf("somebody else's customer: %d", s)
	}
	if s := send(write, "/notes/9/attachments", one); s != 404 {
		t.Errorf("no such note: %d", s)
	}
	many := map[string]string{}
	for i := range 11 {
		many[fmt.Sprintf("%d.txt", i)] = "x"
	}
	if s := send(write, "/notes/1/attachments", many); s != 422 {
		t.Errorf("eleven files: %d", s)
	}
	if s := send(write, "/notes/1/attachments", one); s != 201 || a.Count("SELECT count(*) FROM attachment WHERE subject_kind = 'note'") == 0 {
		t.Errorf("%d", s)
	}
}
