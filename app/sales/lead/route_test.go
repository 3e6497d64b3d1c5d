package lead_test

import (
	"fmt"
	"html"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/sales/lead"
)

func TestLeadsGoToWhoWorks(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	b := a.Owner()
	if r := b.Get("/settings/lead-routes"); r.Status != 404 {
		t.Errorf("who works alone sees rules of assignment: %d", r.Status)
	}
	a.Colleague(apptest.MemberEmail, "member")
	b.Get("/settings")
	if r := b.Follow("/settings/lead-routes", "name", "Fairs", "sources", "Fair, 展会", "regions", "上海", "method", "turns", "at_once", "1", "active", "1"); r.Status != 200 || !strings.Contains(r.Body, "Fairs") {
		t.Fatalf("%d", r.Status)
	}
	api.Into(nil, 201, "POST", "/lead-routes", `{"name":"The rest","method":"load","people":[2],"at_once":true}`)
	owner := func(body string) (l lead.Object) {
		t.Helper()
		api.Into(&l, 201, "POST", "/leads", body)
		return l
	}
	var last int64
	for i := range 4 { // in turn
		l := owner(fmt.Sprintf(`{"name":"Fair %d","source":"fair","region":"上海徐汇","by_rules":true}`, i))
		if l.OwnerID == nil || *l.OwnerID == last || l.AssignedWhy != "turns:Fairs" {
			t.Fatalf("lead %d: %+v", i, l)
		}
		last = *l.OwnerID
	}
	if page := b.Get("/leads/1"); !strings.Contains(html.UnescapeString(page.Body), "Fairs: it was") {
		t.Error("the lead does not say why it is theirs")
	}
	l := owner(`{"name":"Else","source":"Fair","region":"Leeds","by_rules":true}`)
	if l.OwnerID == nil || *l.OwnerID != 2 || l.AssignedWhy != "load:The rest" {
		t.Errorf("%+v", l)
	}
	if l := owner(`{"name":"By hand","owner_id":1,"by_rules":true}`); *l.OwnerID != 1 {
		t.Error("the rules take what somebody was named for")
	}
	// Order counts; a version that is gone does not; a lead that lies in the pool goes on wish.
	b.Follow("/settings/lead-routes/2/place", "by", "back")
	if l := owner(`{"name":"Fair again","source":"Fair","region":"上海","by_rules":true}`); l.AssignedWhy != "load:The rest" {
		t.Errorf("%+v", l)
	}
	api.Into(nil, 409, "PUT", "/lead-routes/2", `{"version":1,"name":"The rest","method":"load"}`)
	pool := owner(`{"name":"Pool","owner_id":0}`)
	api.Into(&pool, 200, "POST", fmt.Sprintf("/leads/%d/assignment", pool.ID), `{"by_rules":true}`)
	if pool.OwnerID == nil || *pool.OwnerID != 2 || a.Count(`SELECT count(*) FROM notification WHERE kind = 'lead_given' AND user_id = 2 AND subject_id = ?`, pool.ID) != 1 {
		t.Errorf("%+v", pool)
	}
	// The one whom the rule names is away: the next rule, which means everybody.
	a.API(apptest.MemberEmail, "write").Into(nil, 201, "POST", "/approval-deputies", `{"deputy_id":1,"from":"2026-03-01","to":"2026-12-31"}`)
	for range 2 {
		if l := owner(`{"name":"Away","source":"Fair","region":"上海","by_rules":true}`); l.OwnerID == nil || *l.OwnerID != 1 || l.AssignedWhy != "turns:Fairs" {
			t.Errorf("who is away gets a lead: %+v", l)
		}
	}
}

func TestLeadsWaitForTheShopToOpen(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	a.Colleague(apptest.MemberEmail, "member")
	api.Into(nil, 201, "POST", "/lead-routes", `{"name":"All","method":"turns"}`)
	day := a.Clock.Now()
	for day.Weekday() != time.Saturday {
		day = day.Add(24 * time.Hour)
	}
	a.Pass(day.Sub(a.Clock.Now()))
	api = a.API("", "write")
	var l lead.Object
	api.Into(&l, 201, "POST", "/leads", `{"name":"Late Larry","by_rules":true}`)
	if l.OwnerID != nil || a.Count(`SELECT count(*) FROM lead WHERE waiting = 1`) != 1 {
		t.Fatalf("on a Saturday it goes to %v", l.OwnerID)
	}
	if page := a.Owner().Get("/leads/1"); !strings.Contains(page.Body, "Waits for somebody") {
		t.Error("the page does not say that it waits")
	}
	api.Into(nil, 201, "POST", "/jobs/lead_clock/runs", "{}")
	a.Settle()
	if a.Count(`SELECT count(*) FROM lead WHERE waiting = 1`) != 1 {
		t.Error("it is given while the shop is closed")
	}
	a.Pass(48 * time.Hour)
	a.API("", "write").Into(nil, 201, "POST", "/jobs/lead_clock/runs", "{}")
	a.Settle()
	if a.Count(`SELECT count(*) FROM lead WHERE waiting = 0 AND owner_id IS NOT NULL AND assigned_why = 'turns:All'`) != 1 {
		t.Error("it still waits on Monday")
	}
}

func TestRulesOfAssignmentAreTheirs(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	a.Colleague(apptest.MemberEmail, "member")
	for _, body := range []string{`{"name":"","method":"turns"}`, `{"name":"x","method":"best"}`, `{"name":"x","method":"turns","people":[99]}`, `{"name":"x","method":"turns","product_id":99}`, `{"name":"x","method":"load","form_id":99}`} {
		if r := api.Call("POST", "/lead-routes", body); r.Status != 422 {
			t.Errorf("%s answers %d", body, r.Status)
		}
	}
	api.Into(nil, 201, "POST", "/lead-routes", `{"name":"<i>x</i>","method":"turns","sources":[" a  b ","a b"]}`)
	sam := a.API(apptest.MemberEmail, "write")
	for call, body := range map[string]string{"GET /lead-routes": "", "POST /lead-routes": `{"name":"x","method":"turns"}`, "GET /lead-routes/1": "", "PUT /lead-routes/1": `{"version":1,"name":"x","method":"turns"}`, "DELETE /lead-routes/1": ""} {
		method, path, _ := strings.Cut(call, " ")
		if r := sam.Call(method, path, body); r.Status != 403 {
			t.Errorf("a member's %s answers %d", call, r.Status)
		}
	}
	if r := a.Anonymous().Call("GET", "/lead-routes", ""); r.Status != 401 {
		t.Errorf("not signed in: %d", r.Status)
	}
	b := a.Owner()
	for path, want := range map[string]int{"/settings/lead-routes": 200, "/settings/lead-routes/new": 200, "/settings/lead-routes/1": 200, "/settings/lead-routes/9": 404} {
		if r := b.Get(path); r.Status != want || strings.Contains(r.Body, "<i>x") {
			t.Errorf("%s answers %d", path, r.Status)
		}
	}
	if r := b.Post("/settings/lead-routes", "name", "x", "method", "turns", "product", "no such thing"); r.Status != 422 {
		t.Errorf("an unknown product: %d", r.Status)
	}
	api.Into(nil, 204, "DELETE", "/lead-routes/1", "")
}
