package outlook_test

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
	"regulars/app/insight/outlook"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// shop sells every day since so many days, as much as a year's course says.
func shop(t *testing.T, days int, sum func(on time.Time) float64) *apptest.App {
	t.Helper()
	a := apptest.New(t)
	a.Colleague(apptest.MemberEmail, "member")
	err := a.DB.Write(a.As(auth.System("test")), "test", func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO customer (id, kind, name, name_key, sort_key, owner_id, created_at, updated_at) VALUES (1, 'person', 'Ada', '', '', 1, 0, 0)`); err != nil {
			return err
		}
		for ago := days; ago >= 0; ago-- {
			on := a.Clock.Now().AddDate(0, 0, -ago)
			if _, err := tx.Exec(ctx, `INSERT INTO order_head (number, customer_id, ordered_on, status, currency, total, created_at, updated_at) VALUES (?, 1, ?, 'completed', 'USD', ?, 0, 0)`,
				fmt.Sprint("T-", ago), on.Format(time.DateOnly), int64(sum(on))); err != nil {
				return err
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

func read(a *apptest.App) outlook.Object {
	var o outlook.Object
	a.API("", "read").Into(&o, http.StatusOK, http.MethodGet, "/outlook", "")
	return o
}

// A year's course on a growing shop is seen, and beats last year's figures.
func TestSeasonsAndGrowthAreCarriedOn(t *testing.T) {
	rnd := rand.New(rand.NewSource(8))
	a := shop(t, 4*365, func(on time.Time) float64 {
		growth := 1 + float64(on.Year()-2020)*.2 + float64(on.YearDay())/365*.2
		return 10000 * growth * (1.5 + math.Sin(2*math.Pi*float64(on.YearDay())/365)) * (1 + .1*rnd.NormFloat64())
	})
	o := read(a)
	m := o.Months
	if !m.Shown || m.Holdout == nil || m.Holdout.Model >= m.Holdout.Base || len(m.Ahead) != 6 || len(m.Checks) != 6 || m.Method != "additive" && m.Method != "multiplicative" {
		t.Fatalf("%+v", m)
	}
	if m.Ahead[0].From != a.Clock.Now().Format("2006-01")+"-01" || m.Past[len(m.Past)-1].From >= m.Ahead[0].From {
		t.Errorf("it goes on at %s after %s", m.Ahead[0].From, m.Past[len(m.Past)-1].From)
	}
	b := a.Owner()
	for _, path := range []string{"/insight/outlook", "/insight/outlook?by=week", "/insight/outlook?by='"} {
		if page := b.Get(path); page.Status != http.StatusOK || strings.Contains(page.Body, "outlook.") || !strings.Contains(page.Body, "Were we right before?") && path == "/insight/outlook" {
			t.Errorf("%s: %d", path, page.Status)
		}
	}
}

// A young shop is told the mean and its range, and why that is all.
func TestAYoungShopIsToldTheMean(t *testing.T) {
	a := shop(t, 100, func(time.Time) float64 { return 5000 })
	m := read(a).Months
	if m.Shown || m.Reason != "few" || m.Method != "mean" || len(m.Ahead) != 6 || m.Ahead[0].Value == nil {
		t.Fatalf("%+v", m)
	}
	if page := a.Owner().Get("/insight/outlook"); !strings.Contains(page.Body, "whole months are over") {
		t.Error("the page does not say why")
	}
	none := apptest.New(t)
	if o := read(none); o.AsOf != "" || o.Months.Shown {
		t.Errorf("%+v", o)
	}
	if page := none.Owner().Get("/insight/outlook"); page.Status != http.StatusOK {
		t.Errorf("before the first night: %d", page.Status)
	}
}

// Where last year says as much, nothing else is foretold.
func TestWhatIsNotBetterIsHidden(t *testing.T) {
	a := shop(t, 4*365, func(on time.Time) float64 { // the same every year, by months that follow no wave
		return 1000 * float64(1+(int(on.Month())*7919)%23)
	})
	m := read(a).Months
	if m.Shown || m.Reason != "not_better" || m.Ahead[0].Value != nil || m.Holdout == nil {
		t.Fatalf("%+v", m)
	}
	if page := a.Owner().Get("/insight/outlook"); !strings.Contains(page.Body, "no method did better") {
		t.Error("the page does not say why")
	}
}

func TestTheOutlookIsForThoseWhoSeeAllOfTheShop(t *testing.T) {
	a := apptest.New(t)
	a.Colleague(apptest.MemberEmail, "member")
	if r := a.Anonymous().Call(http.MethodGet, "/outlook", ""); r.Status != http.StatusUnauthorized {
		t.Errorf("nobody: %d", r.Status)
	}
	if r := a.API(apptest.MemberEmail, "read").Call(http.MethodGet, "/outlook", ""); r.Status != http.StatusForbidden {
		t.Errorf("a member: %d", r.Status)
	}
	if page := a.SignIn(apptest.MemberEmail, apptest.Password).Get("/insight/outlook"); page.Status != http.StatusForbidden {
		t.Errorf("a member's page: %d", page.Status)
	}
}
