package feedback_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
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

// Who bought again is counted once a customer, apart for cases that were put
// right, and named only where both sides are five and more; open cases stand by
// their age, and what was given is added up.
func TestWhoBoughtAgainIsCounted(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	past := func(days int) int64 { return a.Clock.Now().AddDate(0, 0, -days).UnixMilli() }
	ctx := a.As(auth.System("test"))
	for n := range 12 {
		api.Into(nil, http.StatusCreated, http.MethodPost, "/customers", fmt.Sprintf(`{"name":"Guest %d"}`, n))
		api.Into(nil, http.StatusCreated, http.MethodPost, "/feedback-cases", fmt.Sprintf(`{"customer_id":%d,"words":"Cold tea"}`, n+1))
		if n%2 == 0 { // bought again sixty days after the case
			api.Into(nil, http.StatusCreated, http.MethodPost, "/orders", fmt.Sprintf(`{"customer_id":%d,"ordered_on":%q,"status":"completed","lines":[{"name":"Tea","quantity":1,"unit_price":{"amount":"4.00","currency":"USD"}}]}`,
				n+1, a.Clock.Now().AddDate(0, 0, -40).Format("2006-01-02")))
		}
	}
	err := a.DB.Write(ctx, "test", func(ctx context.Context, tx *db.Tx) error {
		for _, q := range []string{
			`UPDATE feedback_case SET opened_at = ?1 WHERE id <= 10`,
			`UPDATE feedback_case SET resolved_at = ?1 + 1, closed_at = ?1 + 2, state = 'closed', compensation = 500 WHERE id <= 5`,
		} {
			if _, err := tx.Exec(ctx, q, past(100)); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, `UPDATE feedback_case SET opened_at = ? WHERE id = 11`, past(3))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var f struct {
		Given struct {
			Total struct{ Amount string }
			N     int
		} `json:"compensation"`
		Ages []struct{ From, N int } `json:"open_by_age"`
		Kept []struct {
			Days    int
			RightK  int `json:"put_right_bought"`
			RightN  int `json:"put_right"`
			NotK    int `json:"not_put_right_bought"`
			NotN    int `json:"not_put_right"`
			Verdict string
		} `json:"bought_again"`
	}
	api.Into(&f, http.StatusOK, http.MethodGet, "/feedback-cases/figures", "")
	if k := f.Kept[0]; k.Days != 90 || k.RightK != 3 || k.RightN != 5 || k.NotK != 2 || k.NotN != 5 || k.Verdict != "too_early" || f.Kept[1].RightN != 0 {
		t.Errorf("%+v", f.Kept)
	}
	if len(f.Ages) != 5 || f.Ages[0].N != 1 || f.Ages[1].N != 1 || f.Ages[4].N != 5 {
		t.Errorf("%+v", f.Ages)
	}
	if f.Given.N != 5 || f.Given.Total.Amount != "25.00" {
		t.Errorf("%+v", f.Given)
	}
	has(t, a.Owner().Get("/feedback-cases/figures").Body, "60% of 5 customers whose case was put right, 40% of 5", "Too early", "$25.00")
}
