package pool_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
)

// How long a claim protects stands on the record, in the list, and among its
// filters; a shop without pools hears nothing of it.
func TestHowLongAClaimProtectsIsShownAndFilteredBy(t *testing.T) {
	a, owner, sam := shop(t, `"protect_days":4`)
	id := made(t, owner, "Ines Calder", 0)
	made(t, owner, "Harbour Street Bakery", 1)
	var h struct {
		Until time.Time `json:"protected_until"`
	}
	sam.Into(&h, 200, "POST", fmt.Sprintf("/customers/%d/claim", id), "")
	last := h.Until.Add(-time.Millisecond).UTC().Format(time.DateOnly)
	b := a.Owner()
	record := b.Get(fmt.Sprintf("/customers/%d", id))
	if record.Status != 200 || !strings.Contains(record.Body, "Protected until ") || strings.Contains(record.Body, "Stays with") {
		t.Errorf("the record: %d", record.Status)
	}
	if list := b.Get("/customers?columns=protected_until"); !strings.Contains(list.Body, "Protected until") {
		t.Error("the list has no such column")
	}
	count := func(filter string) int {
		t.Helper()
		var l struct{ Items []struct{ ID int64 } }
		owner.Into(&l, 200, "GET", "/customers?"+filter, "")
		return len(l.Items)
	}
	for filter, want := range map[string]int{"filter[protected_until][eq]=" + last: 1, "filter[protected_until][gte]=today": 1, "filter[protected_until][lt]=today": 0, "filter[protected_until][empty]=true": 1} {
		if got := count(filter); got != want {
			t.Errorf("%s: %d, want %d", filter, got, want)
		}
	}
	a.Clock.Add(6 * 24 * time.Hour)
	if got := count("filter[protected_until][gte]=today"); got != 0 {
		t.Errorf("after it ended: %d", got)
	}
	alone := apptest.New(t)
	if r := alone.API("", "write").Call("GET", "/customers?filter[protected_until][gte]=today", ""); r.Status != 422 {
		t.Errorf("without pools: %d, want 422", r.Status)
	}
	o := alone.Owner()
	for _, page := range []string{"/customers/columns", "/customers/filter", "/customers?columns=protected_until"} {
		if r := o.Get(page); r.Status != 200 || strings.Contains(r.Body, "Protected until") {
			t.Errorf("%s without pools tells of protection: %d", page, r.Status)
		}
	}
}
