package evaluation_test

import (
	"fmt"
	"net/http"
	"testing"

	"regulars/app/apptest"
)

// Everything that is decided about evaluation and written down goes back with an
// undo, and the score follows; a published version stands, and says so.
func TestWhatIsDecidedAboutEvaluationGoesBack(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada","owner_id":1}`)
	for range 3 {
		api.Into(nil, 201, "POST", "/orders", `{"customer_id":1,"ordered_on":"2026-02-03","status":"completed","lines":[{"name":"Tea","quantity":1,"unit_price":{"amount":"10.00","currency":"USD"}}]}`)
	}
	api.Into(nil, 201, "POST", "/custom-fields", `{"subject":"customer","kind":"money","name_en":"Rent"}`)
	undo := func(op string) {
		t.Helper()
		set := a.Count("SELECT max(id) FROM journal_set WHERE op = ?", op)
		api.Into(nil, 200, "POST", fmt.Sprintf("/history/%d/undo", set), "")
	}
	is := func(what, query string, want int) {
		t.Helper()
		if n := a.Count(query); n != want {
			t.Errorf("%s: %d, want %d", what, n, want)
		}
	}
	held := `SELECT count(*) FROM evaluation_override`
	byHand := `SELECT grade_by_hand FROM customer_stat WHERE customer_id = 1`
	api.Into(nil, 200, "PUT", "/customers/1/grade", `{"grade":"A","reason":"opens a second shop","until":"2026-12-31"}`)
	is("held", byHand, 1)
	undo("evaluation.override")
	is("taken back", held, 0)
	api.Into(nil, 200, "GET", "/customers/1/evaluation", "")
	is("and the score follows", byHand, 0)
	api.Into(nil, 200, "PUT", "/customers/1/grade", `{"grade":"A","reason":"opens a second shop","until":"2026-12-31"}`)
	api.Into(nil, 204, "DELETE", "/customers/1/grade", "")
	undo("evaluation.release")
	is("held again", held, 1)

	api.Into(nil, 201, "POST", "/evaluation-dimensions", `{"kind":"field","name_en":"Rent","field_id":1,"high":5000}`)
	undo("evaluation.dimension.create")
	is("not made", `SELECT count(*) FROM evaluation_dimension`, 0)
	api.Into(nil, 201, "POST", "/evaluation-dimensions", `{"kind":"checklist","name_en":"Good","need":1,"days":30,"items":[{"text":"Kind","weight":1}]}`)
	id := a.Count(`SELECT max(id) FROM evaluation_dimension`)
	api.Into(nil, 200, "PATCH", fmt.Sprintf("/evaluation-dimensions/%d", id), `{"version":1,"name_en":"Better","need":1,"days":60,"items":[{"id":1,"text":"Kind","weight":1}]}`)
	undo("evaluation.dimension.update")
	is("as it was", `SELECT count(*) FROM evaluation_dimension WHERE name_en = 'Good' AND days = 30`, 1)
	api.Into(nil, 200, "POST", fmt.Sprintf("/customers/1/checklists/%d", id), `{"answers":[{"item":1,"yes":true,"note":"always"}]}`)
	api.Into(nil, 204, "DELETE", fmt.Sprintf("/evaluation-dimensions/%d", id), "")
	undo("evaluation.dimension.delete")
	is("back with what was answered", `SELECT count(*) FROM evaluation_check WHERE note = 'always'`, 1)
	undo("evaluation.check")
	is("not answered", `SELECT count(*) FROM evaluation_check`, 0)

	api.Into(nil, 200, "PATCH", "/custom-fields/1", `{"version":1,"unscored":true}`)
	is("set apart", `SELECT unscored FROM custom_field WHERE id = 1`, 1)
	undo("custom_field.update")
	is("not set apart", `SELECT unscored FROM custom_field WHERE id = 1`, 0)

	api.Into(nil, 201, "POST", "/evaluation-models", `{"based_on":1,"weights":{"purchase":60,"satisfaction":40},"note":"other weights"}`)
	set := a.Count(`SELECT max(id) FROM journal_set WHERE op = 'evaluation.publish'`)
	if r := api.Call(http.MethodPost, fmt.Sprintf("/history/%d/undo", set), ""); r.Status != 422 && r.Status != 409 {
		t.Errorf("a published version is taken back: %d %s", r.Status, r.Body)
	}
	is("it stands", `SELECT count(*) FROM evaluation_model`, 2)

	terms := func() int {
		return a.Count(`SELECT coalesce((SELECT json_extract(value, '$.discount') FROM setting WHERE name = 'worth.terms'), -1)`)
	}
	api.Into(nil, 200, "PUT", "/models/worth/terms", `{"discount":5}`)
	api.Into(nil, 200, "PUT", "/models/worth/terms", `{"discount":7}`)
	if terms() != 7 {
		t.Errorf("terms: %d", terms())
	}
	undo("worth.terms")
	if terms() != 5 {
		t.Errorf("terms after undo: %d", terms())
	}
}

// What was answered in checklists is a list: what ends first at the front, of the
// customers that somebody sees, and of nobody who objects.
func TestAnswersThatEndAreAList(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	for _, name := range []string{"Ada", "Bo", "Cy"} {
		api.Into(nil, 201, "POST", "/customers", `{"name":"`+name+`","owner_id":1}`)
	}
	api.Into(nil, 201, "POST", "/evaluation-dimensions", `{"kind":"checklist","name_en":"Good","need":1,"days":30,"items":[{"text":"Kind","weight":1},{"text":"Prompt","weight":1}]}`)
	day := func(n int) string { return a.Clock.Now().AddDate(0, 0, n).Format("2006-01-02") }
	for id, until := range map[int]string{1: day(40), 2: day(5), 3: day(9)} {
		api.Into(nil, 200, "POST", fmt.Sprintf("/customers/%d/checklists/1", id), `{"answers":[{"item":1,"yes":true,"note":"n","until":"`+until+`"},{"item":2,"yes":false,"until":"`+until+`"}]}`)
	}
	type list struct {
		Items []struct {
			Customer  struct{ Name string }
			Text      string
			Yes       bool
			Until, By string
			Ended     bool
		}
		Next string `json:"next_cursor"`
	}
	var got list
	api.Into(&got, 200, "GET", "/evaluation-checks?ends_before="+day(20), "")
	if len(got.Items) != 4 || got.Items[0].Customer.Name != "Bo" || got.Items[0].Text != "Kind" || !got.Items[0].Yes || got.Items[3].Customer.Name != "Cy" || got.Items[0].Until != day(5) {
		t.Fatalf("%+v", got)
	}
	api.Into(&got, 200, "GET", "/evaluation-checks?limit=1&filter[yes][eq]=false", "")
	if len(got.Items) != 1 || got.Items[0].Text != "Prompt" || got.Next == "" {
		t.Errorf("%+v", got)
	}
	got = list{}
	api.Into(&got, 200, "GET", "/evaluation-checks?q=cy", "")
	if len(got.Items) != 2 {
		t.Errorf("searched: %+v", got)
	}
	for _, bad := range []string{"ends_before=tomorrow", "filter[until][lt]=x", "filter[note][eq]=n", "sort=note", "cursor=x", "nonsense=1", "filter[until);DROP][eq]=1"} {
		if r := api.Call(http.MethodGet, "/evaluation-checks?"+bad, ""); r.Status != 422 {
			t.Errorf("%s: %d", bad, r.Status)
		}
	}
	var c struct{ Version int64 }
	api.Into(&c, 200, "GET", "/customers/2", "")
	api.Into(nil, 200, "PATCH", "/customers/2", fmt.Sprintf(`{"version":%d,"no_profiling":true}`, c.Version))
	got = list{}
	api.Into(&got, 200, "GET", "/evaluation-checks?ends_before="+day(20), "")
	if len(got.Items) != 2 || got.Items[0].Customer.Name != "Cy" {
		t.Errorf("of somebody who objects: %+v", got)
	}
	a.Colleague("dan@example.com", "member")
	b := a.Owner()
	b.Get("/settings")
	b.Follow("/settings/roles/member", "reach", "own", "allowed", "customer.read", "allowed", "evaluation.read")
	dan := a.API("dan@example.com", "write")
	got = list{}
	dan.Into(&got, 200, "GET", "/evaluation-checks", "")
	if len(got.Items) != 0 {
		t.Errorf("of other people's customers: %+v", got)
	}
	b.Follow("/settings/roles/member", "reach", "all", "allowed", "customer.read")
	dan.Into(nil, 403, "GET", "/evaluation-checks", "")
	if r := a.Anonymous().Call(http.MethodGet, "/evaluation-checks", ""); r.Status != 401 {
		t.Errorf("a stranger: %d", r.Status)
	}
}
