package retention_test

import (
	"context"
	"fmt"
	"math/rand"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/insight/prediction"
	"regulars/app/insight/retention"
	"regulars/app/kit/cal"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// shop has customers who bought at random days of two years, one of whom does
// not want to be profiled.
func shop(t *testing.T, customers int) *apptest.App {
	t.Helper()
	a := apptest.New(t)
	rnd := rand.New(rand.NewSource(1))
	list := make([]apptest.Buyer, customers)
	for i := range list {
		list[i].Silent = i == 6
		for on := a.Clock.Now().AddDate(0, 0, -rnd.Intn(700)); on.Before(a.Clock.Now()); on = on.AddDate(0, 0, rnd.Intn(120)) {
			status := []string{"completed", "completed", "confirmed", "cancelled", "draft"}[rnd.Intn(5)]
			list[i].Bought = append(list[i].Bought, apptest.Bought{On: on, Status: status, Total: rnd.Intn(9000) - 800})
			if rnd.Intn(4) == 0 {
				break
			}
		}
	}
	a.Buyers(list)
	return a
}

const bought = `o.status IN ('confirmed', 'completed') AND o.total >= 0 AND o.customer_id NOT IN (SELECT id FROM customer WHERE no_profiling = 1)`

func count(t *testing.T, a *apptest.App, sql string, args ...any) (n int) {
	t.Helper()
	if err := a.DB.Reader(a.As(auth.System("test"))).Get(a.As(auth.System("test")), &n, sql, args...); err != nil {
		t.Fatal(err)
	}
	return n
}

// Every number of the table is what plain SQL counts, and opens as many people.
func TestCohortsAreWhatTheOrdersSay(t *testing.T) {
	a := shop(t, 150)
	var o retention.Object
	a.API("", "read").Into(&o, http.StatusOK, http.MethodGet, "/retention", "")
	if n := count(t, a, `SELECT count(DISTINCT o.customer_id) FROM order_head o WHERE `+bought); o.Buyers != n || n < 100 {
		t.Fatalf("%d buyers, the orders say %d", o.Buyers, n)
	}
	if n := count(t, a, `SELECT count(*) FROM (SELECT 1 FROM order_head o WHERE `+bought+` GROUP BY o.customer_id HAVING count(DISTINCT o.ordered_on) > 1)`); o.Came != n {
		t.Errorf("%d came back, the orders say %d", o.Came, n)
	}
	b := a.Owner()
	cells := 0
	for _, c := range o.Cohorts {
		if n := opens(b, fmt.Sprintf("/insight/retention/customers?cohort=%s&month=0", c.Month)); n != c.N {
			t.Errorf("%s has %d and opens %d", c.Month, c.N, n)
		}
		for _, cell := range c.Cells {
			n := count(t, a, `SELECT count(DISTINCT o.customer_id) FROM order_head o JOIN (SELECT o.customer_id, substr(min(o.ordered_on), 1, 7) AS first FROM order_head o WHERE `+bought+` GROUP BY 1) f
				ON f.customer_id = o.customer_id WHERE `+bought+` AND f.first = ? AND substr(o.ordered_on, 1, 7) = strftime('%Y-%m', ? || '-01', ? || ' months')`, c.Month, c.Month, fmt.Sprint("+", cell.Month))
			if n != cell.Buyers {
				t.Errorf("%s after %d months: %d, the orders say %d", c.Month, cell.Month, cell.Buyers, n)
			}
			if cells++; cell.Buyers > 0 && cell.Buyers < 40 && opens(b, fmt.Sprintf("/insight/retention/customers?cohort=%s&month=%d", c.Month, cell.Month)) != cell.Buyers {
				t.Errorf("%s after %d months opens others than %d", c.Month, cell.Month, cell.Buyers)
			}
			if (cell.Share == nil) != (c.N < 5) || cell.Share != nil && (*cell.Low > *cell.Share || *cell.High < *cell.Share) {
				t.Errorf("%s after %d months of %d: %+v", c.Month, cell.Month, c.N, cell)
			}
		}
	}
	if cells < 100 {
		t.Errorf("only %d cells", cells)
	}
	sum := 0
	for _, s := range o.States {
		sum += s.N
		if n := all(b, "/insight/retention/customers?state="+s.State); n != s.N {
			t.Errorf("%d are %s and the list has %d", s.N, s.State, n)
		}
	}
	if sum != o.Buyers {
		t.Errorf("the states hold %d of %d", sum, o.Buyers)
	}
	page := b.Get("/insight/retention")
	if page.Status != http.StatusOK || !strings.Contains(page.Body, `class="num hatch`) || strings.Contains(page.Body, "retention.") {
		t.Errorf("the page: %d", page.Status)
	}
}

var link = regexp.MustCompile(`<a class="nm" href="/customers/\d+"`)

func opens(b *apptest.Browser, path string) int {
	return len(link.FindAllString(b.Get(path).Body, -1))
}

var next = regexp.MustCompile(`rel="next" href="([^"]+)"`)

// all counts a list over its pages.
func all(b *apptest.Browser, path string) int {
	n := 0
	for path != "" {
		page := b.Get(path)
		n += len(link.FindAllString(page.Body, -1))
		path = ""
		if m := next.FindStringSubmatch(page.Body); m != nil {
			path = strings.ReplaceAll(m[1], "&amp;", "&")
		}
	}
	return n
}

// The page shows what the trial of the alarms came to, whatever that is, and an
// alarm that is off names nobody anywhere.
func TestTheTrialOfTheAlarmsIsShown(t *testing.T) {
	a := shop(t, 150)
	var o retention.Object
	a.API("", "read").Into(&o, http.StatusOK, http.MethodGet, "/retention", "")
	if len(o.Silence) != 2 || o.Silence[1].State != prediction.Gone || o.Silence[1].Outcome != prediction.Better || o.Silence[1].Back >= o.Silence[1].N {
		t.Fatalf("%+v", o.Silence)
	}
	if page := a.Owner().Get("/insight/retention").Body; !strings.Contains(page, "Does being late mean anything here?") || !strings.Contains(page, "Who had gone quiet came back clearly less often") {
		t.Error("the page does not show it")
	}
	random := apptest.New(t)
	rnd, list := rand.New(rand.NewSource(2)), make([]apptest.Buyer, 150)
	for i := range list {
		for on := random.Clock.Now().AddDate(0, 0, -600); on.Before(random.Clock.Now()); on = on.AddDate(0, 0, 1+int(rnd.ExpFloat64()*20)) {
			list[i].Bought = append(list[i].Bought, apptest.Bought{On: on, Total: 100})
		}
	}
	random.Buyers(list)
	random.API("", "read").Into(&o, http.StatusOK, http.MethodGet, "/retention", "")
	if o.Silence[0].Outcome != prediction.NotBetter || count(t, random, `SELECT count(*) FROM prediction_buyer WHERE state = 'late'`) != 0 {
		t.Errorf("%+v", o.Silence)
	}
	b := random.Owner()
	if page := b.Get("/insight/retention").Body; !strings.Contains(page, "Nobody is called late") || strings.Contains(page, "state=late") {
		t.Error("the page does not say that the alarm is off")
	}
	if page := b.Get("/next-steps").Body; !strings.Contains(page, "in your shop it says nothing") || strings.Contains(page, "g-late") {
		t.Error("the next steps name somebody")
	}
	if o.Due == nil || o.Due.Outcome != prediction.NotBetter || count(t, random, `SELECT count(*) FROM prediction_buyer WHERE expected_on <> ''`) != 0 {
		t.Errorf("due: %+v", o.Due)
	}
	if page := b.Get("/next-steps").Body; !strings.Contains(page, "Nobody is listed as due") || strings.Contains(page, "g-due") {
		t.Error("somebody is due who comes at random")
	}
	if page := b.Get("/today").Body; strings.Contains(page, `id="sl"`) {
		t.Error("the morning card names somebody")
	}
}

// Churn is silence beyond twice the own rhythm and the shop's usual gap.
func TestWhoIsGoneByTheirOwnRhythm(t *testing.T) {
	today := cal.Date("2026-03-01")
	history := func(ago ...int) prediction.History {
		h := prediction.History{CustomerID: 1}
		for _, n := range ago {
			h.Days = append(h.Days, prediction.Purchase{On: today.AddDays(-n), Total: 1000, Order: true})
		}
		return h
	}
	for _, c := range []struct {
		ago   []int
		usual float64
		state string
	}{
		{[]int{30}, 60, prediction.Once}, {[]int{60}, 60, prediction.Once}, {[]int{61}, 60, prediction.Gone},
		{[]int{90, 60, 30}, 50, prediction.Steady}, {[]int{93, 63, 33}, 50, prediction.Late}, {[]int{121, 91, 61}, 50, prediction.Gone},
		{[]int{300, 200, 150}, 90, prediction.Late}, {[]int{400, 250, 151}, 90, prediction.Late}, {[]int{17, 10, 3}, 90, prediction.Steady}, {[]int{100, 97, 91}, 90, prediction.Gone},
	} {
		b, ok := prediction.BuyerOf(history(c.ago...), c.usual, today)
		if !ok || b.State != c.state {
			t.Errorf("bought %v days ago where %v is usual: %s (gone on %s), want %s", c.ago, c.usual, b.State, b.GoneOn, c.state)
		}
	}
	if _, ok := prediction.BuyerOf(history(), 60, today); ok {
		t.Error("nobody is a buyer")
	}
	back := history(20)
	back.Days = append(back.Days, prediction.Purchase{On: today.AddDays(-10), Total: -400})
	if b, _ := prediction.BuyerOf(back, 60, today); b.YearTotal != 600 || b.Days != 1 || b.LastOn != today.AddDays(-20) {
		t.Errorf("a return: %+v", b)
	}
}

func TestOnlyThoseWhoSeeTheShopSeeItsRetention(t *testing.T) {
	a := shop(t, 12)
	a.Colleague(apptest.MemberEmail, "member")
	if r := a.Anonymous().Call(http.MethodGet, "/retention", ""); r.Status != http.StatusUnauthorized {
		t.Errorf("nobody: %d", r.Status)
	}
	if r := a.API(apptest.MemberEmail, "read").Call(http.MethodGet, "/retention", ""); r.Status != http.StatusForbidden {
		t.Errorf("a member: %d", r.Status)
	}
	if r := a.Browser().Get("/insight/retention"); r.Status != http.StatusSeeOther {
		t.Errorf("nobody's page: %d", r.Status)
	}
	b := a.Owner()
	for _, path := range []string{"?before=2026", "?before='--", "/customers", "/customers?cohort=x", "/customers?cohort=2026-01&month=-1", "/customers?cohort=2026-01&month=9999999", "/customers?cohort=2026-01&month=x",
		"/customers?state=rich", "/customers?state=gone&after=x_y", "/customers?cohort=2026-01&after=-"} {
		if r := b.Get("/insight/retention" + path); r.Status != http.StatusNotFound {
			t.Errorf("%s: %d", path, r.Status)
		}
	}
}

// Whoever does not want to be profiled has no row from that moment on.
func TestNoRowForThoseWhoDoNotWantOne(t *testing.T) {
	a := shop(t, 12)
	rows := `SELECT count(*) FROM prediction_buyer WHERE customer_id = ?`
	if n := count(t, a, rows, 7); n != 0 {
		t.Errorf("%d rows of somebody who said no", n)
	}
	id := count(t, a, `SELECT min(customer_id) FROM prediction_buyer`)
	var c struct{ Version int64 }
	api := a.API("", "write")
	api.Into(&c, 200, http.MethodGet, fmt.Sprintf("/customers/%d", id), "")
	api.Into(nil, 200, http.MethodPatch, fmt.Sprintf("/customers/%d", id), fmt.Sprintf(`{"version":%d,"no_profiling":true}`, c.Version))
	if n := count(t, a, rows, id); n != 0 {
		t.Error("the row stayed after they said no")
	}
	a.Night()
	if n := count(t, a, rows, id); n != 0 {
		t.Error("the row came back at night")
	}
}

// A second night over the same orders writes no row.
func TestANightWritesOnlyWhatChanged(t *testing.T) {
	a := shop(t, 40)
	before := count(t, a, `SELECT count(*) FROM prediction_cohort`)
	writes := 0
	a.DB.Hook(counting{&writes})
	a.Night()
	if after := count(t, a, `SELECT count(*) FROM prediction_cohort`); after != before || writes != 0 {
		t.Errorf("%d cells became %d, and rows were written %d times", before, after, writes)
	}
}

// counting sees the writes of rows.
type counting struct{ n *int }

func (c counting) Begin(_ context.Context, tx *db.Tx) error {
	if tx.Op == "prediction.rows" {
		*c.n++
	}
	return nil
}

func (counting) Commit(context.Context, *db.Tx) error { return nil }
