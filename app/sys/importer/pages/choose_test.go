package pages_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
)

// uploaded is a file that the owner has looked into, with its path.
func uploaded(t *testing.T, b *apptest.Browser, what, text string) string {
	t.Helper()
	csrf := token.FindStringSubmatch(b.Get("/imports/new").Body)
	kind, body := form(t, text, "_csrf", csrf[1], "kind", what)
	up := b.Do(http.MethodPost, "/imports", kind, body)
	if up.Status != http.StatusSeeOther {
		t.Fatalf("upload: %d %s", up.Status, up.Body)
	}
	return up.Location
}

func lacks(t *testing.T, page string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func TestAMistakeIsFixedInThePreview(t *testing.T) {
	a := apptest.New(t)
	b := a.Owner()
	run := uploaded(t, b, "customers", "name,birthday,email\nInes,31.02.2020,a@example.com\n,2001-02-03,b@example.com\n")
	b.Get(run)
	b.Follow(run, "column-0", "name", "column-1", "birthday", "column-2", "email", "match", "email", "on_duplicate", "skip", "do", "check")
	a.Imports.Drain(context.Background())
	page := b.Get(run).Body
	lacks(t, page, "There is no such day: 31.02.2020", `name="fix-2-birthday" value="31.02.2020"`, `name="fix-3-name" value=""`, "Type it in")
	b.Follow(run+"/fix", "fix-2-birthday", "28.02.2020", "was-2-birthday", "31.02.2020", "fix-3-name", "Jo", "was-3-name", "")
	a.Imports.Drain(context.Background())
	page = b.Get(run).Body
	lacks(t, page, "Import 2 rows", "2 cells were corrected by hand")
	if strings.Contains(page, "There is no such day") {
		t.Error("the fixed row is still wrong")
	}
	b.Follow(run, "column-0", "name", "column-1", "birthday", "column-2", "email", "match", "email", "on_duplicate", "skip", "delimiter", "", "encoding", "", "do", "run")
	a.Imports.Drain(context.Background())
	if n := a.Count(`SELECT count(*) FROM customer WHERE name = 'Jo' OR birthday = '2020-02-28'`); n != 2 {
		t.Errorf("%d as they were fixed", n)
	}
	if r := b.Post(run+"/fix", "fix-2-name", "too late"); r.Status != http.StatusConflict && r.Status != http.StatusUnprocessableEntity && !strings.Contains(r.Body, "already begun") {
		t.Errorf("after the run: %d", r.Status)
	}
}

func TestAPersonChoosesFieldByField(t *testing.T) {
	a := apptest.New(t)
	b := a.Owner()
	a.API("", "write").Into(nil, 201, "POST", "/customers", `{"name":"Harbour Street Bakery","emails":["ines@example.com"],"region":"Leeds"}`)
	run := uploaded(t, b, "customers", "name,email,region,source\nHarbour <St> Bakery,ines@example.com,Hull,fair\nNew,new@example.com,,\n")
	lacks(t, b.Get(run).Body, "Harbour &lt;St&gt; Bakery", "known by: Email", "1 match in the first 2 rows", `name="pick-region" value="file" checked`, "Will be skipped")
	r := b.Follow(run+"/pair", "line", "2", "next", "1", "on", "update", "pick-name", "here", "pick-region", "file", "pick-source", "here", "all", "1")
	lacks(t, r.Body, `name="pick-name" value="here" checked`, "You chose: update")
	b.Follow(run, "column-0", "name", "column-1", "email", "column-2", "region", "column-3", "source", "match", "email", "on_duplicate", "update", "wins", "file", "encoding", "utf-8", "do", "preview")
	b.Follow(run, "column-0", "name", "column-1", "email", "column-2", "region", "column-3", "source", "match", "email", "on_duplicate", "update", "wins", "file", "encoding", "utf-8", "do", "run")
	a.Imports.Drain(context.Background())
	if n := a.Count(`SELECT count(*) FROM customer WHERE id = 1 AND region = 'Hull'`); n != 1 {
		t.Error("the file's region was not taken")
	}
	for _, bad := range [][]string{{"line", "x"}, {"line", "-1"}, {"line", "2", "on", "explode"}, {"line", "2", "on", "update", "pick-nothing", "file"}, {"line", "2", "on", "update", "pick-name", "DROP"}} {
		other := uploaded(t, b, "customers", "name,email\nA,a@example.com\n")
		if r := b.Post(other+"/pair", bad...); r.Status != http.StatusUnprocessableEntity && r.Status != http.StatusBadRequest {
			t.Errorf("%v: %d", bad, r.Status)
		}
	}
}

func TestNobodyElseFixesOrChooses(t *testing.T) {
	a := apptest.New(t)
	b := a.Owner()
	run := uploaded(t, b, "customers", "name\nA\n")
	a.Colleague(apptest.MemberEmail, auth.Member)
	sam := a.SignIn(apptest.MemberEmail, apptest.Password)
	sam.Get("/today")
	for _, path := range []string{"/fix", "/pair"} {
		if r := a.Browser().Post(run+path, "line", "2"); r.Status == http.StatusOK || strings.HasPrefix(r.Location, "/imports") {
			t.Errorf("%s without a login: %d %s", path, r.Status, r.Location)
		}
		if r := sam.Post(run+path, "line", "2"); r.Status != http.StatusForbidden && r.Status != http.StatusNotFound {
			t.Errorf("%s by a member: %d", path, r.Status)
		}
		if r := b.Post("/imports/999"+path, "line", "2"); r.Status != http.StatusNotFound {
			t.Errorf("%s of nothing: %d", path, r.Status)
		}
		if r := b.Post(run+path, "line", "2", "_csrf", "forged"); r.Status != http.StatusForbidden {
			t.Errorf("%s forged: %d", path, r.Status)
		}
	}
}

func TestAKindWithoutKeysShowsNoEmptyBox(t *testing.T) {
	a := apptest.New(t)
	b := a.Owner()
	page := b.Get(uploaded(t, b, "payments", "order_no,amount,paid_on\n1,2,2025-01-01\n")).Body
	if strings.Contains(page, "The same when these agree") || !strings.Contains(page, `name="on_duplicate"`) {
		t.Error("payments ask how they are known")
	}
}

func TestProblemsAreSentencesInTheLanguageOfTheUser(t *testing.T) {
	for locale, want := range map[string]string{"en": "Birthday: There is no such day: 99/99/9999", "zh-CN": "生日：没有这一天：99/99/9999"} {
		a := apptest.NewIn(t, locale)
		secret, err := a.MakeToken(a.As(auth.System("shell")), apptest.OwnerEmail, "import", "write")
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			kind, body := form(t, "name,birthday,phone\nA,99/99/9999,abc\n,2001-01-01,\n", "kind", "customers", "dry_run", "true", "wins", "empty")
			req := httptest.NewRequest(http.MethodPost, "/api/v1/imports", bytes.NewReader(body.Bytes()))
			req.Header.Set("Authorization", "Bearer "+secret)
			req.Header.Set("Content-Type", kind)
			if r := a.Send(req); r.Status != http.StatusCreated {
				t.Fatalf("%d %s", r.Status, r.Body)
			}
		}
		a.Imports.Drain(context.Background())
		api := a.API("", "write")
		var found struct {
			Items []struct {
				Line         int
				Key, Message string
			}
			Total int
			Next  string `json:"next_cursor"`
		}
		api.Into(&found, 200, "GET", "/imports/1/problems?count=true&limit=1", "")
		if len(found.Items) != 1 || found.Total != 3 || found.Next == "" || found.Items[0].Message != want || found.Items[0].Key != "import.problem.birthday" {
			t.Errorf("%s: %+v", locale, found)
		}
		api.Into(&found, 200, "GET", "/imports/1/problems?fatal=true&count=true", "")
		if len(found.Items) != 1 || found.Total != 1 || found.Items[0].Line != 3 {
			t.Errorf("%s: %+v", locale, found)
		}
		var list struct {
			Items []struct{ ID int64 }
			Total int
			Next  string `json:"next_cursor"`
		}
		api.Into(&list, 200, "GET", "/imports?count=true&limit=1&sort=id&q=FAIR", "")
		if len(list.Items) != 1 || list.Total != 2 || list.Items[0].ID != 1 || list.Next == "" {
			t.Errorf("%+v", list)
		}
		for path, want := range map[string]int{"?q=nothing": 200, "?filter[state][eq]=checked": 200, "?filter[state][eq]=x": 422, "?filter[sha256][eq]=x": 422, "?sort=file": 422, "?sort=-created_at": 200,
			"?cursor=x": 422, "?limit=0": 422, "?nonsense=1": 422, "/1/problems?cursor=x": 422, "/1/problems?limit=501": 422, "/99/problems": 404} {
			if r := api.Call("GET", "/imports"+path, ""); r.Status != want {
				t.Errorf("%s: %d, want %d", path, r.Status, want)
			}
		}
	}
}

// A run of somebody else is neither listed nor counted for a member.
func TestTheListOfImportsKeepsToOnesOwn(t *testing.T) {
	a := apptest.New(t)
	uploaded(t, a.Owner(), "customers", "name\nA\n")
	actor := &auth.Actor{UserID: 77, Role: auth.Member, Reach: auth.Own}
	actor.Grant(map[string]bool{"import.write": true})
	found, err := a.Imports.Find(a.As(actor), page.Request{Count: true}, nil)
	if err != nil || len(found.Items) != 0 || *found.Total != 0 {
		t.Errorf("%+v %v", found, err)
	}
	if _, err := a.Imports.Find(a.As(&auth.Actor{UserID: 78}), page.Request{Count: true}, nil); err == nil {
		t.Error("listed without the permission")
	}
}
