package view

import (
	"bytes"
	"io"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"regulars/app/sys/i18n"
)

func ours(t *testing.T) *i18n.Bundle {
	t.Helper()
	bundle, err := i18n.Load(os.DirFS("../../../assets"))
	if err != nil {
		t.Fatal(err)
	}
	return bundle
}

// engine is the real layouts and partials with the given pages.
func engine(t *testing.T, pages map[string]string) *Engine {
	t.Helper()
	files := fstest.MapFS{}
	root := os.DirFS("../../../templates")
	for _, folder := range []string{"layouts", "partials", "errors"} {
		err := fs.WalkDir(root, folder, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			source, err := fs.ReadFile(root, name)
			files[name] = &fstest.MapFile{Data: source}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, source := range pages {
		files[name] = &fstest.MapFile{Data: []byte(source)}
	}
	e, err := New(files, os.DirFS("../../../assets"), ours(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Check(); err != nil {
		t.Fatal(err)
	}
	return e
}

func data(e *Engine, tag string) Data {
	now := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	return Data{
		Title: "Customers", Business: "Kettle & Crane", CSRF: "tok\"en", Unread: 3, Sample: true,
		Locale: e.Bundle().For(tag).At(now), Path: "/customers",
		Query: url.Values{"q": {"a b"}, "sort": {"name"}, "cursor": {"x"}},
		User:  &User{ID: 1, Name: "Mei Lin", Email: "mei@example.com", Role: "owner"},
		Nav: []NavGroup{{Items: []NavItem{
			{Key: "nav.today", Icon: "today", Href: "/", Count: 7, Current: true, Tab: true, Shortcut: "g t"},
			{Key: "nav.customers", Icon: "people", Href: "/customers", Tab: true},
			{Key: "nav.orders", Icon: "receipt", Href: "/orders", Tab: true},
		}}, {Title: "nav.group.pinned", Items: []NavItem{{Label: "Slipping <b>", Icon: "clock", Href: "/customers?view=1", Count: 9, Warm: true}}}},
		Banners: []Banner{{Kind: "bad", Text: "A job is late", Href: "/settings/health"}},
		Toasts:  []Toast{{Text: "Deleted Ada", UndoURL: "/history/5/undo"}},
		Errors:  map[string]string{"email": "no ending"},
	}
}

func page(t *testing.T, e *Engine, tag, layout, name string, d any) string {
	t.Helper()
	var out bytes.Buffer
	if err := e.Page(&out, tag, layout, name, d); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func wants(t *testing.T, got string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(got, part) {
			t.Errorf("want %q in:\n%s", part, got)
		}
	}
}

func TestPageStandsInItsLayoutInBothLanguages(t *testing.T) {
	e := engine(t, map[string]string{"x/list.html": `{{define "actions"}}<a class="btn primary" href="/new">{{t "common.add"}}</a>{{end}}<h1>{{.Ago .Body}}</h1>`})
	d := data(e, "en")
	d.Body = time.Date(2026, 11, 15, 9, 0, 0, 0, time.UTC)
	wants(t, page(t, e, "en", "app", "x/list", d), `<html lang="en">`, `<h1>6 days ago</h1>`, `(3) Customers - Kettle &amp; Crane`, `href="/new">Add</a>`,
		`Slipping &lt;b&gt;`, `action="/history/5/undo"`, `value="tok&#34;en"`, `data-shortcut="g t"`, `aria-current="page"`, `#i-today"/>`)
	d.Locale = e.Bundle().For("zh-CN").At(d.Locale.Now())
	wants(t, page(t, e, "zh-CN", "app", "x/list", &d), `<html lang="zh-CN">`, `<h1>6 天前</h1>`, `>添加</a>`)
}

func TestBlocksOfPagesDoNotMeet(t *testing.T) {
	e := engine(t, map[string]string{
		"a/list.html": `{{define "rows"}}A{{end}}{{template "rows" .}}`,
		"b/list.html": `{{define "rows"}}B{{end}}{{template "rows" .}}`,
		"c/list.html": `no blocks`,
	})
	for name, want := range map[string]string{"a/list": "A", "b/list": "B"} {
		var out bytes.Buffer
		if err := e.Fragment(&out, "en", name, "rows", data(e, "en")); err != nil || out.String() != want {
			t.Errorf("%s: %q, %v", name, out.String(), err)
		}
	}
	if err := e.Fragment(io.Discard, "en", "c/list", "rows", data(e, "en")); err == nil {
		t.Error("a block of another page was found")
	}
}

func TestAFailingPageWritesNothing(t *testing.T) {
	e := engine(t, map[string]string{"a/bad.html": `half {{.Body.Gone.Deeper}}`})
	d := data(e, "en")
	d.Body = struct{}{}
	var out bytes.Buffer
	if err := e.Page(&out, "en", "app", "a/bad", d); err == nil || out.Len() != 0 {
		t.Errorf("error %v, wrote %q", err, out.String())
	}
	if err := e.Page(&out, "en", "app", "a/bad", "text"); err == nil {
		t.Error("data that is no Data was taken")
	}
}

func TestMistakesAreFoundWithTheFileName(t *testing.T) {
	for name, source := range map[string]string{"syntax": `{{if}}`, "function": `{{nothing 1}}`, "escape": `<a href="{{if .Body}}"{{end}}>`} {
		files := fstest.MapFS{"x/" + name + ".html": {Data: []byte(source)}}
		e, err := New(files, fstest.MapFS{}, ours(t))
		if err != nil {
			t.Fatal(err)
		}
		if err := e.Check(); err == nil || !strings.Contains(err.Error(), "x/"+name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPagesRenderAtOnceInBothLanguages(t *testing.T) {
	e := engine(t, map[string]string{"x/p.html": `{{define "crumbs"}}{{t "common.save"}}{{end}}<p>{{t "common.cancel"}}</p>`})
	var wg sync.WaitGroup
	for i := range 40 {
		tag, want := "en", "<p>Cancel</p>"
		if i%2 == 1 {
			tag, want = "zh-CN", "<p>取消</p>"
		}
		wg.Go(func() {
			var out bytes.Buffer
			if err := e.Page(&out, tag, "app", "x/p", data(e, tag)); err != nil || !strings.Contains(out.String(), want) {
				t.Errorf("%s: %v", tag, err)
			}
		})
	}
	wg.Wait()
}

func TestPartials(t *testing.T) {
	e := engine(t, map[string]string{"x/form.html": `
{{template "partials/field" (dict "page" . "name" "email" "label" (t "common.email") "type" "email" "value" "a@b" "required" true "help" "h")}}
{{template "partials/field" (dict "page" . "name" "phone" "label" "P" "help" "any format")}}
{{template "partials/select" (dict "page" . "name" "level" "label" "L" "options" .Body "value" 2 "empty" "none")}}
{{template "partials/textarea" (dict "page" . "name" "notes" "label" "N" "value" "<x>")}}
{{template "partials/check" (dict "page" . "name" "keep" "label" "K" "checked" true)}}
{{template "partials/sort" (dict "page" . "key" "name" "label" "Name")}}
{{template "partials/pager" (dict "page" . "next" "abc" "summary" "1 to 50")}}
{{template "partials/empty" (dict "title" "T" "text" "x" "href" "/n" "action" "Go" "icon" "people")}}
{{template "partials/avatar" (dict "name" "Mei Lin" "size" "l" "square" true)}}
{{template "partials/pill" (dict "text" "Gold" "kind" "gold" "icon" "star")}}
{{template "partials/confirm" (dict "page" . "id" "del" "title" "Sure?" "action" "/d" "button" "Delete" "danger" true "name" "version" "value" 3)}}
{{template "partials/event" (dict "page" . "icon" "phone" "who" "Mei" "title" "called" "at" 1795251600000 "text" "**hi** <script>x</script>")}}
{{template "partials/note" (dict "text" "x" "strong" "Real" "kind" "accent")}}
{{template "partials/toast" (dict "page" . "text" "done")}}`})
	d := data(e, "en")
	d.Body = []Option{{Value: 1, Label: "one"}, {Value: 2, Label: "two"}}
	wants(t, page(t, e, "en", "plain", "x/form", d),
		`type="email" value="a@b" required aria-invalid="true" aria-describedby="f-email-e"`, `id="f-email-e"`, `no ending`,
		`aria-describedby="f-phone-h"`, `<option value="2" selected>two`, `&lt;x&gt;</textarea>`, `name="keep" value="1" checked`,
		`aria-sort="ascending"><a href="?q=a&#43;b&amp;sort=-name"`, `href="?cursor=abc&amp;q=a&#43;b&amp;sort=name"`, `First page`,
		`class="av hue-`, `pill gold`, `popover role="alertdialog"`, `name="version" value="3"`, `<strong>hi</strong>`, `<time datetime="2026-11-21`, `note accent`)
}

func TestMailHasATextTwin(t *testing.T) {
	e := engine(t, map[string]string{"mail/x.html": `<p>{{.Body}}</p>`, "mail/x.txt": "Hello {{.Body}}\n"})
	d := data(e, "en")
	d.Body = "Ada & Bo"
	wants(t, page(t, e, "en", "mail", "mail/x", d), `<p>Ada &amp; Bo</p>`, `Sent by Kettle &amp; Crane`)
	var out bytes.Buffer
	if err := e.Text(&out, "en", "mail/x", d); err != nil {
		t.Fatal(err)
	}
	wants(t, out.String(), "Hello Ada & Bo\n\n--\nSent by Kettle & Crane with Regulars.")
}

func TestErrorPages(t *testing.T) {
	e := engine(t, nil)
	for _, tag := range i18n.Tags() {
		for _, status := range []int{400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 431, 500, 503} {
			d := data(e, tag)
			d.Error, d.Body = "sentence", ErrorPage{Status: status, ID: "abc123", Wait: 5, Back: "/customers"}
			got := page(t, e, tag, "plain", "errors/error", d)
			wants(t, got, "sentence", "abc123", `href="/customers"`)
			if strings.Contains(got, "error.") {
				t.Errorf("%s %d shows a key:\n%s", tag, status, got)
			}
		}
	}
}

func TestEveryPageFileParses(t *testing.T) {
	e, err := New(os.DirFS("../../../templates"), os.DirFS("../../../assets"), ours(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Check(); err != nil {
		t.Error(err)
	}
	if len(e.Pages()) == 0 {
		t.Error("no pages found")
	}
}

func TestDatesTakeWhatSlicesHold(t *testing.T) {
	e := engine(t, nil)
	d := data(e, "en")
	type day string
	var none *time.Time
	ms := int64(1795251600000)
	for _, c := range []struct{ got, want string }{
		{d.Date("2026-11-20"), "20 Nov"}, {d.Ago(day("2026-11-21")), "today"}, {d.Date(none), ""}, {d.Date(nil), ""}, {d.Date(&ms), "21 Nov"},
		{d.Date("nonsense"), ""}, {d.ISO("2026-11-20"), "2026-11-20"}, {d.Input(ms), "2026-11-21T09:00"}, {d.Date(int64(0)), ""},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
