package reorder_test

import (
	"context"
	"fmt"
	"math/rand"
	"net/http"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/insight/reorder"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// shop has customers who buy one product: each at their own pace, or all at
// random moments.
func shop(t *testing.T, own bool) *apptest.App {
	t.Helper()
	a := apptest.New(t)
	a.Colleague(apptest.MemberEmail, "member")
	rnd := rand.New(rand.NewSource(4))
	today := a.Clock.Now()
	err := a.DB.Write(a.As(auth.System("test")), "test", func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO product (id, name, category, once, created_at, updated_at) VALUES (1, 'Beans', 'Coffee', 0, 0, 0), (2, 'Machine', '', 1, 0, 0)`); err != nil {
			return err
		}
		order := 0
		for id := 1; id <= 80; id++ {
			if _, err := tx.Exec(ctx, `INSERT INTO customer (id, kind, name, name_key, sort_key, owner_id, no_profiling, created_at, updated_at) VALUES (?, 'person', ?, '', '', ?, ?, 0, 0)`,
				id, fmt.Sprintf("Customer %d", id), 1+id%2, id == 7); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `INSERT INTO customer_stat (customer_id) VALUES (?)`, id); err != nil {
				return err
			}
			ago := 4 + id
			for range 6 {
				order++
				if _, err := tx.Exec(ctx, `INSERT INTO order_head (id, number, customer_id, ordered_on, status, currency, total, created_at, updated_at) VALUES (?, ?, ?, ?, 'completed', 'USD', 100, 0, 0)`,
					order, fmt.Sprint("T-", order), id, today.AddDate(0, 0, -ago).Format(time.DateOnly)); err != nil {
					return err
				}
				for p := 1; p <= 2; p++ {
					if _, err := tx.Exec(ctx, `INSERT INTO order_line (order_id, product_id, name, quantity, unit_price, total) VALUES (?, ?, 'x', 1000, 50, 50)`, order, p); err != nil {
						return err
					}
				}
				if own {
					ago += 4 + id
				} else {
					ago += 1 + rnd.Intn(60)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	night(t, a)
	return a
}

func night(t *testing.T, a *apptest.App) {
	t.Helper()
	if err := a.Jobs.RunNow(a.As(auth.System("shell")), "prediction_nightly"); err != nil {
		t.Fatal(err)
	}
}

func TestEachHasTheirOwnClock(t *testing.T) {
	a := shop(t, true)
	api := a.API("", "read")
	var m reorder.ModelObject
	api.Into(&m, http.StatusOK, http.MethodGet, "/reorders/model", "")
	if !m.Shown || m.Model >= m.Base || m.N < 70 || m.Clocks != 79 {
		t.Fatalf("%+v", m)
	}
	var list struct{ Items []reorder.Object }
	api.Into(&list, http.StatusOK, http.MethodGet, "/reorders", "")
	if len(list.Items) == 0 {
		t.Fatal("nobody is due")
	}
	for _, o := range list.Items {
		if o.ProductID != 1 || o.CustomerID == 7 || o.DueOn > a.Clock.Now().AddDate(0, 0, 7).Format(time.DateOnly) {
			t.Errorf("%+v", o)
		}
	}
	var one struct{ Items []reorder.Object }
	api.Into(&one, http.StatusOK, http.MethodGet, "/customers/4/reorders", "") // every 8 days, leaning on everybody's
	if len(one.Items) != 1 || one.Items[0].GapDays <= 8 || one.Items[0].GapDays >= one.Items[0].ShopDays {
		t.Errorf("%+v", one.Items)
	}
	b := a.Owner()
	if page := b.Get("/insight/reorder"); page.Status != 200 || !strings.Contains(page.Body, "Beans") || strings.Contains(page.Body, "reorder.") {
		t.Errorf("the page: %d", page.Status)
	}
	if page := b.Get("/customers/4"); !strings.Contains(page.Body, "others every") {
		t.Error("the record is silent")
	}
	api = a.API("", "write")
	api.Into(nil, http.StatusOK, http.MethodPatch, "/customers/4", `{"version":1,"no_profiling":true}`)
	if n := a.Count(`SELECT count(*) FROM reorder_clock WHERE customer_id = 4`); n != 0 {
		t.Errorf("%d clocks of whom wants no profile", n)
	}
	before := a.Count(`SELECT count(*) FROM reorder_clock`)
	night(t, a)
	if n := a.Count(`SELECT count(*) FROM reorder_clock`); n != before {
		t.Errorf("another night changed %d to %d", before, n)
	}
}

// Where nobody keeps a rhythm of their own, nothing is told.
func TestAClockThatIsNotBetterIsHidden(t *testing.T) {
	a := shop(t, false)
	var m reorder.ModelObject
	a.API("", "read").Into(&m, http.StatusOK, http.MethodGet, "/reorders/model", "")
	if m.Shown || m.Reason != "not_better" || a.Count(`SELECT count(*) FROM reorder_clock`) != 0 {
		t.Fatalf("%+v", m)
	}
	if page := a.Owner().Get("/insight/reorder"); !strings.Contains(page.Body, "No reorder clock") {
		t.Error("the page does not say why")
	}
}

func TestClocksAreForThoseWhoMaySeeThem(t *testing.T) {
	a := shop(t, true)
	for _, path := range []string{"/reorders", "/reorders/model", "/customers/1/reorders"} {
		if r := a.Anonymous().Call(http.MethodGet, path, ""); r.Status != http.StatusUnauthorized {
			t.Errorf("%s to nobody: %d", path, r.Status)
		}
	}
	b := a.Owner()
	b.Get("/settings")
	b.Follow("/settings/roles/member", "reach", "own", "allowed", "customer.read", "allowed", "order.read")
	member := a.API(apptest.MemberEmail, "read")
	var list struct{ Items []reorder.Object }
	member.Into(&list, http.StatusOK, http.MethodGet, "/reorders", "")
	for _, o := range list.Items {
		if o.CustomerID%2 == 0 {
			t.Errorf("another's customer: %+v", o)
		}
	}
	if r := member.Call(http.MethodGet, "/customers/2/reorders", ""); r.Status != http.StatusNotFound {
		t.Errorf("another's customer: %d", r.Status)
	}
	for _, after := range []string{"x", "2026-01-01_1", "2026-01-01_a_b", "2099-01-01_1_1", "'_1_1"} {
		if r := member.Call(http.MethodGet, "/reorders?cursor="+after, ""); r.Status != http.StatusNotFound {
			t.Errorf("%s: %d", after, r.Status)
		}
	}
}
