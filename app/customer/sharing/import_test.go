package sharing_test

import (
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
	"regulars/app/sys/importer"
)

// An import by somebody to whom a customer is shared to read refuses the rows
// about them, in words, and takes the others.
func TestAnImportRefusesOnlyTheRowsOfWhomOneReads(t *testing.T) {
	a, owner, _, share := readers(t)
	share("read")
	var c struct{ Name string }
	owner.Into(&c, 200, "GET", "/customers/1", "")
	u, err := a.Person(a.As(auth.System("test")), apptest.MemberEmail)
	if err != nil {
		t.Fatal(err)
	}
	actor, _, err := a.Imports.Users.Actor(a.As(auth.System("test")), u.ID)
	if err != nil {
		t.Fatal(err)
	}
	ctx := a.As(actor)
	lines := func(n int) int {
		return a.Count("SELECT count(*) FROM followup WHERE content LIKE 'By file%' AND customer_id = ?", n)
	}
	file := "customer,at,channel,content\n" + c.Name + ",2026-02-03,call,By file one\nSam's own,2026-02-03,call,By file two\n" + c.Name + ",2026-02-03,call,By file three\nSam's own,2026-02-03,call,By file four\n"
	run, why := a.ImportAs(ctx, "follow-ups", file, importer.Options{})
	if run.Created != 2 || run.Failed != 2 || lines(1) != 0 {
		t.Errorf("%s, %d lines: %v", apptest.Tally(run), lines(1), why)
	}
	if len(why) != 2 || !strings.Contains(why[0], "2: This customer is shown to you to read only.") || !strings.Contains(why[1], "4: ") {
		t.Errorf("it says %v", why)
	}
	share("edit")
	if run, why := a.ImportAs(ctx, "follow-ups", file, importer.Options{}); run.Failed != 0 || lines(1) != 2 {
		t.Errorf("shared to change: %s, %v", apptest.Tally(run), why)
	}
}
