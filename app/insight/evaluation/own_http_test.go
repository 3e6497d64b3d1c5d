package evaluation_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
)

type owned struct {
	Total      *float64
	ModelID    int64  `json:"model_version"`
	WeighedBy  string `json:"weighed_by"`
	Dimensions []struct {
		Key      string
		Score    *float64
		Weight   float64
		Reasons  []struct{ Code, Text string }
		Evidence []struct {
			Kind string
			ID   int64
		}
	}
}

func (o owned) score(key string) *float64 {
	for _, d := range o.Dimensions {
		if d.Key == key {
			return d.Score
		}
	}
	return nil
}

// A checklist from the settings to the score, with what it rests on, by whom and
// until when, and back again.
func TestAChecklistFromTheSettingsToTheScore(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada","owner_id":1,"level":"A"}`)
	for range 3 {
		api.Into(nil, 201, "POST", "/orders", `{"customer_id":1,"ordered_on":"2026-02-03","status":"completed","lines":[{"name":"Tea","quantity":1,"unit_price":{"amount":"10.00","currency":"USD"}}]}`)
	}
	b := a.Owner()
	b.Get("/settings")
	page := b.Follow("/insight/evaluation/own", "kind", "checklist", "name_en", "Good to work with", "name_zh", "好相处", "need", "1", "days", "90",
		"item_text", "Plans ahead", "item_weight", "2", "item_text", "Pays the driver", "item_weight", "1", "item_text", "", "item_weight", "1")
	if page.Status != 200 || !strings.Contains(page.Body, "Good to work with") || !strings.Contains(page.Body, "weighs nothing so far") {
		t.Fatalf("made: %d %s", page.Status, page.Body)
	}
	form := with(typedModel, "w.payment", "15", "note", "They must be good to work with")
	form = append(form, "w.own_1", "20", "g0.of", "level=A", "g0.w.purchase", "40", "g0.w.own_1", "60")
	if r := b.Post("/insight/evaluation/rehearsal", form...); r.Status != 200 || !strings.Contains(r.Body, "Level A: 1 of those judged") {
		t.Errorf("rehearsed: %d", r.Status)
	}
	if page = b.Follow("/insight/evaluation/model", form...); page.Status != 200 || !strings.Contains(page.Body, "Version 2 is published") {
		t.Fatalf("published: %d", page.Status)
	}
	a.Settle()
	for path, want := range map[string]string{"/insight/evaluation/versions/2": "Plans ahead", "/insight/evaluation/dimensions": "Good to work with", "/insight/evaluation/pairs": "Good to work with",
		"/insight/evaluation": "Good to work with", "/customers/1/checklists": "Not answered", "/customers/1/evaluation": "0 answers count; 1 are needed", "/insight/evaluation/own/1": "is weighed"} {
		if r := b.Get(path); r.Status != 200 || !strings.Contains(r.Body, want) {
			t.Errorf("%s: %d without %q", path, r.Status, want)
		}
	}
	page = b.Follow("/customers/1/checklists/1", "i1.yes", "1", "i1.note", "a month ahead", "i2.yes", "0")
	if page.Status != 200 || !strings.Contains(page.Body, "yes: Plans ahead") || !strings.Contains(page.Body, "no: Pays the driver") || !strings.Contains(page.Body, "Level A") {
		t.Fatalf("filled in: %d", page.Status)
	}
	var e owned
	api.Into(&e, 200, "GET", "/customers/1/evaluation", "")
	if e.WeighedBy != "level=A" || e.score("own_1") == nil || *e.score("own_1") < 55 || e.ModelID != 2 {
		t.Errorf("%+v", e)
	}
	for _, d := range e.Dimensions {
		if d.Key != "own_1" {
			continue
		}
		if len(d.Evidence) != 2 {
			t.Fatalf("rests on %+v", d.Evidence)
		}
		r := b.Get(fmt.Sprintf("/insight/evaluation/checks/%d", d.Evidence[0].ID))
		if r.Status != http.StatusSeeOther && r.Status != 302 {
			t.Errorf("the way to the answer: %d", r.Status)
		}
	}
	if r := b.Get("/customers/1/checklists"); !strings.Contains(r.Body, "a month ahead") || !strings.Contains(r.Body, "counts until") {
		t.Error("the record does not say who answered, and until when")
	}
	// Undo takes it back, and the score follows.
	set := a.Count("SELECT max(id) FROM journal_set WHERE op = 'evaluation.check'")
	api.Into(nil, 200, "POST", "/history/"+itoa(set)+"/undo", "")
	api.Into(&e, 200, "GET", "/customers/1/evaluation", "")
	if e.score("own_1") != nil {
		t.Errorf("after undo: %v", *e.score("own_1"))
	}
	// In the last two weeks the morning card tells of it.
	b.Follow("/customers/1/checklists/1", "i1.yes", "1")
	a.Pass(80 * 24 * time.Hour)
	b = a.Owner()
	if r := b.Get("/today"); !strings.Contains(r.Body, "1 checklist ends") {
		t.Error("the morning card does not tell what ends")
	}
	if r := b.Get("/insight/evaluation/checks"); r.Status != 200 || !strings.Contains(r.Body, "Ada") {
		t.Errorf("what ends: %d", r.Status)
	}
}

func TestWhoMayMakeDimensionsAndFillThemIn(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada","owner_id":1}`)
	api.Into(nil, 201, "POST", "/customers", `{"name":"Bo","owner_id":1,"no_profiling":true}`)
	list := `{"kind":"checklist","name_en":"Good","need":1,"days":30,"items":[{"text":"Kind","weight":1}]}`
	var o struct{ ID, Version int64 }
	api.Into(&o, 201, "POST", "/evaluation-dimensions", list)
	api.Into(nil, 422, "POST", "/evaluation-dimensions", `{"kind":"checklist","name_en":"Age","need":1,"days":30,"items":[{"text":"Old","weight":1}]}`)
	api.Into(nil, 422, "POST", "/evaluation-dimensions", `{"kind":"field","name_en":"X","field_id":99,"high":10}`)
	api.Into(nil, 422, "POST", "/evaluation-dimensions", `{"kind":"count","name_en":"X","counted":"orders; DROP TABLE customer","months":3,"high":10}`)
	api.Into(nil, 422, "POST", "/evaluation-dimensions", `{"kind":"count","name_en":"X","counted":"visit","months":999,"high":10}`)
	api.Into(nil, 422, "POST", "/evaluation-dimensions", `{"kind":"count","name_en":"X","counted":"visit","months":9,"low":10,"high":10}`)
	api.Into(nil, 409, "PATCH", "/evaluation-dimensions/1", strings.Replace(list, `{`, `{"version":7,`, 1))
	api.Into(nil, 200, "PATCH", "/evaluation-dimensions/1", strings.Replace(strings.Replace(list, `"text"`, `"id":1,"text"`, 1), `{`, `{"version":1,`, 1))
	answer := `{"answers":[{"item":1,"yes":true}]}`
	api.Into(nil, 200, "POST", "/customers/1/checklists/1", answer)
	api.Into(nil, 422, "POST", "/customers/2/checklists/1", answer)
	api.Into(nil, 422, "POST", "/customers/1/checklists/1", `{"answers":[{"item":9,"yes":true}]}`)
	api.Into(nil, 422, "POST", "/customers/1/checklists/1", `{"answers":[{"item":1,"yes":true,"until":"2020-01-01"}]}`)
	api.Into(nil, 404, "POST", "/customers/99/checklists/1", answer)
	api.Into(nil, 404, "POST", "/customers/1/checklists/99", answer)

	a.Colleague("dan@example.com", "member")
	b := a.Owner()
	b.Get("/settings")
	b.Follow("/settings/roles/member", "reach", "own", "allowed", "customer.read", "allowed", "evaluation.read", "allowed", "evaluation.check")
	dan := a.API("dan@example.com", "write")
	dan.Into(nil, 403, "POST", "/evaluation-dimensions", list)
	dan.Into(nil, 403, "DELETE", "/evaluation-dimensions/1", "")
	dan.Into(nil, 404, "POST", "/customers/1/checklists/1", answer)
	dan.Into(nil, 404, "GET", "/customers/1/checklists", "")
	d := a.SignIn("dan@example.com", apptest.Password)
	for path, want := range map[string]int{"/insight/evaluation/own": 403, "/insight/evaluation/own/1": 403, "/customers/1/checklists": 404, "/insight/evaluation/checks/1": 404} {
		if r := d.Get(path); r.Status != want {
			t.Errorf("dan at %s: %d, want %d", path, r.Status, want)
		}
	}
	b.Follow("/settings/roles/member", "reach", "all", "allowed", "customer.read", "allowed", "evaluation.read")
	dan.Into(nil, 403, "POST", "/customers/1/checklists/1", answer)
	for _, path := range []string{"/evaluation-dimensions", "/customers/1/checklists"} {
		if r := a.Anonymous().Call("GET", path, ""); r.Status != 401 {
			t.Errorf("a stranger at %s: %d", path, r.Status)
		}
	}
	// What somebody filled in is theirs to read, and goes with them.
	api.Into(nil, 204, "DELETE", "/evaluation-dimensions/1", "")
	if n := a.Count("SELECT count(*) FROM evaluation_check"); n != 0 {
		t.Errorf("%d answers of a deleted checklist", n)
	}
	set := a.Count("SELECT max(id) FROM journal_set WHERE op = 'evaluation.dimension.delete'")
	api.Into(nil, 200, "POST", "/history/"+itoa(set)+"/undo", "")
	if n := a.Count("SELECT count(*) FROM evaluation_check"); n != 1 {
		t.Errorf("%d answers after undo", n)
	}
}

// Two records become one: what was filled in about either counts for the one.
func TestAMergeTakesWhatWasFilledInAlong(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada","owner_id":1}`)
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada L","owner_id":1}`)
	api.Into(nil, 201, "POST", "/evaluation-dimensions", `{"kind":"checklist","name_en":"Good","need":1,"days":30,"items":[{"text":"Kind","weight":1},{"text":"Fast","weight":1}]}`)
	api.Into(nil, 200, "POST", "/customers/1/checklists/1", `{"answers":[{"item":1,"yes":true}]}`)
	api.Into(nil, 200, "POST", "/customers/2/checklists/1", `{"answers":[{"item":1,"yes":false},{"item":2,"yes":true}]}`)
	api.Into(nil, 201, "POST", "/merges", `{"survivor_id":1,"customer_ids":[2]}`)
	var lists struct {
		Items []struct {
			Answers []struct{ Yes *bool }
		}
	}
	api.Into(&lists, 200, "GET", "/customers/1/checklists", "")
	if got := lists.Items[0].Answers; got[0].Yes == nil || !*got[0].Yes || got[1].Yes == nil || !*got[1].Yes {
		t.Errorf("after the merge: %+v", got)
	}
}
