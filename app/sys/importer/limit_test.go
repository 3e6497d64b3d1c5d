package importer_test

import (
	"strings"
	"testing"

	"regulars/app/apptest"
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
	if n := a.Count(`SELECT count(*) FROM import_problem`); n > 45_000 {
		t.Errorf("%d problems are kept", n)
	}
}
