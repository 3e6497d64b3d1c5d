package pages_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
)

// form is a multipart body of a file and fields.
func form(t *testing.T, file string, pairs ...string) (string, *bytes.Buffer) {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i < len(pairs); i += 2 {
		if err := w.WriteField(pairs[i], pairs[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("file", "fair.csv")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte(file)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), &body
}

var token = regexp.MustCompile(`name="_csrf" value="([^"]+)"`)

func TestAShopImportsAFileWithMistakesAndTakesItBack(t *testing.T) {
	a := apptest.New(t)
	b := a.Owner()
	page := b.Get("/imports/new?kind=customers")
	csrf := token.FindStringSubmatch(page.Body)
	if page.Status != http.StatusOK || csrf == nil {
		t.Fatalf("%d %s", page.Status, page.Body)
	}
	text, err := simplifiedchinese.GB18030.NewEncoder().String("客户名称,手机号,邮箱,负责人\n茗香茶业,13800138000,tea@example.com,owner@example.com\n,13900139000,,\n小店,abc,no address,\n")
	if err != nil {
		t.Fatal(err)
	}
	kind, body := form(t, text, "_csrf", csrf[1], "kind", "customers")
	up := b.Do(http.MethodPost, "/imports", kind, body)
	if up.Status != http.StatusSeeOther {
		t.Fatalf("upload: %d %s", up.Status, up.Body)
	}
	page = b.Get("/imports/1")
	for _, want := range []string{"茗香茶业", "gb18030", "column-0", "Nothing is written"} {
		if !strings.Contains(page.Body, want) {
			t.Errorf("the mapping page lacks %q: %s", want, page.Body)
		}
	}
	choose := []string{"encoding", "gb18030", "column-0", "name", "column-1", "phone", "column-2", "email", "column-3", "owner_email", "match", "email", "match", "phone", "on_duplicate", "skip", "default-tags", "Fair"}
	if page = b.Follow("/imports/1", append(choose, "do", "check")...); !strings.Contains(page.Body, "every 1s") {
		t.Errorf("no progress: %s", page.Body)
	}
	a.Imports.Drain(context.Background())
	page = b.Get("/imports/1")
	for _, want := range []string{"This is needed", "no phone number: abc", "no email address", "problems.csv", "Import 2 rows"} {
		if !strings.Contains(page.Body, want) {
			t.Errorf("the checked page lacks %q", want)
		}
	}
	b.Follow("/imports/1", append(choose, "do", "run")...)
	a.Imports.Drain(context.Background())
	if page = b.Get("/imports/1"); !strings.Contains(page.Body, "/imports/1/undo") {
		t.Errorf("no way back: %s", page.Body)
	}
	if csv := b.Get("/imports/1/problems.csv"); !strings.Contains(csv.Body, "13900139000") || !strings.Contains(csv.Body, "Name: This is needed") {
		t.Errorf("failed rows: %d %q", csv.Status, csv.Body)
	}
	if page = b.Get("/customers?q=mingxiang"); !strings.Contains(page.Body, "茗香茶业") || !strings.Contains(page.Body, "Fair") {
		t.Error("the customer is not found")
	}
	b.Follow("/imports/1/undo")
	a.Imports.Drain(context.Background())
	if page = b.Get("/customers?q=mingxiang"); strings.Contains(page.Body, "茗香茶业") {
		t.Error("the customer is still there after the undo")
	}
	if page = b.Get("/imports"); !strings.Contains(page.Body, "Taken back") {
		t.Error("the list does not say that it was taken back")
	}
}

func TestAProgramImportsAndUndoes(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	secret, err := a.MakeToken(a.As(auth.System("shell")), apptest.OwnerEmail, "import", "write")
	if err != nil {
		t.Fatal(err)
	}
	send := func(file string, pairs ...string) (int, map[string]any) {
		kind, body := form(t, file, pairs...)
		req := httptest.NewRequest(http.MethodPost, "/api/v1/imports", body)
		req.Header.Set("Authorization", "Bearer "+secret)
		req.Header.Set("Content-Type", kind)
		r := a.Send(req)
		out := map[string]any{}
		if err := json.Unmarshal([]byte(r.Body), &out); err != nil {
			t.Fatalf("%d %s", r.Status, r.Body)
		}
		return r.Status, out
	}
	status, out := send("Shop,mail\nA,a@example.com\nB,b@example.com\n", "kind", "customers", "map", `{"Shop":"name","mail":"email"}`, "defaults", `{"source":"fair"}`)
	if status != http.StatusCreated || out["state"] != "running" {
		t.Fatalf("%d %v", status, out)
	}
	a.Imports.Drain(context.Background())
	api.Into(&out, 200, "GET", fmt.Sprintf("/imports/%v", out["id"]), "")
	if out["state"] != "done" || out["created"] != 2.0 {
		t.Errorf("%v", out)
	}
	api.Into(&out, 200, "POST", fmt.Sprintf("/imports/%v/undo", out["id"]), "")
	a.Imports.Drain(context.Background())
	var list struct{ Items []struct{ State string } }
	api.Into(&list, 200, "GET", "/imports", "")
	if len(list.Items) != 1 || list.Items[0].State != "undone" {
		t.Errorf("%+v", list)
	}
	for _, bad := range [][]string{{"kind", "nothing"}, {"kind", "customers", "on_duplicate", "explode"}, {"kind", "customers", "map", "["}} {
		if status, out := send("name\nA\n", bad...); status != http.StatusUnprocessableEntity {
			t.Errorf("%v: %d %v", bad, status, out)
		}
	}
	if status, _ := send("\n", "kind", "customers"); status != http.StatusUnprocessableEntity {
		t.Errorf("an empty file: %d", status)
	}
}
