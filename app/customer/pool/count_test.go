package pool_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
	"regulars/app/sys/importer"
)

// New rules over many customers are saved at once and counted beside the work;
// an end in the middle leaves the rest noted, and the night waits for all of it.
func TestNewRulesAreCountedBesideTheWork(t *testing.T) {
	a, owner, _ := shop(t, `"warn_days":3,"rules":[{"kind":"contact","days":90}]`)
	night(t, a)
	const many = 1300
	var csv strings.Builder
	csv.WriteString("name,owner\n")
	for i := range many {
		fmt.Fprintf(&csv, "Customer %d,%s\n", i, apptest.MemberEmail)
	}
	if run, why := a.Import("customers", csv.String(), importer.Options{}); run.Created != many {
		t.Fatalf("%s %v", apptest.Tally(run), why)
	}
	job := a.As(auth.System("job"))
	if off := a.Pools().Astray(job); len(off) > 0 {
		t.Fatalf("after the import %d are not what the expression says", len(off))
	}
	save := func(days int) (counting int) {
		var p struct{ Version, Counting int }
		owner.Into(&p, 200, "GET", "/pools/1", "")
		owner.Into(&p, 200, "PUT", "/pools/1", fmt.Sprintf(`{"version":%d,"name":"Public pool","warn_days":3,"rules":[{"kind":"contact","days":%d}]}`, p.Version, days))
		return p.Counting
	}
	if n := save(7); n != many {
		t.Errorf("%d of %d are being counted", n, many)
	}
	if page := a.Owner().Get("/settings/pools"); !strings.Contains(page.Body, "1,300 to go") {
		t.Error("the page does not say so")
	}
	ended, end := context.WithCancel(job)
	end()
	if err := a.Pools().Drain(ended); err == nil {
		t.Error("it counted after its end")
	}
	ctx, stop := context.WithCancel(job) // a start that finds what is left, as the next process does
	defer stop()
	a.Pools().Start(ctx)
	if err := a.Pools().Drain(job); err != nil {
		t.Fatal(err)
	}
	if off := a.Pools().Astray(job); len(off) > 0 || a.Count("SELECT count(*) FROM pool_touched") != 0 {
		t.Errorf("%d are not what the expression says", len(off))
	}
	stop()
	for range 10 {
		a.Clock.Add(24 * time.Hour)
		if a.Clock.Now().Weekday() == time.Monday {
			save(3) // the night finds it uncounted
		}
		night(t, a)
	}
	if n := a.Count("SELECT count(*) FROM customer WHERE owner_id IS NULL"); n != many {
		t.Errorf("%d of %d went back", n, many)
	}
}

// The trial writes nothing, and says the same of a pool that is not made yet.
func TestTheTrialOnlyReads(t *testing.T) {
	a, owner, _ := shop(t, "")
	samID := person(t, a, apptest.MemberEmail)
	made(t, owner, "Ines Calder", samID)
	night(t, a)
	a.Clock.Add(9 * 24 * time.Hour)
	night(t, a)
	before := a.Count("SELECT total_changes() + (SELECT count(*) FROM journal_set) + (SELECT count(*) FROM pool) + (SELECT count(*) FROM pool_due)")
	for body, want := range map[string]int{
		`"rules":[{"kind":"contact","days":7}]`:                                         1,
		`"rules":[{"kind":"contact","days":7},{"kind":"contact","level":"C","days":0}]`: 1,
		`"rules":[{"kind":"contact","days":30}]`:                                        0,
		`"rules":[{"kind":"contact","days":7}],"user_ids":[1]`:                          0,
		fmt.Sprintf(`"rules":[{"kind":"contact","days":7}],"user_ids":[%d]`, samID):     1,
		`"rules":[{"kind":"contact","days":7}],"active":false`:                          0,
		"\"masked\":true": 0,
	} {
		var trial struct{ Customers int }
		owner.Into(&trial, 200, "POST", "/pools/1/simulation", `{"name":"Public pool",`+body+"}")
		if trial.Customers != want {
			t.Errorf("%s: %d", body, trial.Customers)
		}
	}
	if after := a.Count("SELECT total_changes() + (SELECT count(*) FROM journal_set) + (SELECT count(*) FROM pool) + (SELECT count(*) FROM pool_due)"); after != before {
		t.Errorf("something was written: %d, %d", before, after)
	}
}
