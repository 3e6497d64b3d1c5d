package dashboard_test

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/sys/db"
)

// asked is what a tile that is counted anew says besides what it shows.
var asked = regexp.MustCompile(` hx-(get|trigger|target|swap)="[^"]*"| · [^<·]*\d\d:\d\d|name="_csrf" value="[^"]*"|content="[^"]*" name="csrf"|<script[^>]*>|nonce="[^"]*"`)

// tilesOf are the tiles of a page without the time at which they were counted.
func tilesOf(p apptest.Answer) string {
	_, after, _ := strings.Cut(p.Body, `id="tiles"`)
	body, _, _ := strings.Cut(after, `href="/help/dashboards"`)
	return asked.ReplaceAllString(body, "")
}

func write(t *testing.T, a *apptest.App, query string) {
	t.Helper()
	err := a.DB.Write(context.Background(), "test", func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, query)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// After a start the dashboards are there as they were drawn before, to the letter,
// and only for those who see everything; what a colleague may see is counted anew.
func TestDashboardsAreThereAfterAStart(t *testing.T) {
	ctx := context.Background()
	a := apptest.New(t)
	a.Fill()
	b := a.Owner()
	write(t, a, `UPDATE role SET reach = 'own' WHERE name = 'member'`)
	a.Colleague("sam@example.com", "member")
	sam := a.SignIn("sam@example.com", apptest.Password)
	a.Dashboards().Patience = time.Minute
	keys := []string{"glance", "sales", "service", "customers"}
	before := map[string]string{}
	for _, key := range keys {
		before[key] = tilesOf(b.Get("/dashboards/" + key))
		sam.Get("/dashboards/" + key)
	}
	if err := a.Dashboards().Keep(ctx); err != nil {
		t.Fatal(err)
	}
	if n := a.Count(`SELECT count(*) FROM dashboard_drawn WHERE user_id NOT IN (SELECT id FROM user WHERE role = 'owner')`); n != 0 {
		t.Errorf("%d tiles of whoever does not see everything are written down", n)
	}

	next := apptest.Open(t, a.Config.DataDir)
	next.Dashboards().Patience = 0
	if err := next.Dashboards().Recall(ctx); err != nil {
		t.Fatal(err)
	}
	owner := next.SignIn(apptest.OwnerEmail, apptest.Password)
	for _, key := range keys {
		p := owner.Get("/dashboards/" + key)
		if strings.Contains(p.Body, "tile-wait") || strings.Contains(p.Body, "<dd><span class=\"t3\">…</span>") {
			t.Errorf("%s: some of it comes later", key)
		}
		if after := tilesOf(p); after != before[key] || len(after) < 2000 {
			t.Errorf("%s is another one after a start:\n%s\n%s", key, before[key], after)
		}
	}
}

// Nobody who was erased stands in what is written down, and nothing of another
// version of the program is taken up.
func TestWhatIsWrittenDownIsForgotten(t *testing.T) {
	ctx := context.Background()
	a := apptest.New(t)
	a.Fill()
	b := a.Owner()
	a.Dashboards().Patience = time.Minute
	b.Get("/dashboards/glance")
	if err := a.Dashboards().Keep(ctx); err != nil {
		t.Fatal(err)
	}
	if a.Count(`SELECT count(*) FROM dashboard_drawn`) == 0 {
		t.Fatal("nothing is written down")
	}
	next := apptest.Open(t, a.Config.DataDir)
	next.Dashboards().Version, next.Dashboards().Patience = "another", 0
	if err := next.Dashboards().Recall(ctx); err != nil {
		t.Fatal(err)
	}
	if p := next.SignIn(apptest.OwnerEmail, apptest.Password).Get("/dashboards/glance"); !strings.Contains(p.Body, "tile-wait") {
		t.Error("what another version drew is shown")
	}
	b.Get("/dashboards/sales") // drawn, and not written down before
	write(t, a, `UPDATE customer SET erased_at = 4000000000000 WHERE id = (SELECT min(id) FROM customer)`)
	if err := a.Dashboards().Keep(ctx); err != nil {
		t.Fatal(err)
	}
	if n := a.Count(`SELECT count(*) FROM dashboard_drawn`); n != 0 {
		t.Errorf("%d tiles are left after somebody was erased", n)
	}
}
