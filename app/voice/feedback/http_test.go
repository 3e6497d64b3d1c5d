package feedback_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"regulars/app/apptest"
)

type object struct {
	ID, Version int64
	CustomerID  int64 `json:"customer_id"`
	ResponseID  int64 `json:"response_id"`
	OwnerID     int64 `json:"owner_id"`
	State       string
	DueAt       string `json:"due_at"`
	RespondedAt string `json:"responded_at"`
}

func TestACaseByAPIAndInTheBrowser(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	var surveys struct {
		Items []struct {
			ID   int64
			Kind string
		}
	}
	api.Into(&surveys, http.StatusOK, http.MethodGet, "/surveys", "")
	var nps int64
	for _, s := range surveys.Items {
		if s.Kind == "nps" {
			nps = s.ID
		}
	}
	var made struct{ ID int64 }
	api.Into(&made, http.StatusCreated, http.MethodPost, "/customers", `{"name":"Riverside Guesthouse"}`)
	api.Into(&made, http.StatusCreated, http.MethodPost, "/responses",
		fmt.Sprintf(`{"survey_id":%d,"customer_id":%d,"score":2,"comment":"Beans came <b>late</b>","channel":"staff"}`, nps, made.ID))
	if err := a.Events.Drain(context.Background()); err != nil {
		t.Fatal(err)
	}
	var cases struct{ Items []object }
	api.Into(&cases, http.StatusOK, http.MethodGet, "/feedback-cases?filter[open][eq]=true", "")
	if len(cases.Items) != 1 || cases.Items[0].State != "new" || cases.Items[0].ResponseID != made.ID || cases.Items[0].OwnerID == 0 || cases.Items[0].DueAt == "" {
		t.Fatalf("cases %+v", cases.Items)
	}
	k := cases.Items[0]
	path := fmt.Sprintf("/feedback-cases/%d", k.ID)
	for _, c := range []struct {
		state, body string
		want        int
	}{
		{"resolved", `{"cause":"x","action":"y","told":true}`, http.StatusConflict}, {"recovered", "", http.StatusUnprocessableEntity},
		{"acknowledged", "", http.StatusOK}, {"acknowledged", "{}", http.StatusOK}, {"working", `{"nonsense":1}`, http.StatusUnprocessableEntity},
	} {
		if r := api.Call(http.MethodPost, path+"/"+c.state, c.body); r.Status != c.want {
			t.Errorf("to %s: %d, want %d: %s", c.state, r.Status, c.want, r.Body)
		}
	}
	b := a.Owner()
	has(t, b.Get("/feedback-cases").Body, "Riverside Guesthouse", "left")
	has(t, b.Get(path).Body, "Beans came &lt;b&gt;late", "counts as the first reply", "Start working")
	has(t, b.Get(fmt.Sprintf("/customers/%d", k.CustomerID)).Body, "Open feedback case")
	if r := b.Post(path+"/contact", "channel", "call", "content", ""); r.Status != http.StatusUnprocessableEntity {
		t.Errorf("an empty contact: %d", r.Status)
	}
	has(t, b.Follow(path+"/contact", "channel", "call", "content", "Rang Mina").Body, "contacted the customer: Call", "In time.")
	api.Into(&k, http.StatusOK, http.MethodGet, path, "")
	if k.RespondedAt == "" || k.State != "acknowledged" {
		t.Errorf("after the call %+v", k)
	}
	b.Follow(path + "/working")
	if r := b.Post(path+"/resolved", "cause", "delivery", "action", ""); r.Status != http.StatusUnprocessableEntity {
		t.Errorf("resolved without a word: %d", r.Status)
	}
	has(t, b.Follow(path+"/resolved", "cause", "delivery", "action", "First drop", "told", "yes").Body, "First drop", "Delivery", "Planned")
	api.Into(&k, http.StatusOK, http.MethodGet, path, "")
	if k.State != "resolved" {
		t.Errorf("state %s", k.State)
	}
	has(t, b.Follow("/feedback-cases/rules", "recheck_days", "20", "reply_hours", "9", "red_hours", "3", "resolve_days", "4", "warn_percent", "60", "red_level", "A", "red_level", "B", "red_nps", "").Body, "Saved")
	if r := b.Post("/feedback-cases/rules", "recheck_days", "20", "reply_hours", "nine"); r.Status != http.StatusUnprocessableEntity || !strings.Contains(r.Body, "nine") {
		t.Errorf("hours that are no number: %d", r.Status)
	}
	var rules struct {
		ReplyHours int      `json:"reply_hours"`
		RedLevels  []string `json:"red_levels"`
		RedNPS     int      `json:"red_nps"`
	}
	if api.Into(&rules, http.StatusOK, http.MethodPatch, "/settings/feedback-cases", `{"warn_percent":50}`); rules.ReplyHours != 9 || len(rules.RedLevels) != 2 || rules.RedNPS != -1 {
		t.Errorf("the rules %+v", rules)
	}
	if r := b.Get("/feedback-cases/routes"); r.Status != http.StatusNotFound {
		t.Errorf("who works alone sees departments: %d", r.Status)
	}
	if body := b.Get(path).Body + b.Get("/feedback-cases/rules").Body; strings.Contains(body, "epartment") || strings.Contains(body, "Give to") {
		t.Error("who works alone sees traces of others")
	}
	has(t, b.Follow("/feedback-cases/causes", "name_en", "The van", "name_zh", "货车", "parent_id", "1", "active", "1").Body, "Saved", "The van")
	has(t, b.Get("/feedback-cases/causes/9").Body, "货车")
	for _, bad := range [][]string{{"name_en", "delivery"}, {"name_en", ""}, {"name_en", "x", "parent_id", "99"}, {"name_en", "The van"}} {
		if r := b.Post("/feedback-cases/causes", bad...); r.Status != http.StatusUnprocessableEntity {
			t.Errorf("cause %v: %d", bad, r.Status)
		}
	}
	if r := b.Post("/feedback-cases/causes/1", "parent_id", "9", "active", "1", "version", "1"); r.Status != http.StatusUnprocessableEntity {
		t.Errorf("a cause below itself: %d", r.Status)
	}
	if r := b.Post("/feedback-cases/causes/9", "name_en", "Vans", "active", "1", "version", "7"); r.Status != http.StatusConflict {
		t.Errorf("a stale cause: %d", r.Status)
	}
	if r := b.Get("/feedback-cases/999"); r.Status != http.StatusNotFound {
		t.Errorf("no such case: %d", r.Status)
	}
	if r := a.Anonymous().Call(http.MethodGet, "/feedback-cases", ""); r.Status != http.StatusUnauthorized {
		t.Errorf("without a token: %d", r.Status)
	}
}

// A case of a shop of two: who looks after what, a department that is asked, and
// what a colleague may not.
func TestADepartmentByAPIAndInTheBrowser(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	var team struct{ ID int64 }
	api.Into(&team, http.StatusCreated, http.MethodPost, "/teams", `{"name":"Workshop <b>"}`)
	sam := a.Colleague(apptest.MemberEmail, "member")
	api.Into(nil, http.StatusOK, http.MethodPatch, fmt.Sprintf("/users/%d", sam.ID), fmt.Sprintf(`{"team_id":%d,"version":%d}`, team.ID, sam.Version))
	api.Into(nil, http.StatusCreated, http.MethodPost, "/products", `{"name":"Assam","category":"Tea"}`)
	var route struct{ ID, Version int64 }
	api.Into(&route, http.StatusCreated, http.MethodPost, "/feedback-routes", fmt.Sprintf(`{"kind":"category","ref":"Tea","team_id":%d}`, team.ID))
	api.Into(&route, http.StatusOK, http.MethodPatch, fmt.Sprintf("/feedback-routes/%d", route.ID), fmt.Sprintf(`{"user_id":%d,"version":%d}`, sam.ID, route.Version))
	api.Into(nil, http.StatusNoContent, http.MethodPatch, fmt.Sprintf("/feedback-departments/%d", team.ID), `{"days":1}`)
	api.Into(nil, http.StatusCreated, http.MethodPost, "/customers", `{"name":"Riverside Guesthouse","owner_id":1}`)
	api.Into(nil, http.StatusCreated, http.MethodPost, "/feedback-cases", `{"customer_id":1,"words":"Stale"}`)
	var k struct {
		OwnerWhy string `json:"owner_why"`
		TeamID   int64  `json:"team_id"`
		TeamBy   string `json:"team_by"`
	}
	api.Into(&k, http.StatusOK, http.MethodPost, "/feedback-cases/1/department", fmt.Sprintf(`{"team_id":%d,"note":"How old was it?"}`, team.ID))
	if k.OwnerWhy != "customer" || k.TeamID != team.ID || k.TeamBy == "" {
		t.Errorf("asked %+v", k)
	}
	b := a.Owner()
	has(t, b.Get("/feedback-cases/1").Body, "Workshop &lt;b&gt;", "looks after this customer", "How old was it?")
	has(t, b.Get("/feedback-cases").Body, "Asked: Workshop")
	has(t, b.Get("/feedback-cases?look=board").Body, "Asked: Workshop")
	has(t, b.Get("/feedback-cases/routes").Body, "Category Tea", "Sam Okafor", "Working days")
	has(t, b.Follow("/feedback-cases/routes", "what", "product:1", "whom", fmt.Sprintf("team:%d", team.ID)).Body, "Product Assam")
	for _, bad := range [][]string{{"what", "", "whom", "team:1"}, {"what", "product:1", "whom", ""}, {"what", "product:1", "whom", "team:x"}, {"what", "<script>:1", "whom", "team:1"}} {
		if r := b.Post("/feedback-cases/routes", bad...); r.Status != http.StatusUnprocessableEntity || strings.Contains(r.Body, "<script>:") {
			t.Errorf("route %v: %d", bad, r.Status)
		}
	}
	member := a.SignIn(apptest.MemberEmail, apptest.Password)
	for _, path := range []string{"/feedback-cases/routes", "/feedback-cases/rules"} {
		if r := member.Get(path); r.Status != http.StatusForbidden {
			t.Errorf("%s for a member: %d", path, r.Status)
		}
	}
	if r := member.Post("/feedback-cases/departments/1", "days", "9"); r.Status != http.StatusForbidden {
		t.Errorf("days set by a member: %d", r.Status)
	}
	has(t, member.Get("/feedback-cases?view=team").Body, "Riverside Guesthouse")
	has(t, member.Follow("/feedback-cases/1/department-answer", "words", "Three weeks").Body, "Three weeks", "answered for the department")
	if r := b.Post("/feedback-cases/1/department-answer", "words", "x"); r.Status != http.StatusConflict {
		t.Errorf("nobody was asked: %d", r.Status)
	}
	if r := a.Anonymous().Call(http.MethodPost, "/feedback-cases/1/department", `{"team_id":1}`); r.Status != http.StatusUnauthorized {
		t.Errorf("without a token: %d", r.Status)
	}
}

func has(t *testing.T, body string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(body, w) {
			t.Errorf("the page does not say %q:\n%s", w, body)
		}
	}
}
