package attachment_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"strings"
	"testing"

	"regulars/app/apptest"
)

// form is a multipart body with one file.
func form(t *testing.T, name string, content []byte, pairs ...string) (string, *bytes.Buffer) {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i+1 < len(pairs); i += 2 {
		if err := w.WriteField(pairs[i], pairs[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	f, err := w.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), &body
}

func TestFilesAreKeptServedAsDownloadsAndTakenBack(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada Bello"}`)
	b := a.Owner()
	page := b.Get("/customers/1")
	csrf := page.Body[strings.Index(page.Body, `name="_csrf" value="`)+len(`name="_csrf" value="`):]
	csrf = csrf[:strings.IndexByte(csrf, '"')]
	kind, body := form(t, "../../报价 1.pdf", []byte("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"), "_csrf", csrf)
	if r := b.Do("POST", "/customers/1/attachments", kind, body); r.Status != 303 {
		t.Fatalf("upload: %d %s", r.Status, r.Body)
	}
	if page := b.Get("/customers/1"); !strings.Contains(page.Body, "报价 1.pdf") {
		t.Error("the file is not on the record")
	}
	got := b.Get("/attachments/1")
	if got.Status != 200 || !strings.HasPrefix(got.Body, "%PDF") || !strings.HasPrefix(got.Header.Get("Content-Disposition"), "attachment") ||
		!strings.Contains(got.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("download: %d %v", got.Status, got.Header)
	}
	for name, content := range map[string]string{"evil.html": "<script>alert(1)</script>", "photo.png": "<svg onload=alert(1)>", "run.exe": "MZ\x90", "empty.pdf": ""} {
		kind, body := form(t, name, []byte(content), "_csrf", csrf)
		if r := b.Do("POST", "/customers/1/attachments", kind, body); r.Status != 422 {
			t.Errorf("%s: %d, want 422", name, r.Status)
		}
	}
	kind, body = form(t, "big.pdf", append([]byte("%PDF-1.7\n"), make([]byte, 12<<20)...), "_csrf", csrf)
	if r := b.Do("POST", "/customers/1/attachments", kind, body); r.Status != 413 {
		t.Errorf("too large: %d, want 413", r.Status)
	}
	if r := a.Browser().Get("/attachments/1"); r.Status != 303 {
		t.Errorf("a stranger gets %d", r.Status)
	}
	var list struct {
		Items []struct{ ID int64 }
	}
	api.Into(nil, 204, "DELETE", "/attachments/1", "")
	api.Into(&list, 200, "GET", "/attachments?filter[customer_id]=1", "")
	if len(list.Items) != 0 {
		t.Error("the removed file is still listed")
	}
	var sets struct{ Items []struct{ ID int64 } }
	api.Into(&sets, 200, "GET", "/history?limit=1", "")
	api.Into(nil, 200, "POST", fmt.Sprintf("/history/%d/undo", sets.Items[0].ID), "")
	if r := b.Get("/attachments/1"); r.Status != 200 {
		t.Errorf("after undo the file answers %d", r.Status)
	}
}
