package pages_test

import (
	"fmt"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/importer"
)

// A file of which hardly a row can be taken is given up, with the reason, and
// not kept row by row to its end.
func TestAFileOfFaultsIsGivenUp(t *testing.T) {
	a := apptest.New(t)
	ctx := a.As(auth.System("shell"))
	run, err := a.Imports.Upload(ctx, "customers", "bad.csv", strings.NewReader("name,email\n"+strings.Repeat(",x@example.com\n", 30_000)), 0, importer.Options{})
	if err == nil {
		_, err = a.Imports.Begin(ctx, run.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	a.Imports.Drain(ctx)
	run, err = a.Imports.Get(ctx, run.ID)
	if err != nil || run.State != importer.Failed || run.Error().Key != "import.error.too_many_failed" || run.Failed > 22_000 {
		t.Errorf("%s after %d failed rows: %+v %v", run.State, run.Failed, run.Error(), err)
	}
	if shown := a.Owner().Get(fmt.Sprintf("/imports/%d", run.ID)); !strings.Contains(shown.Body, "it was stopped") || !strings.Contains(shown.Body, "Go on where it stopped") {
		t.Error("the page does not say so")
	}
	if n := a.Count(`SELECT count(*) FROM import_problem`); n > 45_000 {
		t.Errorf("%d problems are kept", n)
	}
	if _, err := a.Imports.Begin(ctx, run.ID); err != nil {
		t.Fatal(err)
	}
	a.Imports.Drain(ctx)
	if run, err = a.Imports.Get(ctx, run.ID); err != nil || run.State != importer.Done || run.Failed != 30_000 {
		t.Errorf("whoever says so goes on to the end: %s after %d %v", run.State, run.Failed, err)
	}
	listed := 0
	for cursor := ""; ; {
		p, err := a.Imports.Taken(ctx, run.ID, importer.Failing, page.Request{Limit: 500, Cursor: cursor})
		if err != nil {
			t.Fatal(err)
		}
		listed += len(p.Items)
		if cursor = p.Next; cursor == "" {
			break
		}
	}
	if listed != 30_000 {
		t.Errorf("%d rows are listed", listed)
	}
}
