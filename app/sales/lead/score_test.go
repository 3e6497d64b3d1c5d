package lead_test

import (
	"fmt"
	"html"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sales/lead"
)

func TestLeadsHaveAScoreWithItsReasons(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/custom-fields", `{"subject":"lead","key":"rooms","kind":"number","name_en":"Rooms","name_zh":"房间数"}`)
	api.Into(nil, 201, "POST", "/leads", `{"name":"Mira Castell","company":"Castell Hotels","source":"Website","phones":["+44 117 496 0177"],"amount":{"amount":"400","currency":"USD"},"fields":{"rooms":40}}`)
	api.Into(nil, 201, "POST", "/leads", `{"name":"Ada Field","source":"Fair","need":"Just looking"}`)
	for _, body := range []string{`{"field":"source","test":"is","value":"website","points":20}`, `{"field":"amount","test":"least","value":"300","points":15}`,
		`{"field":"fields.rooms","test":"least","value":"30","points":5}`, `{"field":"need","test":"has","value":"looking","points":-10}`} {
		api.Into(nil, 201, "POST", "/lead-score-rules", body)
	}
	var l lead.Object
	api.Into(&l, 200, "GET", "/leads/1", "")
	if l.Score != 40 || len(l.ScoreBecause) != 3 || l.ScoreBecause[0].Points != 20 || l.ScoreLearned {
		t.Fatalf("%d because %+v", l.Score, l.ScoreBecause)
	}
	b := a.Owner()
	if page := b.Get("/leads?sort=-score"); strings.Index(page.Body, `href="/leads/1"`) > strings.Index(page.Body, `href="/leads/2"`) || !strings.Contains(page.Body, ">40<") {
		t.Error("the list is not sorted by score")
	}
	if page := b.Get("/leads?filter%5Bscore%5D%5Blt%5D=0"); !strings.Contains(page.Body, `href="/leads/2"`) || strings.Contains(page.Body, `href="/leads/1"`) {
		t.Error("the list is not filtered by score")
	}
	if page := b.Get("/leads/1"); !strings.Contains(html.UnescapeString(page.Body), "+20 because: Source is website") || !strings.Contains(page.Body, "Rooms is at least 30") {
		t.Error("the page does not say why")
	}
	// The lead changes, the rule changes, the rule goes: the score follows.
	version := l.Version
	l = lead.Object{}
	api.Into(&l, 200, "PATCH", "/leads/1", fmt.Sprintf(`{"version":%d,"source":"Fair"}`, version))
	if l.Score != 20 {
		t.Errorf("another source leaves %d", l.Score)
	}
	api.Into(nil, 409, "PATCH", "/lead-score-rules/2", `{"version":9,"points":30}`)
	api.Into(nil, 200, "PATCH", "/lead-score-rules/2", `{"version":1,"points":30}`)
	if n := a.Count(`SELECT score FROM lead WHERE id = 1`); n != 35 {
		t.Errorf("another weight leaves %d", n)
	}
	if r := b.Follow("/settings/lead-score/2/delete"); r.Status != 200 || a.Count(`SELECT score FROM lead WHERE id = 1`) != 5 {
		t.Error("a rule that is gone counts")
	}
	set := a.Count(`SELECT max(id) FROM journal_set WHERE op = 'lead.score_rule_delete'`)
	if n := a.Count(`SELECT count(*) FROM journal_change WHERE tbl = 'lead' AND set_id = ?`, set); n != 0 {
		t.Error("scores are written into the history")
	}
	if r := b.Follow(fmt.Sprintf("/history/%d/undo", set)); r.Status != 200 || a.Count(`SELECT score FROM lead WHERE id = 1`) != 35 {
		t.Errorf("undo answers %d and leaves %d", r.Status, a.Count(`SELECT score FROM lead WHERE id = 1`))
	}
}

func TestRulesOfTheScoreAreTyped(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	for _, body := range []string{`{"field":"name; DROP TABLE lead","test":"is","value":"x","points":1}`, `{"field":"phone","test":"is","value":"1","points":1}`, `{"field":"source","test":"is","points":1}`,
		`{"field":"amount","test":"least","value":"many","points":1}`, `{"field":"amount","test":"least","value":"NaN","points":1}`, `{"field":"source","test":"given","points":0}`,
		`{"field":"source","test":"given","points":101}`, `{"field":"fields.none","test":"given","points":1}`, `{"field":"form","test":"is","value":"7","points":1}`, `{"field":"source","test":"like","value":"x","points":1}`} {
		if r := api.Call("POST", "/lead-score-rules", body); r.Status != 422 {
			t.Errorf("%s answers %d", body, r.Status)
		}
	}
	b := a.Owner()
	b.Get("/settings")
	if r := b.Post("/settings/lead-score", "what", "source:is", "value", `<b>"fair"</b>`, "points", "lots"); r.Status != 422 || !strings.Contains(r.Body, "&lt;b&gt;") {
		t.Errorf("%d", r.Status)
	}
	if r := b.Follow("/settings/lead-score", "what", "source:has", "value", `<b>`, "points", "−10"); r.Status != 200 || a.Count(`SELECT points FROM lead_score_rule`) != -10 || !strings.Contains(r.Body, "Too few to tell: 0") {
		t.Errorf("%d", r.Status)
	}
	if r := b.Get("/settings/lead-score/1"); r.Status != 200 {
		t.Errorf("the rule's page answers %d", r.Status)
	}
	if r := b.Get("/settings/lead-score/99"); r.Status != 404 {
		t.Errorf("a rule that is not there answers %d", r.Status)
	}
	if r := a.Anonymous().Call("GET", "/lead-score-rules", ""); r.Status != 401 {
		t.Errorf("not signed in: %d", r.Status)
	}
	if r := a.API("", "read").Call("POST", "/lead-score-rules", `{"field":"source","test":"given","points":1}`); r.Status != 403 {
		t.Errorf("a reading token writes: %d", r.Status)
	}
	a.Colleague(apptest.MemberEmail, "member")
	sam := a.API(apptest.MemberEmail, "write")
	for call, body := range map[string]string{"GET /lead-score": "", "PUT /lead-score": `{"plain":true}`, "GET /lead-score-rules": "", "GET /lead-score-rules/1": "",
		"POST /lead-score-rules": `{"field":"source","test":"given","points":1}`, "PATCH /lead-score-rules/1": `{"version":1,"points":2}`, "DELETE /lead-score-rules/1": ""} {
		method, path, _ := strings.Cut(call, " ")
		if r := sam.Call(method, path, body); r.Status != 403 {
			t.Errorf("a member's %s answers %d", call, r.Status)
		}
	}
	var told lead.ScoringObject
	api.Into(&told, 200, "PUT", "/lead-score", `{"plain":true}`)
	if !told.Plain || told.Used != "points" || told.Why != "few" || len(told.Rules) != 1 || told.Rules[0].WinRate != nil {
		t.Errorf("%+v", told)
	}
	api.Into(nil, 204, "DELETE", "/lead-score-rules/1", "")
}
