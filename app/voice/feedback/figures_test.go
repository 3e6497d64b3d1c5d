package feedback_test

import (
	"net/http"
	"strings"
	"testing"

	"regulars/app/apptest"
)

// A complaint is written down from the record and through the API, stands on
// the board and counts in the figures as long as it is open.
func TestAComplaintByTelephoneStandsOnTheBoard(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	api, b := a.API("", "write"), a.Owner()
	var k object
	api.Into(&k, http.StatusCreated, http.MethodPost, "/feedback-cases", `{"customer_id":2,"words":"The tea was cold"}`)
	if k.CustomerID != 2 || k.State != "new" {
		t.Fatalf("%+v", k)
	}
	has(t, b.Get("/feedback-cases/new?customer=2").Body, "单雄信")
	if page := b.Follow("/feedback-cases", "customer_id", "2", "words", "And again <b>cold</b>").Body; strings.Contains(page, "<b>cold") || !strings.Contains(page, "And again") {
		t.Error("the second complaint does not stand on the case")
	}
	if r := b.Post("/feedback-cases", "customer_id", "2", "words", " "); r.Status != http.StatusUnprocessableEntity {
		t.Errorf("without a word: %d", r.Status)
	}
	if page := b.Get("/feedback-cases?look=board").Body; !strings.Contains(page, "The tea was cold") || !strings.Contains(page, `data-to="working"`) || strings.Contains(page, `data-to="resolved"`) {
		t.Error("the board does not show the complaint with its moves")
	}
	var f struct {
		Cases, Replied int
		Reply          *float64 `json:"reply_median"`
	}
	api.Into(&f, http.StatusOK, http.MethodGet, "/feedback-cases/figures", "")
	if f.Cases != a.Count(`SELECT count(*) FROM feedback_case`) || f.Replied != 0 || f.Reply != nil {
		t.Errorf("%+v", f)
	}
	has(t, b.Get("/feedback-cases/figures").Body, "Not known yet", "Kaplan-Meier")
	a.Colleague(apptest.MemberEmail, "member")
	for path, want := range map[string]int{"/feedback-cases/999": http.StatusNotFound} {
		if r := a.API(apptest.MemberEmail, "write").Call(http.MethodGet, path, ""); r.Status != want {
			t.Errorf("%s: %d", path, r.Status)
		}
	}
	if r := api.Call(http.MethodPost, "/feedback-cases", `{"customer_id":999,"words":"x"}`); r.Status != http.StatusNotFound {
		t.Errorf("nobody's complaint: %d", r.Status)
	}
	for _, path := range []string{"/feedback-cases/figures"} {
		if r := a.Anonymous().Call(http.MethodGet, path, ""); r.Status != http.StatusUnauthorized {
			t.Errorf("%s without a sign-in: %d", path, r.Status)
		}
	}
}
