package worth_test

import (
	"context"
	"fmt"
	"math"
	"math/rand"
	"net/http"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/insight/worth"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/safego"
)

// shop has customers who buy at their own rate and leave at some time, as the
// model takes them to; regular makes them all alike instead.
func shop(t *testing.T, customers int, leave float64) *apptest.App {
	t.Helper()
	a := apptest.New(t)
	rnd := rand.New(rand.NewSource(4))
	list := make([]apptest.Buyer, customers)
	for i := range list {
		list[i].Silent = i == 6
		gap, spend := 15+rnd.ExpFloat64()*60, 500+rnd.Intn(9000)
		for day := float64(rnd.Intn(700)); day < 730; day += 1 + rnd.ExpFloat64()*gap {
			list[i].Bought = append(list[i].Bought, apptest.Bought{On: a.Clock.Now().AddDate(0, 0, int(day)-730), Total: spend + rnd.Intn(spend)})
			if rnd.Float64() < leave {
				break
			}
		}
	}
	a.Buyers(list)
	return a
}

func model(a *apptest.App) worth.Object {
	var list struct{ Items []worth.Object }
	a.API("", "read").Into(&list, http.StatusOK, http.MethodGet, "/models", "")
	return list.Items[0]
}

// With enough history of customers who come and leave, the model passes its
// trial; its sums are those of the customers.
func TestWhatIsForeseenAddsUp(t *testing.T) {
	a := shop(t, 400, .25)
	m := model(a)
	if !m.Shown || m.Reason != "" || m.N != 399 || m.Holdout == nil || m.Holdout.Model >= m.Holdout.Base {
		t.Fatalf("%+v %+v", m, m.Holdout)
	}
	var orders, alive []float64
	sum := int64(0)
	ctx := a.As(auth.System("test"))
	if err := a.DB.Reader(ctx).Get(ctx, &sum, `SELECT sum(worth) FROM prediction_worth`); err != nil {
		t.Fatal(err)
	}
	if err := a.DB.Reader(ctx).Select(ctx, &orders, `SELECT orders FROM prediction_worth`); err != nil {
		t.Fatal(err)
	}
	if err := a.DB.Reader(ctx).Select(ctx, &alive, `SELECT alive FROM prediction_worth`); err != nil {
		t.Fatal(err)
	}
	all := 0.0
	for i, n := range orders {
		all += n
		if alive[i] < 0 || alive[i] > 1 || n < 0 {
			t.Fatalf("expects %v purchases, still a customer by %v", n, alive[i])
		}
	}
	if math.Abs(all-m.Orders) > .01 || m.Worth == nil || m.Worth.Amount != fmt.Sprintf("%d.%02d", sum/100, sum%100) || len(orders) != 399 {
		t.Errorf("%v purchases and %v, the customers say %v and %v", m.Orders, m.Worth, all, sum)
	}
	if m.Terms.Source != "revenue" || m.Terms.Margin != 1 {
		t.Errorf("without costs: %+v", m.Terms)
	}
	b := a.Owner()
	page := b.Get("/insight/worth")
	if page.Status != http.StatusOK || !strings.Contains(page.Body, "How well it foresees") || strings.Contains(page.Body, "worth.") {
		t.Errorf("the page: %d", page.Status)
	}
	if r := b.Get("/customers/1"); !strings.Contains(r.Body, `id="wph"`) {
		t.Error("the record tells nothing")
	}
	if r := b.Get("/customers/7"); strings.Contains(r.Body, `id="wph"`) {
		t.Error("something is told of somebody who said no")
	}
	// Half the margin is half the worth; more than everything is refused.
	if r := b.Post("/insight/worth", "margin", "50", "discount", "10"); r.Status != http.StatusSeeOther {
		t.Fatalf("set the margin: %d", r.Status)
	}
	safego.Wait()
	half := int64(0)
	if err := a.DB.Reader(ctx).Get(ctx, &half, `SELECT sum(worth) FROM prediction_worth`); err != nil {
		t.Fatal(err)
	}
	if d := sum/2 - half; d < -400 || d > 400 {
		t.Errorf("%d at 100%% and %d at 50%%", sum, half)
	}
	for _, margin := range []string{"0", "101", "x", "NaN"} {
		if r := b.Post("/insight/worth", "margin", margin, "discount", "10"); r.Status != http.StatusUnprocessableEntity {
			t.Errorf("a margin of %s: %d", margin, r.Status)
		}
	}
	for _, after := range []string{"x", "1_x", "_"} {
		if r := b.Get("/insight/worth?after=" + after); r.Status != http.StatusNotFound {
			t.Errorf("after %s: %d", after, r.Status)
		}
	}
}

// Too little history shows nothing and says why; customers who never leave
// have no chance of being gone told.
func TestWhatCannotBeForeseenIsNotShown(t *testing.T) {
	few := shop(t, 12, .2)
	if m := model(few); m.Shown || m.Reason != "few_customers" || m.Worth != nil {
		t.Errorf("a small shop: %+v", m)
	}
	if r := few.Owner().Get("/insight/worth"); !strings.Contains(r.Body, "It takes 30 buyers") {
		t.Error("the page of a small shop does not say why")
	}
	steady := shop(t, 150, 0)
	m := model(steady)
	if m.Reason != "no_end" && m.Reason != "no_gain" && m.Reason != "not_better" {
		t.Errorf("nobody leaves: %+v", m)
	}
	if n := steady.Count(`SELECT count(*) FROM prediction_worth WHERE alive >= 0`); n != 0 {
		t.Errorf("%d have a chance told", n)
	}
}

// Where nobody bought anything for half a year, whoever foresees nothing is right:
// that proves no model.
func TestAShopThatSoldNothingOfLateForeseesNothing(t *testing.T) {
	a := shop(t, 400, .25)
	a.Clock.Add(3 * 365 * 24 * time.Hour)
	if err := a.Jobs.RunNow(a.As(auth.System("shell")), "prediction_worth"); err != nil {
		t.Fatal(err)
	}
	if m := model(a); m.Shown || m.Reason != "no_sales" || m.Worth != nil {
		t.Errorf("%+v", m)
	}
	if r := a.Owner().Get("/insight/worth"); !strings.Contains(r.Body, "Nobody bought anything in the last 182 days") {
		t.Error("the page does not say why")
	}
}

func TestWhoMaySeeWhatIsForeseen(t *testing.T) {
	a := shop(t, 10, .2)
	a.Colleague(apptest.MemberEmail, "member")
	if err := a.DB.Write(a.As(auth.System("test")), "test", func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE role SET reach = 'own' WHERE name = 'member'`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	member := a.API(apptest.MemberEmail, "write")
	for path, want := range map[string]int{"/models": http.StatusForbidden, "/customers/1/worth": http.StatusNotFound} {
		if r := member.Call(http.MethodGet, path, ""); r.Status != want {
			t.Errorf("%s: %d", path, r.Status)
		}
		if r := a.Anonymous().Call(http.MethodGet, path, ""); r.Status != http.StatusUnauthorized {
			t.Errorf("%s by nobody: %d", path, r.Status)
		}
	}
	if r := member.Call(http.MethodPut, "/models/worth/terms", `{"discount":5}`); r.Status != http.StatusForbidden {
		t.Errorf("a member sets terms: %d", r.Status)
	}
}
