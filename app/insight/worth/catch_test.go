package worth_test

import (
	"fmt"
	"net/http"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
)

// foreseen is what is expected of everybody.
func foreseen(t *testing.T, a *apptest.App) map[int64]string {
	t.Helper()
	var rows []struct {
		ID   int64  `db:"customer_id"`
		Said string `db:"said"`
	}
	ctx := a.As(auth.System("test"))
	if err := a.DB.Reader(ctx).Select(ctx, &rows, `SELECT customer_id, orders || ' ' || worth || ' ' || alive AS said FROM prediction_worth`); err != nil {
		t.Fatal(err)
	}
	out := map[int64]string{}
	for _, r := range rows {
		out[r.ID] = r.Said
	}
	return out
}

// Between two fits the night catches up with whose past became another: customers
// who were merged, and whom an undo brings back. Of all others nothing changes.
func TestWhatIsForeseenFollowsAMergeAndItsUndo(t *testing.T) {
	a := shop(t, 400, .25)
	api := a.API("", "write")
	night := func() map[int64]string {
		t.Helper()
		if err := a.Jobs.RunNow(a.As(auth.System("shell")), "prediction_nightly"); err != nil {
			t.Fatal(err)
		}
		return foreseen(t, a)
	}
	before := night()
	if len(before) != 399 || fmt.Sprint(night()) != fmt.Sprint(before) {
		t.Fatalf("%d are foreseen, and a second night says otherwise", len(before))
	}
	api.Into(nil, http.StatusCreated, "POST", "/merges", `{"survivor_id":1,"customer_ids":[2]}`)
	merged := night()
	if merged[1] == before[1] || merged[2] != "" || len(merged) != 398 {
		t.Errorf("merged: %q, before %q and %q; %d are foreseen", merged[1], before[1], before[2], len(merged))
	}
	set := a.Count(`SELECT max(id) FROM journal_set WHERE op = 'customer.merge'`)
	api.Into(nil, http.StatusOK, "POST", fmt.Sprintf("/history/%d/undo", set), "")
	if after := night(); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("after the undo: %q and %q, before %q and %q", after[1], after[2], before[1], before[2])
	}
}
