package analysis_test

import (
	"compress/zlib"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
	"regulars/app/sys/importer"
)

var drawing = regexp.MustCompile(`(?s)stream\n(.*?)\nendstream`)

// pages is what each page of a file draws.
func pages(t *testing.T, file string) (out []string) {
	t.Helper()
	for _, m := range drawing.FindAllStringSubmatch(file, -1) {
		z, err := zlib.NewReader(strings.NewReader(m[1]))
		if err != nil {
			t.Fatal(err)
		}
		page, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(page))
	}
	return out
}

// wide is a report of more rows and columns than a page has room for.
func wide(t *testing.T) (*apptest.App, *apptest.API, string) {
	t.Helper()
	a := apptest.New(t)
	api := a.API("", "write")
	for i := range 70 {
		api.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"name":"C%02d","owner_id":1,"region":"Region %02d (%s)","source":"S%02d"}`, i, i, strings.Repeat("long ", 14), i%30))
	}
	return a, api, "kind=customer&row=region&col=source&m=count&filter[name][contains]=C"
}

// A report on paper has its heading on every page, all its columns and rows, its
// totals and the number of each page, and says what was counted.
func TestAReportOnPaper(t *testing.T) {
	a, api, query := wide(t)
	b := a.Owner()
	var made struct{ ID int64 }
	api.Into(&made, 201, "POST", "/reports", fmt.Sprintf(`{"name":"Who is 鹤壶","query":%q}`, query))
	r := b.Get(fmt.Sprintf("/exports/reports?%s&as=shown&format=pdf&report=%d", query, made.ID))
	if r.Status != 200 || r.Header.Get("Content-Type") != "application/pdf" || !strings.Contains(r.Header.Get("Content-Disposition"), ".pdf") || !strings.Contains(r.Body, "/MediaBox [0 0 842 595]") {
		t.Fatalf("%d %v", r.Status, r.Header)
	}
	all := pages(t, r.Body)
	if len(all) < 4 {
		t.Fatalf("%d pages", len(all))
	}
	for i, p := range all {
		for _, want := range []string{fmt.Sprintf("(Page %d of %d)", i+1, len(all)), "(Region)", "(Who is )"} {
			if !strings.Contains(p, want) {
				t.Errorf("page %d lacks %s", i+1, want)
			}
		}
	}
	whole := strings.Join(all, "")
	for i := range 70 {
		if !strings.Contains(whole, fmt.Sprintf("(Region %02d \\(long", i)) {
			t.Errorf("row %d is not on paper", i)
		}
	}
	for i := range 30 {
		if !strings.Contains(whole, fmt.Sprintf("(S%02d)", i)) {
			t.Errorf("column %d is not on paper", i)
		}
	}
	for _, want := range []string{"(Total)", "Customers", "\x85) Tj", "(Columns 1 to ", "contains"} {
		if !strings.Contains(whole, want) {
			t.Errorf("the paper lacks %q", want)
		}
	}
	if a.Count(`SELECT count(*) FROM journal_set WHERE op = 'export.list'`) != 1 {
		t.Error("nobody noted that it left")
	}
	for _, path := range []string{fmt.Sprintf("/reports/%d/file", made.ID), "/reports/file?query=" + url.QueryEscape(query), fmt.Sprintf("/reports/%d/file?format=pdf", made.ID)} {
		if r := api.Call("GET", path, ""); r.Status != 200 || r.Header.Get("Content-Type") != "application/pdf" || len(pages(t, r.Body)) != len(all) {
			t.Errorf("%s: %d %s", path, r.Status, r.Header.Get("Content-Type"))
		}
	}
	for format, kind := range map[string]string{"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"} {
		if r := api.Call("GET", fmt.Sprintf("/reports/%d/file?format=%s", made.ID, format), ""); r.Status != 200 || r.Header.Get("Content-Type") != kind {
			t.Errorf("%s: %d %s", format, r.Status, r.Header.Get("Content-Type"))
		}
	}
}

// Every ready report can be put on paper, with records and without, in both
// languages.
func TestReadyReportsOnPaper(t *testing.T) {
	for _, locale := range []string{"en", "zh-CN"} {
		for _, filled := range []bool{false, true} {
			a := apptest.NewIn(t, locale)
			if filled {
				a.Fill()
			}
			b := a.Owner()
			library, err := a.Analysis().Library(a.As(auth.System("test")))
			if err != nil {
				t.Fatal(err)
			}
			for _, one := range library {
				if one.Link != "" {
					continue
				}
				r := b.Get("/exports/reports?" + one.Query + "&as=shown&format=pdf&ready=" + one.Key)
				if r.Status != 200 || len(pages(t, r.Body)) == 0 {
					t.Errorf("%s %s: %d", locale, one.Key, r.Status)
				}
			}
		}
	}
}

// Rows beyond what is put on paper are said.
func TestALongReportSaysWhatThePaperLeavesOut(t *testing.T) {
	a := apptest.New(t)
	rows := "name,region\n"
	for i := range 1003 {
		rows += fmt.Sprintf("N%d,R%d\n", i, i)
	}
	a.Import("customers", rows, importer.Options{})
	r := a.Owner().Get("/exports/reports?kind=customer&row=region&as=shown&format=pdf")
	whole := strings.Join(pages(t, r.Body), "")
	if r.Status != 200 || !strings.Contains(whole, "the first 1,000 of 1,003 rows") || !strings.Contains(whole, "(1,003)") {
		t.Errorf("%d: the paper does not say what it leaves out", r.Status)
	}
}

func TestWhoGetsAReportOnPaper(t *testing.T) {
	a, api, query := wide(t)
	var made struct{ ID int64 }
	api.Into(&made, 201, "POST", "/reports", fmt.Sprintf(`{"name":"Mine","query":%q}`, query))
	page, file, open := "/exports/reports?as=shown&format=pdf&"+query, fmt.Sprintf("/reports/%d/file", made.ID), "/reports/file?query="+url.QueryEscape(query)
	a.Colleague("sam@example.com", auth.Member)
	for _, path := range []string{file, open} {
		a.Anonymous().Into(nil, 401, "GET", path, "")
	}
	if r := a.Browser().Get(page); r.Status == 200 {
		t.Error("a stranger gets the paper")
	}
	sam, b := a.API("sam@example.com", "read"), a.Owner()
	b.Get("/settings/roles")
	b.Follow("/settings/roles/member", "reach", "own", "allowed", "customer.read", "allowed", "analysis.read", "allowed", "customer.export")
	sam.Into(nil, 404, "GET", file, "")
	if r := a.SignIn("sam@example.com", apptest.Password).Get(page + fmt.Sprintf("&report=%d", made.ID)); r.Status != 404 {
		t.Errorf("the name of another's report: %d", r.Status)
	}
	if r := sam.Call("GET", open, ""); r.Status != 200 || strings.Contains(strings.Join(pages(t, r.Body), ""), "Region 01") {
		t.Errorf("a colleague reads customers of others: %d", r.Status)
	}
	b.Follow("/settings/roles/member", "reach", "all", "allowed", "customer.read", "allowed", "analysis.read")
	sam.Into(nil, 403, "GET", open, "")
	for _, bad := range []string{"kind=nothing", "kind=customer&row=%27%3B", ""} {
		if r := api.Call("GET", "/reports/file?query="+url.QueryEscape(bad), ""); r.Status != 422 && r.Status != 404 {
			t.Errorf("%q: %d", bad, r.Status)
		}
	}
	if r := api.Call("GET", file+"?format=exe", ""); r.Status != 422 {
		t.Errorf("another format: %d", r.Status)
	}
	if r := b.Get("/exports/customers?format=pdf"); r.Status != 422 {
		t.Errorf("customers have no paper: %d", r.Status)
	}
}

// Mails bring the files that were chosen, to those who may take files out.
func TestFilesThatComeAlong(t *testing.T) {
	a, api, _ := wide(t)
	a.Colleague("sam@example.com", auth.Member)
	b := a.Owner()
	b.Get("/settings/roles")
	b.Follow("/settings/roles/member", "reach", "all", "allowed", "customer.read", "allowed", "analysis.read")
	for _, c := range []struct{ papers, files string }{{`["pdf","xlsx"]`, "xlsx pdf"}, {`["pdf"]`, "pdf"}, {`[]`, ""}, {"", "xlsx"}} {
		var made struct{ ID int64 }
		api.Into(&made, 201, "POST", "/reports", `{"name":"R","query":"kind=customer&row=source","roles":["member"]}`)
		body := `{"rhythm":"weekly","day":1,"readers":[1,2]`
		if c.papers != "" {
			body += `,"papers":` + c.papers
		}
		api.Into(nil, 200, "PUT", fmt.Sprintf("/reports/%d/mail", made.ID), body+"}")
		a.Clock.Add(8 * 24 * time.Hour)
		if err := a.Analysis().Send(a.As(auth.System("test"))); err != nil {
			t.Fatal(err)
		}
		for user, want := range map[int]string{1: c.files, 2: ""} {
			var got []string
			for _, f := range strings.Fields(c.files) {
				if a.Count(`SELECT count(*) FROM outbox, json_each(payload, '$.files') WHERE dedupe_key LIKE ? AND json_extract(value, '$.name') = ?`, fmt.Sprintf("report:%d:%%:%d", made.ID, user), "R."+f) > 0 {
					got = append(got, f)
				}
			}
			n := a.Count(`SELECT count(*) FROM outbox, json_each(payload, '$.files') WHERE dedupe_key LIKE ?`, fmt.Sprintf("report:%d:%%:%d", made.ID, user))
			if strings.Join(got, " ") != want || n != len(got) {
				t.Errorf("%q brings user %d %q, %d files, want %q", c.papers, user, got, n, want)
			}
			said := a.Count(`SELECT count(*) FROM outbox WHERE dedupe_key LIKE ? AND payload LIKE '%does not come along%'`, fmt.Sprintf("report:%d:%%:%d", made.ID, user))
			if want := min(1, len(c.files)) * (user - 1); said != want {
				t.Errorf("%q: user %d is told %d times that a file stays behind, want %d", c.papers, user, said, want)
			}
		}
		at, b := fmt.Sprintf("/reports/%d", made.ID), a.Owner()
		if p := b.Get(at); p.Status != 200 || strings.Contains(p.Body, `value="pdf" checked`) != strings.Contains(c.files, "pdf") {
			t.Errorf("%q: the form does not show what comes along", c.papers)
		}
		if r := b.Post(at+"/mail", "when", "w2", "readers", "1", "papers", "exe"); r.Status != 422 {
			t.Errorf("a paper that there is not: %d", r.Status)
		}
		api.Into(nil, 204, "DELETE", at, "")
	}
}
