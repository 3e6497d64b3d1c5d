package evaluation_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/kit/cal"
)

type graded struct {
	Total      *float64
	Grade      *string
	RulesGrade *string `json:"rules_grade"`
	Override   *struct{ Grade, Reason, Until, By string }
}

func TestAGradeSetByHandIsShownAsSuchAndEndsByItself(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	api := a.API("", "write")
	now := func() (g graded) {
		a.API("", "write").Into(&g, http.StatusOK, http.MethodGet, "/customers/1/evaluation", "")
		return g
	}
	rules := *now().Grade
	other := "A"
	if rules == "A" {
		other = "D"
	}
	today := cal.DateOf(a.Clock.Now(), time.UTC)
	until := string(today.AddDays(10))
	for _, body := range []string{`{"grade":"E","reason":"x","until":"` + until + `"}`, `{"grade":"A","reason":"","until":"` + until + `"}`, `{"grade":"A","reason":"x","until":"2020-01-01"}`,
		`{"grade":"A","reason":"x","until":"2099-01-01"}`, `{"grade":"A","reason":"x","until":"NaN"}`, `{"grade":"A","reason":"` + strings.Repeat("x", 501) + `","until":"` + until + `"}`} {
		api.Into(nil, http.StatusUnprocessableEntity, http.MethodPut, "/customers/1/grade", body)
	}
	api.Into(nil, http.StatusOK, http.MethodPut, "/customers/1/grade", `{"grade":"`+other+`","reason":"Pays for the whole street","until":"`+until+`"}`)
	g := now()
	if *g.Grade != other || g.RulesGrade == nil || *g.RulesGrade != rules || g.Override == nil || g.Override.Reason != "Pays for the whole street" || g.Override.Until != until {
		t.Fatalf("set by hand: %+v", g)
	}
	b := a.Owner()
	for page, want := range map[string]string{"/customers/1/evaluation": "Pays for the whole street", "/customers/1": "set by hand", "/insight/evaluation": "set by hand", "/customers": "set by hand", "/customers/1/grade": "The rules say"} {
		if r := b.Get(page); r.Status != http.StatusOK || !strings.Contains(r.Body, want) {
			t.Errorf("%s: %d without %q", page, r.Status, want)
		}
	}
	// taken back, and set again in the browser
	set := a.Count("SELECT max(id) FROM journal_set WHERE op = 'evaluation.override'")
	api.Into(nil, http.StatusOK, http.MethodPost, "/history/"+itoa(set)+"/undo", "")
	if g := now(); *g.Grade != rules || g.Override != nil {
		t.Fatalf("taken back: %+v", g)
	}
	b.Get("/customers/1/grade")
	if r := b.Follow("/customers/1/grade", "grade", other, "reason", "Again", "until", until); r.Status != http.StatusOK || !strings.Contains(r.Body, "Again") {
		t.Errorf("in the browser: %d", r.Status)
	}
	if r := b.Post("/customers/1/grade", "grade", "Z", "reason", "", "until", "yesterday"); r.Status != http.StatusUnprocessableEntity {
		t.Errorf("nonsense: %d", r.Status)
	}
	b.Follow("/customers/1/grade/release")
	if g := now(); *g.Grade != rules {
		t.Errorf("released: %+v", g)
	}
	api.Into(nil, http.StatusOK, http.MethodPut, "/customers/1/grade", `{"grade":"`+other+`","reason":"Once more","until":"`+until+`"}`)
	a.Pass(11 * 24 * time.Hour)
	if g := now(); g.Override != nil || *g.Grade == other {
		t.Errorf("after the last day: %+v", g)
	}
}

func TestWhoMaySetAGradeByHand(t *testing.T) {
	a := apptest.New(t)
	a.API("", "write").Into(nil, http.StatusCreated, http.MethodPost, "/customers", `{"name":"Ada","owner_id":1}`)
	a.Colleague(apptest.MemberEmail, "member")
	body := `{"grade":"A","reason":"x","until":"` + string(cal.DateOf(a.Clock.Now(), time.UTC).AddDays(3)) + `"}`
	sam := a.API(apptest.MemberEmail, "write")
	try := func(want int) {
		t.Helper()
		sam.Into(nil, want, http.MethodPut, "/customers/1/grade", body)
		sam.Into(nil, want, http.MethodDelete, "/customers/1/grade", "")
	}
	try(http.StatusForbidden)
	a.Anonymous().Into(nil, http.StatusUnauthorized, http.MethodPut, "/customers/1/grade", body)
	b := a.Owner()
	b.Get("/settings")
	b.Follow("/settings/roles/member", "reach", "own", "allowed", "customer.read", "allowed", "evaluation.read", "allowed", "evaluation.override")
	sam = a.API(apptest.MemberEmail, "write")
	try(http.StatusNotFound) // somebody else's customer
	if r := a.SignIn(apptest.MemberEmail, apptest.Password).Get("/customers/1/grade"); r.Status != http.StatusNotFound {
		t.Errorf("the page: %d", r.Status)
	}
}
