package app_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
	"regulars/app/sys/web"
)

// routesOf are the routes of one wired product (the list behind it grows with
// every product that a test opens).
func routesOf(t *testing.T) []web.Route {
	t.Helper()
	seen := map[web.Route]bool{}
	var out []web.Route
	for _, r := range web.Routes() {
		if !seen[r] && r.Module != "probe" {
			seen[r] = true
			out = append(out, r)
		}
	}
	if len(out) < 40 {
		t.Fatalf("only %d routes", len(out))
	}
	return out
}

func TestEveryRouteNamesWhoMayUseIt(t *testing.T) {
	a := apptest.New(t)
	known := map[string]bool{web.Public: true, web.Visitor: true, web.Self: true}
	for _, m := range a.Web.Modules {
		for _, p := range m.Permissions {
			known[p.Name] = true
		}
	}
	for _, r := range routesOf(t) {
		if !known[r.Access] {
			t.Errorf("%s %s of %s: no module offers the permission %q", r.Method, r.Path, r.Module, r.Access)
		}
	}
}

// nowhere is a path that exists and whose record does not.
func nowhere(path string) string {
	return regexp.MustCompile(`:\w+\??`).ReplaceAllString(path, "987654")
}

// first is the path of the first record of its kind.
func first(path string) string {
	path = strings.ReplaceAll(path, "/settings/roles/:name", "/settings/roles/member")
	return regexp.MustCompile(`:\w+\??`).ReplaceAllString(path, "1")
}

func TestNoRouteAnswersAStranger(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	b := a.Browser()
	b.Get("/login")
	for _, r := range routesOf(t) {
		if r.Access == web.Public || r.Access == web.Visitor {
			continue
		}
		var got apptest.Answer
		if r.Method == http.MethodGet {
			got = b.Get(first(r.Path))
		} else {
			got = b.Post(first(r.Path))
		}
		login := got.Status == http.StatusSeeOther && strings.HasPrefix(got.Location, "/login")
		if !login && got.Status != 401 && got.Status != 403 && got.Status != 404 {
			t.Errorf("%s %s answers a stranger with %d %s", r.Method, r.Path, got.Status, got.Location)
		}
	}
}

func TestNoRouteAnswersWithoutItsPermission(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	a.Colleague(apptest.MemberEmail, auth.Member)
	forbidAll(t, a, auth.Member)
	b := a.SignIn(apptest.MemberEmail, apptest.Password)
	b.Get("/profile")
	for _, r := range routesOf(t) {
		if r.Access == web.Public || r.Access == web.Visitor || r.Access == web.Self {
			continue
		}
		var got apptest.Answer
		if r.Method == http.MethodGet {
			got = b.Get(first(r.Path))
		} else {
			got = b.Post(first(r.Path))
		}
		if got.Status != 403 && got.Status != 404 {
			t.Errorf("%s %s answers somebody without %s with %d", r.Method, r.Path, r.Access, got.Status)
		}
	}
}

// forbidAll takes every permission from a role, through its page.
func forbidAll(t *testing.T, a *apptest.App, role string) {
	t.Helper()
	b := a.Owner()
	b.Get("/settings/roles")
	if r := b.Post("/settings/roles/"+role, "reach", "all"); r.Status != http.StatusSeeOther {
		t.Fatalf("take the permissions from %s: %d %s", role, r.Status, r.Body)
	}
}

func TestNoAPIOperationAnswersWithoutTokenOrPermission(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	a.Colleague(apptest.MemberEmail, auth.Member)
	forbidAll(t, a, auth.Member)
	nobody, member := a.Anonymous(), a.API(apptest.MemberEmail, "write")
	for _, op := range operations(t, a) {
		if r := nobody.Call(op.method, op.path, op.body); r.Status != 401 {
			t.Errorf("%s %s without a token: %d", op.method, op.path, r.Status)
		}
		if slices.ContainsFunc([]string{"/me", "/notifications", "/history", "/saved-views"}, func(p string) bool { return strings.HasPrefix(op.path, p) }) {
			continue // one's own
		}
		if r := member.Call(op.method, op.path, op.body); r.Status != 403 && r.Status != 404 && r.Status != 422 {
			t.Errorf("%s %s without permission: %d %.200s", op.method, op.path, r.Status, r.Body)
		}
	}
}

type operation struct{ method, path, body string }

// operations are those that the API's own description lists.
func operations(t *testing.T, a *apptest.App) []operation {
	t.Helper()
	r := a.Send(httptest.NewRequest(http.MethodGet, "/api/v1/openapi.json", nil))
	var doc struct {
		Paths map[string]map[string]json.RawMessage `json:"paths"`
	}
	if err := json.Unmarshal([]byte(r.Body), &doc); err != nil || len(doc.Paths) < 10 {
		t.Fatalf("the API's description: %v %.200s", err, r.Body)
	}
	var out []operation
	for path, methods := range doc.Paths {
		path = strings.TrimPrefix(path, "/api/v1")
		path = regexp.MustCompile(`\{\w+\}`).ReplaceAllString(path, "1")
		for method := range methods {
			method = strings.ToUpper(method)
			body := ""
			if method == http.MethodPost || method == http.MethodPatch || method == http.MethodPut {
				body = `{"version":1}`
			}
			out = append(out, operation{method, path, body})
		}
	}
	return out
}

// raw is what a page shows when a text is missing or a value went wrong.
var raw = regexp.MustCompile(`%!\w?\(|&lt;no value&gt;|<no value>|ZgotmplZ|&lt;nil&gt;|\{[a-z_]+\}`)

// explained are what people write to be filled in; pages say so in these words.
var explained = strings.NewReplacer("{business}", "", "{name}", "", "{product}", "", "{date}", "", "{shop}", "", "{owner}", "")

func TestEveryPageRendersInBothLanguages(t *testing.T) {
	for _, locale := range []string{"en", "zh-CN"} {
		t.Run(locale, func(t *testing.T) {
			a := apptest.NewIn(t, locale)
			a.Fill()
			b := a.Owner()
			for _, r := range routesOf(t) {
				if r.Method != http.MethodGet || r.Path == "/login" || r.Path == "/setup" {
					continue
				}
				checkPage(t, a, b, first(r.Path))
				if strings.Contains(r.Path, ":") {
					if got := b.Get(nowhere(r.Path)); got.Status >= 500 || got.Status == 200 && r.Access != web.Public && r.Access != web.Visitor {
						t.Errorf("%s: %d for a record that does not exist", nowhere(r.Path), got.Status)
					}
				}
			}
			for _, path := range []string{"/login", "/forgot", "/setup", "/no/such/page"} {
				checkPage(t, a, a.Browser(), path)
			}
			for _, key := range a.Missing() {
				if strings.HasSuffix(key, ".<nil>") { // the templates' own check at start, which has no values
					continue
				}
				t.Errorf("no text for %q", key)
			}
		})
	}
}

func checkPage(t *testing.T, a *apptest.App, b *apptest.Browser, path string) {
	t.Helper()
	r := b.Get(path)
	if r.Status >= 500 {
		t.Errorf("GET %s: %d\n%.600s", path, r.Status, r.Body)
		return
	}
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") {
		return
	}
	if m := raw.FindString(explained.Replace(r.Body)); m != "" {
		i := strings.Index(r.Body, m)
		t.Errorf("GET %s shows %q: …%s…", path, m, r.Body[max(0, i-80):min(len(r.Body), i+80)])
	}
	if r.Status == 200 && !strings.Contains(strings.ToLower(r.Body), "</html>") && !strings.Contains(r.Body, "<") {
		t.Errorf("GET %s is no page", path)
	}
	if strings.Contains(r.Body, " style=") || regexp.MustCompile(`\son\w+="`).MatchString(r.Body) || regexp.MustCompile(`<script(>|\s+type="module">)`).MatchString(r.Body) {
		t.Errorf("GET %s holds an inline style, script or handler, which the content policy blocks", path)
	}
}
