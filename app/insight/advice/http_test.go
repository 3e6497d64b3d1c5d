package advice_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/insight/advice"
	"regulars/app/kit/cal"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/setting"
)

// shop has somebody due today, somebody late, somebody gone and a birthday; the
// last belongs to a colleague, one does not want to be profiled.
func shop(t *testing.T) *apptest.App {
	t.Helper()
	a := apptest.New(t)
	a.Colleague(apptest.MemberEmail, "member")
	today := a.Clock.Now()
	err := a.DB.Write(a.As(auth.System("test")), "test", func(ctx context.Context, tx *db.Tx) error {
		number := 0
		for id, c := range []struct {
			name     string
			owner    int
			silent   bool
			birthday string
			ago      []int
		}{
			{"Due", 1, false, "", []int{90, 60, 30}},
			{"Late", 1, false, "", []int{100, 70, 40}},
			{"Gone", 1, false, "", []int{900, 870, 840}},
			{"Silent", 1, true, "", []int{100, 70, 40}},
			{"Birthday", 1, false, "1990-" + today.AddDate(0, 0, 3).Format("01-02"), nil},
			{"Theirs", 2, false, "", []int{100, 70, 40}},
		} {
			if _, err := tx.Exec(ctx, `INSERT INTO customer (id, kind, name, name_key, sort_key, owner_id, birthday, no_profiling, created_at, updated_at) VALUES (?, 'person', ?, '', '', ?, ?, ?, 0, 0)`,
				id+1, c.name, c.owner, c.birthday, c.silent); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `INSERT INTO customer_stat (customer_id) VALUES (?)`, id+1); err != nil {
				return err
			}
			for _, n := range c.ago {
				number++
				if _, err := tx.Exec(ctx, `INSERT INTO order_head (number, customer_id, ordered_on, status, currency, total, created_at, updated_at) VALUES (?, ?, ?, 'completed', 'USD', 5000, 0, 0)`,
					fmt.Sprint("T-", number), id+1, today.AddDate(0, 0, -n).Format(time.DateOnly)); err != nil {
					return err
				}
			}
		}
		_, err := tx.Exec(ctx, `UPDATE role SET reach = 'own' WHERE name = 'member'`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Jobs.RunNow(a.As(auth.System("shell")), "prediction_nightly"); err != nil {
		t.Fatal(err)
	}
	return a
}

// told is what somebody is told: kind and customer.
func told(api *apptest.API, query string) string {
	var list struct{ Items []advice.Object }
	api.Into(&list, http.StatusOK, http.MethodGet, "/next-steps"+query, "")
	var out []string
	for _, s := range list.Items {
		out = append(out, s.Kind+" "+s.Customer)
	}
	return strings.Join(out, ", ")
}

func TestEachIsToldWhatToDoForTheirOwn(t *testing.T) {
	a := shop(t)
	api, member := a.API("", "write"), a.API(apptest.MemberEmail, "write")
	if got := told(api, ""); got != "late Late, gone Gone, due Due, birthday Birthday" {
		t.Errorf("the owner: %s", got)
	}
	if got := told(api, "?all=true"); !strings.Contains(got, "late Theirs") {
		t.Errorf("of all: %s", got)
	}
	if got := told(member, "?all=true"); got != "late Theirs" {
		t.Errorf("a member: %s", got)
	}
	if r := a.Anonymous().Call(http.MethodGet, "/next-steps", ""); r.Status != http.StatusUnauthorized {
		t.Errorf("nobody: %d", r.Status)
	}
	b := a.Owner()
	page := b.Get("/next-steps")
	if page.Status != http.StatusOK || !strings.Contains(page.Body, "usually every 30 days") || strings.Contains(page.Body, "advice.") || strings.Contains(page.Body, "Theirs") {
		t.Errorf("the page: %d", page.Status)
	}
}

// What was put away stays away for its time, for that person, kind and
// customer alone, and comes back when it is undone.
func TestWhatIsPutAwayStaysAwayForATime(t *testing.T) {
	a := shop(t)
	api := a.API("", "write")
	for _, body := range []string{`{"customer_id":2,"kind":"late","reason":" "}`, `{"customer_id":2,"kind":"rich","reason":"x"}`} {
		if r := api.Call(http.MethodPost, "/next-steps/dismissals", body); r.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", body, r.Status)
		}
	}
	if r := a.API(apptest.MemberEmail, "write").Call(http.MethodPost, "/next-steps/dismissals", `{"customer_id":2,"kind":"late","reason":"mine"}`); r.Status != http.StatusNotFound {
		t.Errorf("another's customer: %d", r.Status)
	}
	if r := api.Call(http.MethodPost, "/next-steps/dismissals", `{"customer_id":2,"kind":"late","reason":"on holiday"}`); r.Status >= 300 {
		t.Fatalf("put away: %d %s", r.Status, r.Body)
	}
	if got := told(api, ""); got != "gone Gone, due Due, birthday Birthday" {
		t.Errorf("after that: %s", got)
	}
	var history struct{ Items []struct{ ID int64 } }
	api.Into(&history, http.StatusOK, http.MethodGet, "/history?limit=1", "")
	api.Into(nil, http.StatusOK, http.MethodPost, fmt.Sprintf("/history/%d/undo", history.Items[0].ID), "{}")
	if got := told(api, ""); !strings.Contains(got, "late Late") {
		t.Errorf("after the undo: %s", got)
	}
	b := a.Owner()
	b.Get("/next-steps")
	if r := b.Post("/next-steps/task", "customer_id", "1", "kind", "due"); r.Status != http.StatusSeeOther {
		t.Fatalf("a task: %d %s", r.Status, r.Body)
	}
	if n := a.Count(`SELECT count(*) FROM task WHERE customer_id = 1 AND done_at IS NULL`); n != 1 {
		t.Errorf("%d tasks", n)
	}
	if got := told(api, ""); strings.Contains(got, "due Due") {
		t.Errorf("what has become a task is told again: %s", got)
	}
	for _, form := range [][]string{{"customer_id", "x", "kind", "due"}, {"customer_id", "1", "kind", "'"}, {"customer_id", "999", "kind", "due"}} {
		if r := b.Post("/next-steps/task", form...); r.Status != http.StatusNotFound {
			t.Errorf("%v: %d", form, r.Status)
		}
	}
}

// At one press a promoter is asked for a review, once a year, where the shop
// said where reviews are written; nobody else is, and the mail cannot be undone.
func TestAPromoterIsAskedAtOnePress(t *testing.T) {
	a := shop(t)
	api := a.API("", "write")
	if r := api.Call(http.MethodPost, "/next-steps/review-asks", `{"customer_id":1}`); r.Status != http.StatusConflict {
		t.Fatalf("without a page of reviews: %d %s", r.Status, r.Body)
	}
	err := a.DB.Write(a.As(auth.System("test")), "test", func(ctx context.Context, tx *db.Tx) error {
		if err := setting.Put(ctx, tx, "access.base_url", "https://crm.example.com"); err != nil {
			return err
		}
		for _, sql := range []string{
			`UPDATE survey SET actions = '{"high":[{"kind":"review","url":"https://reviews.example.com/us"}]}' WHERE kind = 'nps'`,
			`INSERT INTO customer_email (customer_id, email, position) VALUES (1, 'due@example.com', 0), (6, 'theirs@example.com', 0)`,
			`UPDATE customer_stat SET nps = 9 WHERE customer_id IN (1, 6)`,
		} {
			if _, err := tx.Exec(ctx, sql); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, `INSERT INTO survey_response (survey_id, customer_id, channel, score, answered_at, created_at, updated_at) SELECT id, 1, 'staff', 9, ?, 0, 0 FROM survey WHERE kind = 'nps'`, a.Clock.Now().AddDate(0, 0, -3).UnixMilli())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := told(api, ""); !strings.Contains(got, "promoter Due") {
		t.Fatalf("told %s", got)
	}
	b := a.Owner()
	if page := b.Get("/next-steps"); !strings.Contains(page.Body, "/next-steps/review-ask") || !strings.Contains(page.Body, "Ask for a review") {
		t.Error("there is no button")
	}
	if r := b.Post("/next-steps/review-ask", "customer_id", "1"); r.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	if n := a.Count(`SELECT count(*) FROM outbox WHERE subject_kind = 'review_ask' AND to_address = 'due@example.com' AND purpose = 'survey' AND state <> 'cancelled'`); n != 1 {
		t.Errorf("%d mails", n)
	}
	if got := told(api, ""); strings.Contains(got, "promoter Due") {
		t.Errorf("still told: %s", got)
	}
	for body, want := range map[string]int{`{"customer_id":1}`: http.StatusConflict, `{"customer_id":2}`: http.StatusConflict, `{"customer_id":999}`: http.StatusNotFound} {
		if r := api.Call(http.MethodPost, "/next-steps/review-asks", body); r.Status != want {
			t.Errorf("%s: %d, want %d", body, r.Status, want)
		}
	}
	var history struct {
		Items []struct {
			ID       int64
			Undoable bool
		}
	}
	api.Into(&history, http.StatusOK, http.MethodGet, "/history?limit=1", "")
	if history.Items[0].Undoable {
		t.Error("a sent mail is offered to be undone")
	}
	if r := a.API(apptest.MemberEmail, "write").Call(http.MethodPost, "/next-steps/review-asks", `{"customer_id":1}`); r.Status != http.StatusNotFound {
		t.Errorf("another's customer: %d", r.Status)
	}
	if r := a.Anonymous().Call(http.MethodPost, "/next-steps/review-asks", `{"customer_id":1}`); r.Status != http.StatusUnauthorized {
		t.Errorf("nobody: %d", r.Status)
	}
	for _, id := range []string{"x", "", "999"} {
		if r := b.Post("/next-steps/review-ask", "customer_id", id); r.Status != http.StatusNotFound {
			t.Errorf("%q: %d", id, r.Status)
		}
	}
}

// A birthday by the lunar calendar is told on its day of this year.
func TestALunarBirthdayIsTold(t *testing.T) {
	a := shop(t)
	l, ok := cal.ToLunar(cal.DateOf(a.Clock.Now().AddDate(0, 0, 2), time.UTC))
	if !ok {
		t.Fatal("no lunar day")
	}
	err := a.DB.Write(a.As(auth.System("test")), "test", func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE customer SET birthday = ?, birthday_lunar = 1 WHERE id = 1`, fmt.Sprintf("1980-%02d-%02d", l.Month, l.Day))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var list struct{ Items []advice.Object }
	a.API("", "read").Into(&list, http.StatusOK, http.MethodGet, "/next-steps", "")
	found := false
	for _, s := range list.Items {
		found = found || s.Kind == "birthday" && s.CustomerID == 1 && s.On == a.Clock.Now().AddDate(0, 0, 2).Format(time.DateOnly)
	}
	if !found {
		t.Errorf("%+v", list.Items)
	}
	if page := a.Owner().Get("/next-steps"); !strings.Contains(page.Body, "lunar calendar") {
		t.Error("the page does not say that it is a lunar one")
	}
}

// A product that somebody buys again about now is a step with the product's name.
func TestAProductThatIsDueIsAStep(t *testing.T) {
	a := shop(t)
	today := a.Clock.Now().Format(time.DateOnly)
	err := a.DB.Write(a.As(auth.System("test")), "test", func(ctx context.Context, tx *db.Tx) error {
		for p := 1; p <= 2; p++ {
			if _, err := tx.Exec(ctx, `INSERT INTO product (id, name, created_at, updated_at) VALUES (?, ?, 0, 0)`, p, fmt.Sprintf("Beans %d", p)); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `INSERT INTO reorder_clock (customer_id, product_id, last_on, times, gap_days, shop_days, due_on) VALUES (2, ?, '2026-01-01', 4, 21, 25, ?)`, p, today); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := told(a.API("", "write"), ""); strings.Count(got, "reorder Late") != 1 {
		t.Errorf("told %s", got)
	}
	if page := a.Owner().Get("/next-steps"); !strings.Contains(page.Body, "Beans 1") || !strings.Contains(page.Body, "/orders/new?customer=2") {
		t.Error("the page does not say which")
	}
}

// Whom the evaluation calls valuable and unhappy, and the letter counts, the
// next steps name too: the ends are those of the quadrant.
func TestTheValuableAndUnhappyAreThoseOfTheQuadrant(t *testing.T) {
	a := shop(t)
	err := a.DB.Write(a.As(auth.System("test")), "test", func(ctx context.Context, tx *db.Tx) error {
		for id, score := range map[int][2]float64{1: {50, 49.9}, 2: {49.9, 10}, 3: {90, 50}, 5: {90, -1}} {
			if _, err := tx.Exec(ctx, `UPDATE customer_stat SET value_score = ?, health_score = ? WHERE customer_id = ?`, score[0], score[1], id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	api := a.API("", "write")
	if got := told(api, ""); strings.Count(got, "rescue") != 1 || !strings.Contains(got, "rescue Due") {
		t.Errorf("told %s", got)
	}
	var list struct{ Items []struct{ ID int64 } }
	api.Into(&list, http.StatusOK, http.MethodGet, "/customers?filter[value_score][gte]=50&filter[health_score][lt]=50", "")
	if len(list.Items) != 1 || list.Items[0].ID != 1 {
		t.Errorf("the letter's list: %+v", list.Items)
	}
}
