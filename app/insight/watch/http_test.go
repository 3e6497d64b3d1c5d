package watch_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/insight/watch"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// shop sold ten a week for half a year, and two in the last seven days.
func shop(t *testing.T) *apptest.App {
	t.Helper()
	a := apptest.New(t)
	a.Colleague(apptest.MemberEmail, "member")
	today := a.Clock.Now()
	err := a.DB.Write(a.As(auth.System("test")), "test", func(ctx context.Context, tx *db.Tx) error {
		number := 0
		for id := 1; id <= 30; id++ {
			if _, err := tx.Exec(ctx, `INSERT INTO customer (id, kind, name, name_key, sort_key, owner_id, created_at, updated_at) VALUES (?, 'person', ?, '', '', 1, 0, 0)`, id, fmt.Sprintf("Customer %d", id)); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `INSERT INTO customer_stat (customer_id) VALUES (?)`, id); err != nil {
				return err
			}
		}
		for ago := 1; ago <= 200; ago++ {
			n := 1
			if ago > 7 && ago%2 == 0 {
				n = 2
			}
			if ago <= 7 && ago%3 != 0 {
				n = 0
			}
			for range n {
				number++
				if _, err := tx.Exec(ctx, `INSERT INTO order_head (number, customer_id, ordered_on, status, currency, total, created_at, updated_at) VALUES (?, ?, ?, 'completed', 'USD', ?, 0, 0)`,
					fmt.Sprint("T-", number), 1+number%30, today.AddDate(0, 0, -ago).Format(time.DateOnly), 4000+number%7*100); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Jobs.RunNow(a.As(auth.System("shell")), "prediction_nightly"); err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAWeekOutOfTheOrdinaryIsToldOnTheMorningCard(t *testing.T) {
	a := shop(t)
	var o watch.Object
	a.API("", "read").Into(&o, http.StatusOK, http.MethodGet, "/watch", "")
	by := map[string]watch.NumberObject{}
	for _, n := range o.Numbers {
		by[n.Key] = n
	}
	if n := by["orders"]; n.Now != 2 || n.State != "alarm" || n.Low == nil || *n.Low <= 2 || n.Weeks < 20 {
		t.Fatalf("%+v", n)
	}
	if n := by["nps"]; n.State != "unknown" || n.Low != nil {
		t.Errorf("%+v", n)
	}
	b := a.Owner()
	for _, n := range o.Numbers { // each opens its rows
		if page := b.Get(n.Rows); page.Status != http.StatusOK {
			t.Errorf("%s opens %s: %d", n.Key, n.Rows, page.Status)
		}
	}
	var list struct{ Total int }
	_, query, _ := strings.Cut(by["orders"].Rows, "?")
	if _, err := url.ParseQuery(query); err != nil {
		t.Fatal(err)
	}
	a.API("", "read").Into(&list, http.StatusOK, http.MethodGet, "/orders?count=true&"+query, "")
	if list.Total != 2 {
		t.Errorf("the list holds %d", list.Total)
	}
	page := b.Get("/insight/watch")
	if page.Status != http.StatusOK || !strings.Contains(page.Body, "Out of the ordinary") || strings.Contains(page.Body, "watch.") {
		t.Errorf("the page: %d", page.Status)
	}
	if card := b.Get("/today"); !strings.Contains(card.Body, "Orders in the last 7 days: 2, usually") {
		t.Error("the card is silent")
	}
	a.Clock.Add(24 * time.Hour)
	if card := b.Get("/today"); strings.Contains(card.Body, "Orders in the last 7 days") {
		t.Error("what is of yesterday is told today")
	}
}

func TestTheShopsNumbersAreForThoseWhoSeeAllOfIt(t *testing.T) {
	a := shop(t)
	if r := a.Anonymous().Call(http.MethodGet, "/watch", ""); r.Status != http.StatusUnauthorized {
		t.Errorf("nobody: %d", r.Status)
	}
	if r := a.API(apptest.MemberEmail, "read").Call(http.MethodGet, "/watch", ""); r.Status != http.StatusForbidden {
		t.Errorf("a member: %d", r.Status)
	}
	m := a.SignIn(apptest.MemberEmail, apptest.Password)
	if page := m.Get("/today"); page.Status != http.StatusOK || strings.Contains(page.Body, "last 7 days") {
		t.Errorf("a member's card: %d", page.Status)
	}
	if page := m.Get("/insight/watch"); page.Status != http.StatusForbidden {
		t.Errorf("a member's page: %d", page.Status)
	}
}
