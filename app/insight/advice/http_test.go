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
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
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
