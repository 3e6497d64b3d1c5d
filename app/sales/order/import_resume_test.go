package order_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/importer"
)

// stopper kills a run once so many of its batches are saved.
type stopper struct {
	batches, stop int
	kill          context.CancelFunc
}

func (s *stopper) Begin(context.Context, *db.Tx) error { return nil }

func (s *stopper) Commit(_ context.Context, tx *db.Tx) error {
	if tx.Op != "import.run" {
		return nil
	}
	if s.batches++; s.batches == s.stop {
		tx.AfterCommit(s.kill)
	}
	return nil
}

// scattered has orders of three neighbouring rows each, one of whose rows
// stands apart much further down; every fifth names no day, some are known.
func scattered() string {
	var b, apart strings.Builder
	b.WriteString("order_no,ordered_on,customer,product,quantity,unit_price\n")
	for i := range 40 {
		day := "2025-03-01"
		if i%5 == 4 {
			day = "31.02.2025"
		}
		for line := range 3 {
			fmt.Fprintf(&b, "S-%d,%s,Ines Calder,Tea %d,%d,2.50\n", i, day, line, i+1)
		}
		if i%2 == 0 {
			fmt.Fprintf(&apart, "S-%d,2025-03-01,Ines Calder,Late tea,1,3\n", i)
		}
	}
	return b.String() + apart.String()
}

const state = `SELECT coalesce(group_concat(x, char(10)), '') FROM (
	SELECT o.number || ' ' || o.total || ' ' || o.ordered_on || ' ' || (SELECT group_concat(l.name || 'x' || l.quantity) FROM order_line l WHERE l.order_id = o.id) AS x
	FROM order_head o ORDER BY o.number)`

func shop(t *testing.T) *apptest.App {
	a := apptest.New(t)
	a.Import("orders", "order_no,ordered_on,customer,product,quantity,unit_price\nS-0,2025-03-01,Ines Calder,Tea 0,7,2.50\nS-2,2025-03-01,Ines Calder,Tea 0,3,2.50\nS-2,2025-03-01,Ines Calder,Tea 1,3,2.50\n", importer.Options{CreateMissing: true})
	return a
}

func text(a *apptest.App, query string) string {
	var s string
	if err := a.DB.Reader(context.Background()).Get(context.Background(), &s, query); err != nil {
		a.T.Fatal(err)
	}
	return s
}

// A run that was killed after any of its batches ends as one that was not. Each
// is taken back before the next, so that all begin with the same shop.
func brokenAnywhere(t *testing.T, a *apptest.App, kind, file, query string, o importer.Options) {
	began := text(a, query)
	want, problems := a.Import(kind, file, o)
	wanted := text(a, query)
	for stop, last := 1, want; ; stop++ {
		a.TakeBack(last)
		if got := text(a, query); got != began {
			t.Fatalf("%s before batch %d: taken back it is\n%s\nit was\n%s", o.OnDuplicate, stop, got, began)
		}
		ctx, kill := context.WithCancel(a.As(auth.System("shell")))
		defer kill()
		s := &stopper{stop: stop, kill: kill}
		a.DB.Hook(s)
		run, err := a.Imports.Upload(ctx, kind, "x.csv", strings.NewReader(file), 0, o)
		if err == nil {
			_, err = a.Imports.Begin(ctx, run.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
		a.Imports.Drain(ctx)
		if s.batches < stop {
			if stop < 4 {
				t.Errorf("only %d batches: nothing was broken", s.batches)
			}
			a.TakeBack(run)
			return
		}
		a.Imports.Drain(a.As(auth.System("shell")))
		if run, err = a.Imports.Get(a.As(auth.System("shell")), run.ID); err != nil || run.State != importer.Done {
			t.Fatalf("%+v %v", run, err)
		}
		if apptest.Tally(run) != apptest.Tally(want) {
			t.Errorf("%s killed after batch %d: %s, want %s (%d problems)", o.OnDuplicate, stop, apptest.Tally(run), apptest.Tally(want), len(problems))
		}
		if got := text(a, query); got != wanted {
			t.Errorf("%s killed after batch %d:\n%s\nwant\n%s", o.OnDuplicate, stop, got, wanted)
		}
		last = run
	}
}

func TestAKilledImportOfOrdersEndsAsAWholeOne(t *testing.T) {
	a := shop(t)
	for _, on := range []string{importer.Skip, importer.Update} {
		brokenAnywhere(t, a, "orders", scattered(), state, importer.Options{CreateMissing: true, OnDuplicate: on})
	}
}

// Equal payments on both sides of the break are two; those that are here
// already are none.
func TestAKilledImportOfPaymentsEndsAsAWholeOne(t *testing.T) {
	var b strings.Builder
	b.WriteString("order_no,amount,paid_on,method\n")
	for i := range 50 {
		fmt.Fprintf(&b, "S-%d,1.25,2025-03-02,cash\nS-99,5,2025-03-02,cash\n", i%3)
	}
	a := shop(t)
	a.Import("orders", "order_no,ordered_on,customer,product,quantity,unit_price\nS-1,2025-03-01,Ines Calder,Tea 0,70,2.50\n", importer.Options{CreateMissing: true})
	a.Import("payments", "order_no,amount,paid_on\nS-0,1.25,2025-03-02\nS-0,1.25,2025-03-02\n", importer.Options{})
	for _, on := range []string{importer.Skip, importer.Update, importer.Create} {
		brokenAnywhere(t, a, "payments", b.String(), `SELECT group_concat(x) FROM (SELECT o.number || ' ' || count(*) || ' ' || sum(p.amount) AS x FROM payment p JOIN order_head o ON o.id = p.order_id GROUP BY o.number ORDER BY o.number)`,
			importer.Options{OnDuplicate: on})
	}
}
