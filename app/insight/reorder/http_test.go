package reorder_test

import (
	"context"
	"math/rand"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/insight/reorder"
	"regulars/app/kit/cal"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/i18n"
	"regulars/app/sys/view"
)

// shop has customers who buy one product: each at their own pace, or all at
// random moments.
func shop(t *testing.T, own bool) *apptest.App {
	t.Helper()
	a := apptest.New(t)
	a.Colleague(apptest.MemberEmail, "member")
	rnd := rand.New(rand.NewSource(4))
	a.Put(`INSERT INTO product (id, name, category, once, created_at, updated_at) VALUES (1, 'Beans', 'Coffee', 0, 0, 0), (2, 'Machine', '', 1, 0, 0)`)
	list := make([]apptest.Buyer, 80)
	for i := range list {
		id := i + 1
		list[i] = apptest.Buyer{Owner: 1 + id%2, Silent: id == 7}
		ago := 4 + id
		for range 6 {
			list[i].Bought = append(list[i].Bought, apptest.Bought{On: a.Clock.Now().AddDate(0, 0, -ago), Total: 100, Products: []int{1, 2}})
			if own {
				ago += 4 + id
			} else {
				ago += 1 + rnd.Intn(60)
			}
		}
	}
	a.Buyers(list)
	return a
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
	a.Night()
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

// Who has gone quiet is nobody's to be due, and a clock that errs by weeks tells
// no day.
func TestWhoHasGoneQuietIsNotDue(t *testing.T) {
	a := shop(t, true)
	err := a.DB.Write(a.As(auth.System("test")), "test", func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE prediction_buyer SET state = 'gone' WHERE customer_id = 4`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	s := reorder.New(a.DB)
	if err := s.Renew(context.Background(), cal.DateOf(a.Clock.Now(), time.UTC)); err != nil {
		t.Fatal(err)
	}
	if gone, all := a.Count(`SELECT count(*) FROM reorder_clock WHERE customer_id = 4`), a.Count(`SELECT count(*) FROM reorder_clock`); gone != 0 || all != 78 {
		t.Errorf("%d clocks of whom has gone quiet, of %d", gone, all)
	}
}

func TestAClockTellsNoFinerThanItWasTried(t *testing.T) {
	bundle, err := i18n.Load(os.DirFS("../../../assets"))
	if err != nil {
		t.Fatal(err)
	}
	d := view.Data{Locale: bundle.For(i18n.English)}
	today := cal.Date("2026-06-01")
	for _, c := range []struct {
		err  float64
		days int
		want string
		warm bool
	}{
		{43.6, -1, "about now", false}, {43.6, 5, "about now", false}, {43.6, -50, "about 7 weeks late", true}, {43.6, -90, "about 3 months late", true},
		{9, -12, "about 2 weeks late", true}, {9, 15, "in about 2 weeks", false}, {1.2, -1, "1 day late", true}, {1.2, 0, "today", false}, {1.2, 1, "tomorrow", false},
	} {
		m, clock := reorder.Model{Own: c.err}, reorder.Clock{DueOn: today.AddDays(c.days)}
		if got := m.When(d, clock, today); got != c.want || m.Beyond(clock, today) != c.warm {
			t.Errorf("%d days with an error of %v: %q, warm %v", c.days, c.err, got, m.Beyond(clock, today))
		}
	}
}
