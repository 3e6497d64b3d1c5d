package quote_test

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
)

var drawing = regexp.MustCompile(`(?s)stream\n(.*?)\nendstream`)

// drawn is what the pages of a file draw.
func drawn(t *testing.T, file string) (pages []string) {
	t.Helper()
	for _, m := range drawing.FindAllStringSubmatch(file, -1) {
		z, err := zlib.NewReader(strings.NewReader(m[1]))
		if err != nil {
			t.Fatal(err)
		}
		var page bytes.Buffer
		if _, err := io.Copy(&page, z); err != nil {
			t.Fatal(err)
		}
		pages = append(pages, page.String())
	}
	return pages
}

// The sheet leaves as a file: for colleagues with the invoice title, in the
// customer's language through the API, and without it for whoever has the link.
func TestTheSheetIsAFile(t *testing.T) {
	a, api := shop(t)
	api.Into(nil, 201, "POST", "/invoice-titles", `{"customer_id":1,"title":"Harbour Street Bakery Ltd","tax_id":"GB123","account":"00-11-22 3344"}`)
	rows := strings.Repeat(`{"name":"Paper filters (100)","quantity":2,"discount":{"rate":1000},"unit_price":`+usd("4.20")+`},`, 59) + `{"name":"龙井茶","quantity":1,"unit_price":` + usd("32.00") + `}`
	q := write(t, api, `"title":"Spring","terms":"- **Pay** within 30 days","lines":[`+rows+`]`)
	path := fmt.Sprintf("/quotes/%d", q.ID)
	r := a.Owner().Get(path + "/pdf")
	pages := drawn(t, r.Body)
	all := strings.Join(pages, "")
	if r.Status != 200 || r.Header.Get("Content-Type") != "application/pdf" || !strings.Contains(r.Header.Get("Content-Disposition"), q.Number+".pdf") || len(pages) < 2 {
		t.Fatalf("%d %v, %d pages", r.Status, r.Header, len(pages))
	}
	for _, want := range []string{`(Paper filters \(100\))`, "<9F994E958336>", "(Pay within 30 days)", "00-11-22 3344", "(Total)", fmt.Sprintf("page 1 of %d", len(pages)), fmt.Sprintf("page %d of %d", len(pages), len(pages))} {
		if !strings.Contains(all, want) {
			t.Errorf("the sheet lacks %s", want)
		}
	}
	if n := strings.Count(all, `(Paper filters \(100\))`); n != 59 {
		t.Errorf("%d of 59 lines", n)
	}
	api.Into(nil, 200, "PATCH", "/customers/1", `{"version":1,"language":"zh-CN"}`)
	if r := api.Call("GET", path+"/pdf", ""); r.Status != 200 || !strings.Contains(strings.Join(drawn(t, r.Body), ""), "<62A54EF75355>") {
		t.Errorf("the file is not in the customer's language: %d", r.Status)
	}
	q.send(t, api)
	to := link(t, a, q.ID)
	looks := a.Count(`SELECT count(*) FROM quote_trace`)
	public := a.Browser().Get(to + "/pdf?lang=en")
	if words := strings.Join(drawn(t, public.Body), ""); public.Status != 200 || !strings.Contains(words, "(Total)") || strings.Contains(words, "3344") {
		t.Errorf("behind the link: %d", public.Status)
	}
	if n := a.Count(`SELECT count(*) FROM quote_trace`); n != looks {
		t.Error("a fetch of the file counts as a look")
	}
}

func TestWhoGetsTheSheet(t *testing.T) {
	a, api := shop(t)
	q := write(t, api, twoLines)
	path := fmt.Sprintf("/quotes/%d/pdf", q.ID)
	a.Anonymous().Into(nil, 401, "GET", path, "")
	if r := a.Browser().Get(path); r.Status == 200 {
		t.Error("a stranger gets the sheet")
	}
	a.Colleague("kim@example.com", auth.Member)
	b := a.Owner()
	b.Get("/settings/roles")
	b.Follow("/settings/roles/member", "reach", "own", "allowed", "customer.read", "allowed", "quote.read")
	a.API("kim@example.com", "read").Into(nil, 404, "GET", path, "")
	if r := a.SignIn("kim@example.com", apptest.Password).Get(path); r.Status != 404 {
		t.Errorf("somebody else's: %d", r.Status)
	}
	b.Follow("/settings/roles/member", "reach", "all", "allowed", "customer.read")
	a.API("kim@example.com", "read").Into(nil, 403, "GET", path, "")
	for _, bad := range []string{"/q/AAAAAAAAAAAAAAAAAAAAAA/pdf", "/q/x/pdf"} {
		if r := a.Browser().Get(bad); r.Status != 404 {
			t.Errorf("%s: %d", bad, r.Status)
		}
	}
}
