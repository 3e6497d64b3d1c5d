package evaluation_test

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"regulars/app/apptest"
)

var typedModel = []string{"base", "1", "w.purchase", "10", "w.payment", "35", "w.cooperation", "10", "w.satisfaction", "15", "w.advocacy", "10", "w.lifetime_value", "20",
	"mode", "points", "b.A", "80", "b.B", "60", "b.C", "40", "s.A", "20", "s.B", "30", "s.C", "30", "s.D", "20", "hysteresis", "3", "overdue_days", "60", "overdue_grade", "C", "note", "Late payers cost us the autumn", "at_once", "1"}

func with(form []string, pairs ...string) []string {
	out := append([]string{}, form...)
	for i := 0; i < len(pairs); i += 2 {
		for k := 0; k < len(out); k += 2 {
			if out[k] == pairs[i] {
				out[k+1] = pairs[i+1]
			}
		}
	}
	return out
}

func TestWeightsAreTriedPublishedAndBroughtBack(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	b := a.Owner()
	if r := b.Get("/insight/evaluation/model"); r.Status != http.StatusOK || !strings.Contains(r.Body, `name="w.purchase" value="25"`) {
		t.Fatalf("the form: %d", r.Status)
	}
	if r := b.Post("/insight/evaluation/rehearsal", typedModel...); r.Status != http.StatusOK || !strings.Contains(r.Body, "Before and after") || !strings.Contains(r.Body, `value="35"`) {
		t.Errorf("the rehearsal: %d", r.Status)
	}
	if n := a.Count("SELECT count(*) FROM evaluation_model"); n != 1 {
		t.Fatalf("the rehearsal left %d versions", n)
	}
	for field, value := range map[string]string{"w.purchase": "NaN", "w.payment": "-5", "w.advocacy": "1e308", "b.B": "90", "mode": "x", "hysteresis": "Inf", "overdue_days": "9e9", "debt_tag": "77"} {
		for _, path := range []string{"/insight/evaluation/rehearsal", "/insight/evaluation/model"} {
			form := with(typedModel, field, value)
			if field == "debt_tag" {
				form = append(form, field, value)
			}
			if r := b.Post(path, form...); r.Status != http.StatusUnprocessableEntity {
				t.Errorf("%s with %s=%s: %d", path, field, value, r.Status)
			}
		}
	}
	page := b.Follow("/insight/evaluation/model", typedModel...)
	if page.Status != http.StatusOK || !strings.Contains(page.Body, "Late payers cost us the autumn") || !strings.Contains(page.Body, "Version 2 is published") {
		t.Fatalf("published: %d", page.Status)
	}
	// somebody else began from version 1
	stale := b.Post("/insight/evaluation/model", with(typedModel, "w.purchase", "5", "w.payment", "40")...)
	if stale.Status != http.StatusConflict || !strings.Contains(stale.Body, "published version 2 meanwhile") || !strings.Contains(stale.Body, `name="w.payment" value="40"`) || strings.Contains(stale.Body, `hx-trigger="load`) {
		t.Errorf("over another version: %d", stale.Status)
	}
	for path, want := range map[string]string{"/insight/evaluation/versions": "in force", "/insight/evaluation/versions/1": "Publish these weights again", "/insight/evaluation/versions/2": "never changed or deleted"} {
		if r := b.Get(path); r.Status != http.StatusOK || !strings.Contains(r.Body, want) {
			t.Errorf("%s: %d without %q", path, r.Status, want)
		}
	}
	set := a.Count("SELECT max(id) FROM journal_set WHERE op = 'evaluation.publish'")
	if r := a.API("", "write").Call(http.MethodPost, "/history/"+itoa(set)+"/undo", ""); r.Status != http.StatusConflict && r.Status != http.StatusUnprocessableEntity {
		t.Errorf("a publication was taken back: %d", r.Status)
	}
	page = b.Follow("/insight/evaluation/versions/1/again", "base", "2")
	if page.Status != http.StatusOK || !strings.Contains(page.Body, "version 1 again") {
		t.Errorf("brought back: %d", page.Status)
	}
}

func TestTheModelsAPI(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	api := a.API("", "write")
	var r struct {
		Customers, Judged int
		Grades            map[string]struct{ Before, After int }
	}
	weights := `"weights":{"purchase":50,"payment":50}`
	api.Into(&r, http.StatusOK, http.MethodPost, "/evaluation-models/rehearsal", `{`+weights+`}`)
	if r.Customers != 2 || r.Judged != 2 || len(r.Grades) != 4 {
		t.Errorf("%+v", r)
	}
	api.Into(nil, http.StatusConflict, http.MethodPost, "/evaluation-models", `{`+weights+`}`)
	api.Into(nil, http.StatusUnprocessableEntity, http.MethodPost, "/evaluation-models", `{"based_on":1,"weights":{"purchase":50,"payment":49}}`)
	api.Into(nil, http.StatusUnprocessableEntity, http.MethodPost, "/evaluation-models", `{"based_on":1,"weights":{"purchase":-50,"payment":150}}`)
	var m struct {
		ID      int64
		Weights map[string]float64
		InForce bool `json:"in_force"`
	}
	api.Into(&m, http.StatusCreated, http.MethodPost, "/evaluation-models", `{"based_on":1,`+weights+`,"note":"Two things count"}`)
	if m.ID != 2 || m.Weights["payment"] != 50 {
		t.Errorf("%+v", m)
	}
	api.Into(&m, http.StatusCreated, http.MethodPost, "/evaluation-models/1/again", `{"based_on":2}`)
	var list struct{ Items []struct{ ID, Repeats int64 } }
	api.Into(&list, http.StatusOK, http.MethodGet, "/evaluation-models", "")
	if len(list.Items) != 3 || list.Items[0].Repeats != 1 {
		t.Errorf("%+v", list)
	}
	api.Into(nil, http.StatusNotFound, http.MethodGet, "/evaluation-models/99", "")
	a.Colleague(apptest.MemberEmail, "member")
	sam := a.API(apptest.MemberEmail, "write")
	sam.Into(nil, http.StatusOK, http.MethodGet, "/evaluation-models/1", "")
	for _, c := range [][2]string{{"/evaluation-models/rehearsal", `{` + weights + `}`}, {"/evaluation-models", `{"based_on":3,` + weights + `}`}, {"/evaluation-models/1/again", `{"based_on":3}`}} {
		sam.Into(nil, http.StatusForbidden, http.MethodPost, c[0], c[1])
		a.Anonymous().Into(nil, http.StatusUnauthorized, http.MethodPost, c[0], c[1])
	}
	b := a.SignIn(apptest.MemberEmail, apptest.Password)
	b.Get("/settings")
	for _, path := range []string{"/insight/evaluation/model", "/insight/evaluation/rehearsal", "/insight/evaluation/versions/1/again", "/insight/evaluation/hurry"} {
		if r := b.Post(path, typedModel...); r.Status != http.StatusForbidden {
			t.Errorf("a member posts to %s: %d", path, r.Status)
		}
	}
}

func itoa(n int) string { return strconv.Itoa(n) }

// A month before the first evaluation is not one in which nobody had a grade; a
// search without a find says so, and one that finds too many says that too.
func TestWhatWasNotCountedIsNotNought(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	b := a.Owner()
	b.Get("/customers/1/evaluation")
	page := b.Get("/insight/evaluation/moves?month=" + a.Clock.Now().AddDate(-2, 0, 0).Format("2006-01")).Body
	_, months, _ := strings.Cut(page, `id="tr"`)
	months, _, _ = strings.Cut(months, "</section>")
	if strings.Count(months, "Nobody had been evaluated yet") != 6 || strings.Contains(months, `<td class="num">0`) {
		t.Errorf("months before the first evaluation: %.600s", months)
	}
	if now := b.Get("/insight/evaluation/moves").Body; !strings.Contains(now, `<td class="num">`) {
		t.Error("the running month is not told")
	}
	page = b.Get("/insight/evaluation?q=zzqqxx").Body
	if !strings.Contains(page, "Nobody found") || strings.Contains(page, "first orders and answers") {
		t.Error("a search that finds nobody speaks of an empty shop")
	}
	if strings.Contains(page, "that match best") {
		t.Error("a search that finds nobody is said to find many")
	}
	api := a.API("", "write")
	for i := range 201 {
		api.Into(nil, http.StatusCreated, http.MethodPost, "/customers", fmt.Sprintf(`{"name":"Quxley %d"}`, i))
	}
	a.Settle()
	if page := b.Get("/insight/evaluation?q=quxley").Body; !strings.Contains(page, "the 200 customers that match best") {
		t.Error("a search among some does not say so")
	}
}

// Evidence names an order as people know it.
func TestEvidenceNamesOrdersByTheirNumbers(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	var numbers []string
	if err := a.DB.Reader(context.Background()).Select(context.Background(), &numbers, `SELECT number FROM order_head WHERE customer_id = 1 AND status IN ('confirmed', 'completed') ORDER BY ordered_on DESC LIMIT 1`); err != nil || len(numbers) == 0 {
		t.Fatal(numbers, err)
	}
	if page := a.Owner().Get("/customers/1/evaluation").Body; !strings.Contains(page, "order "+numbers[0]+"<") {
		t.Errorf("the evidence does not name order %s", numbers[0])
	}
}

func TestThePagesOfTheWholeShop(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	b := a.Owner()
	b.Get("/customers/1/evaluation")
	for path, want := range map[string]string{
		"/insight/evaluation/moves": "Who brings the revenue", "/insight/evaluation/moves?month=2026-01": "January", "/insight/evaluation/validity": "Too early to say",
		"/insight/evaluation/dimensions": "Drawn towards 50", "/insight/evaluation/pairs": "Compare in pairs", "/customers/1/evaluation": "50 ", "/help/how-the-score-works": "never counted as zero",
		"/insight/evaluation/model?w.purchase=45&w.payment=0": `hx-trigger="load, change`, "/insight/evaluation/model?w.purchase=45": `name="w.purchase" value="45"`, "/insight/evaluation/moves/customers?month=2026-03&was=&became=B": "B",
	} {
		if r := b.Get(path); r.Status != http.StatusOK || !strings.Contains(r.Body, want) {
			t.Errorf("%s: %d without %q", path, r.Status, want)
		}
	}
	for _, path := range []string{"/insight/evaluation/moves?month=NaN", "/insight/evaluation/moves/customers?month=2026-03&was=E", "/insight/evaluation/versions/99"} {
		if r := b.Get(path); r.Status != http.StatusNotFound {
			t.Errorf("%s: %d", path, r.Status)
		}
	}
	b.Get("/insight/evaluation/pairs")
	var answers []string
	for i := range 15 {
		answers = append(answers, "p"+itoa(i), "0")
	}
	if r := b.Post("/insight/evaluation/pairs", answers...); r.Status != http.StatusOK || !strings.Contains(r.Body, "w.purchase=17") {
		t.Errorf("all alike: %d", r.Status)
	}
	answers[1], answers[3], answers[11] = "4", "-4", "4"
	if r := b.Post("/insight/evaluation/pairs", answers...); r.Status != http.StatusOK || !strings.Contains(r.Body, "contradicts the rest most") || strings.Contains(r.Body, "w.purchase=") {
		t.Errorf("a circle: %d", r.Status)
	}
	answers[1] = "NaN"
	if r := b.Post("/insight/evaluation/pairs", answers...); r.Status != http.StatusUnprocessableEntity {
		t.Errorf("nonsense: %d", r.Status)
	}
	a.Colleague(apptest.MemberEmail, "member")
	sam := a.SignIn(apptest.MemberEmail, apptest.Password)
	if r := sam.Get("/insight/evaluation/pairs"); r.Status != http.StatusForbidden {
		t.Errorf("a member compares: %d", r.Status)
	}
	if r := a.Browser().Get("/insight/evaluation/validity"); r.Status != http.StatusSeeOther {
		t.Errorf("a stranger: %d", r.Status)
	}
}
