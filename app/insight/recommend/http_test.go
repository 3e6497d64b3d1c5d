package recommend_test

import (
	"fmt"
	"math/rand"
	"net/http"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/insight/recommend"
)

// shop sells twelve products. With habit, whoever buys one of the first buys its
// fellow the next time; without, everybody buys at random.
func shop(t *testing.T, customers int, habit bool) *apptest.App {
	t.Helper()
	a := apptest.New(t)
	a.Colleague(apptest.MemberEmail, "member")
	rnd := rand.New(rand.NewSource(3))
	for p := 1; p <= 12; p++ {
		a.Put(`INSERT INTO product (id, name, once, active, created_at, updated_at) VALUES (?, ?, ?, ?, 0, 0)`, p, fmt.Sprintf("Product %d", p), p == 2, p != 6)
	}
	list := make([]apptest.Buyer, customers)
	for i := range list {
		id := i + 1
		list[i].Silent = id == 7
		group := 2*(id%6) + 1 // 1, 3, 5 … go with 2, 4, 6 …
		for n := range 4 {
			basket := []int{1 + rnd.Intn(12), 1 + rnd.Intn(12)}
			if habit {
				basket = []int{group, group + 1}
			}
			list[i].Bought = append(list[i].Bought, apptest.Bought{On: a.Clock.Now().AddDate(0, 0, -200+40*n), Total: 100, Products: basket})
		}
	}
	a.Buyers(list)
	return a
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
