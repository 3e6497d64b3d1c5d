package deal_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
)

// upload sends a file as a page's form does.
func upload(t *testing.T, b *apptest.Browser, page, path, name, content string) apptest.Answer {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	if m := csrf.FindStringSubmatch(b.Get(page).Body); m != nil {
		if err := w.WriteField("_csrf", m[1]); err != nil {
			t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Do(http.MethodPost, path, w.FormDataContentType(), &body)
}

func TestAStageHasFilesThatItsDealsShow(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/deals", `{"name":"Forty rooms"}`)
	b := a.Owner()
	const stage, files = "/settings/deal-stages/1", "/settings/deal-stages/1/files"
	pdf := "%PDF-1.4\n" + strings.Repeat("prices ", 100)
	if r := upload(t, b, stage, files, "../../价目表 \"2026\".pdf", pdf); r.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	for name, content := range map[string]string{"run.exe": "MZ\x90\x00", "empty.pdf": "", "page.html": "<script>alert(1)</script>", "pdf.pdf": "not one"} {
		if r := upload(t, b, stage, files, name, content); r.Status != 422 || !strings.Contains(r.Body, "Files for this stage") {
			t.Errorf("%s is taken: %d", name, r.Status)
		}
	}
	if r := upload(t, b, stage, files, "big.pdf", pdf+strings.Repeat("x", 10<<20)); r.Status < 400 || r.Status >= 500 {
		t.Errorf("a big file: %d", r.Status)
	}
	if r := upload(t, b, stage, "/settings/deal-stages/99/files", "a.pdf", pdf); r.Status != 404 {
		t.Errorf("a stage that is not there: %d", r.Status)
	}
	if n := a.Count(`SELECT count(*) FROM deal_stage_file WHERE mime = 'application/pdf' AND name NOT LIKE '%/%'`); n != 1 || a.Count(`SELECT count(*) FROM deal_stage_file`) != 1 {
		t.Errorf("%d files", n)
	}
	for _, page := range []string{stage, "/deals/1"} {
		if r := b.Get(page); !strings.Contains(r.Body, "/deals/documents/1") || !strings.Contains(r.Body, "价目表") {
			t.Errorf("%s does not show it", page)
		}
	}
	got := b.Get("/deals/documents/1")
	if got.Status != 200 || got.Body != pdf || got.Header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(got.Header.Get("Content-Disposition"), "attachment") ||
		got.Header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(got.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("%d %v", got.Status, got.Header)
	}
	if r := a.Browser().Get("/deals/documents/1"); r.Status == 200 {
		t.Error("a stranger opens it")
	}
	a.Colleague(apptest.MemberEmail, auth.Member)
	member := a.SignIn(apptest.MemberEmail, apptest.Password)
	if r := member.Get("/deals/documents/1"); r.Status != 200 {
		t.Errorf("who reads deals does not open it: %d", r.Status)
	}
	if r := upload(t, member, "/deals/new", files, "a.pdf", pdf); r.Status != 403 {
		t.Errorf("who arranges no pipelines adds one: %d", r.Status)
	}
	member.Get("/deals")
	if r := member.Post(files + "/1/delete"); r.Status != 403 {
		t.Errorf("and removes one: %d", r.Status)
	}
	b.Follow("/settings/roles/member", "reach", "all", "allowed", "customer.read")
	if r := a.SignIn(apptest.MemberEmail, apptest.Password).Get("/deals/documents/1"); r.Status != 403 && r.Status != 404 {
		t.Errorf("who sees no deals opens it: %d", r.Status)
	}
	var ways struct {
		Items []struct {
			Stages []struct {
				ID    int64
				Files []struct {
					ID   int64
					Name string
					Size int64
				}
			}
		}
	}
	api.Into(&ways, 200, "GET", "/pipelines", "")
	if f := ways.Items[0].Stages[0].Files; len(f) != 1 || f[0].Size != int64(len(pdf)) {
		t.Errorf("%+v", ways)
	}
	if r := api.Call("GET", "/deal-stage-files/1/content", ""); r.Status != 200 || r.Body != pdf {
		t.Errorf("the API gives %d", r.Status)
	}
	a.Anonymous().Into(nil, 401, "GET", "/deal-stage-files/1/content", "")
	api.Into(nil, 204, "DELETE", "/deal-stage-files/1", "")
	if r := b.Get("/deals/documents/1"); r.Status != 404 {
		t.Errorf("after it was removed: %d", r.Status)
	}
	back := func(op string) {
		t.Helper()
		b.Follow(fmt.Sprintf("/history/%d/undo", a.Count(`SELECT max(id) FROM journal_set WHERE op = ?`, op)))
		if r := b.Get("/deals/documents/1"); r.Status != 200 || r.Body != pdf {
			t.Errorf("taking %s back: %d", op, r.Status)
		}
	}
	back("deal.stage_file_delete")
	b.Get("/settings/pipelines")
	b.Follow(stage+"/delete", "to", "2")
	if n := a.Count(`SELECT count(*) FROM deal_stage_file`); n != 0 {
		t.Errorf("%d files of a stage that is no more", n)
	}
	back("deal.stage_drop")
}
