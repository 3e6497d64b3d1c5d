package recommend_test

import (
	"context"
	"fmt"
	"math/rand"
	"net/http"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/insight/recommend"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// shop sells twelve products. With habit, whoever buys one of the first buys its
// fellow the next time; without, everybody buys at random.
func shop(t *testing.T, customers int, habit bool) *apptest.App {
	t.Helper()
	a := apptest.New(t)
	a.Colleague(apptest.MemberEmail, "member")
	rnd := rand.New(rand.NewSource(3))
	err := a.DB.Write(a.As(auth.System("test")), "test", func(ctx context.Context, tx *db.Tx) error {
		for p := 1; p <= 12; p++ {
			if _, err := tx.Exec(ctx, `INSERT INTO product (id, name, once, active, created_at, updated_at) VALUES (?, ?, ?, ?, 0, 0)`, p, fmt.Sprintf("Product %d", p), p == 2, p != 6); err != nil {
				return err
			}
		}
		order := 0
		for id := 1; id <= customers; id++ {
			if _, err := tx.Exec(ctx, `INSERT INTO customer (id, kind, name, name_key, sort_key, owner_id, no_profiling, created_at, updated_at) VALUES (?, 'person', ?, '', '', 1, ?, 0, 0)`,
				id, fmt.Sprintf("Customer %d", id), id == 7); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `INSERT INTO customer_stat (customer_id) VALUES (?)`, id); err != nil {
				return err
			}
			group := 2*(id%6) + 1 // 1, 3, 5 … go with 2, 4, 6 …
			for n := range 4 {
				order++
				if _, err := tx.Exec(ctx, `INSERT INTO order_head (id, number, customer_id, ordered_on, status, currency, total, created_at, updated_at) VALUES (?, ?, ?, ?, 'completed', 'USD', 100, 0, 0)`,
					order, fmt.Sprint("T-", order), id, a.Clock.Now().AddDate(0, 0, -200+40*n).Format(time.DateOnly)); err != nil {
					return err
				}
				basket := []int{1 + rnd.Intn(12), 1 + rnd.Intn(12)}
				if habit {
					basket = []int{group, group + 1}
				}
				for _, p := range basket {
					if _, err := tx.Exec(ctx, `INSERT INTO order_line (order_id, product_id, name, quantity, unit_price, total) VALUES (?, ?, 'x', 1000, 50, 50)`, order, p); err != nil {
						return err
					}
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

func read(a *apptest.App) recommend.Object {
	var o recommend.Object
	a.API("", "read").Into(&o, http.StatusOK, http.MethodGet, "/recommendations", "")
	return o
}

func next(a *apptest.App, customer int) []recommend.PairObject {
	var list struct{ Items []recommend.PairObject }
	a.API("", "read").Into(&list, http.StatusOK, http.MethodGet, fmt.Sprintf("/customers/%d/recommendations", customer), "")
	return list.Items
}

func TestWhatIsBoughtTogetherIsOfferedWithItsReason(t *testing.T) {
	a := shop(t, 60, true)
	o := read(a)
	if !o.Shown || o.Holdout == nil || o.Holdout.Model <= o.Holdout.Base || len(o.Pairs) == 0 {
		t.Fatalf("%+v", o)
	}
	for _, p := range o.Pairs {
		if p.Low <= 1 || p.Both < 5 || p.ProductID == 6 {
			t.Errorf("%+v", p)
		}
	}
	// Customer 1 buys 3 and 4, both again and again.
	if got := next(a, 1); len(got) != 2 || got[0].Both == 0 || !got[0].Has {
		t.Errorf("for customer 1: %+v", got)
	}
	// 6 have 1 and 2: 2 is bought once, so it is not offered to its owner.
	for _, p := range next(a, 6) {
		if p.ProductID == 2 {
			t.Errorf("what they own once: %+v", p)
		}
	}
	if got := next(a, 7); len(got) != 0 {
		t.Errorf("to whom wants no profile: %+v", got)
	}
	b := a.Owner()
	if page := b.Get("/insight/recommendations"); page.Status != 200 || !strings.Contains(page.Body, "Product 4") || strings.Contains(page.Body, "recommend.") {
		t.Errorf("the page: %d", page.Status)
	}
	if page := b.Get("/products/3"); !strings.Contains(page.Body, "purchases with Product 3") {
		t.Error("the product's page is silent")
	}
	if page := b.Get("/customers/1"); !strings.Contains(page.Body, "times as often as by chance") {
		t.Error("the customer's page is silent")
	}
}

// Where people buy at random, offers are no better than what sells most: nothing
// is shown, and why is said.
func TestOffersThatAreNotBetterAreHidden(t *testing.T) {
	a := shop(t, 60, false)
	if o := read(a); o.Shown || len(o.Pairs) != 0 || o.Reason == "" || o.Holdout == nil {
		t.Fatalf("%+v", o)
	}
	if got := next(a, 1); len(got) != 0 {
		t.Errorf("%+v", got)
	}
	page := a.Owner().Get("/insight/recommendations")
	if !strings.Contains(page.Body, "No recommendations") || !strings.Contains(page.Body, "60") && !strings.Contains(page.Body, "59") {
		t.Error("the page does not say why")
	}
	few := shop(t, 5, true)
	if o := read(few); o.Shown || o.Reason != "few" {
		t.Errorf("of five customers: %+v", o)
	}
}

func TestRecommendationsAreForThoseWhoMaySeeThem(t *testing.T) {
	a := shop(t, 60, true)
	for _, path := range []string{"/recommendations", "/customers/1/recommendations", "/products/1/recommendations"} {
		if r := a.Anonymous().Call(http.MethodGet, path, ""); r.Status != http.StatusUnauthorized {
			t.Errorf("%s to nobody: %d", path, r.Status)
		}
	}
	b := a.Owner()
	b.Get("/settings")
	b.Follow("/settings/roles/member", "reach", "own", "allowed", "customer.read", "allowed", "order.read")
	member := a.API(apptest.MemberEmail, "read")
	for path, want := range map[string]int{"/recommendations": 403, "/customers/1/recommendations": 404, "/products/1/recommendations": 403, "/customers/x/recommendations": 404} {
		if r := member.Call(http.MethodGet, path, ""); r.Status != want {
			t.Errorf("%s: %d, want %d", path, r.Status, want)
		}
	}
}
