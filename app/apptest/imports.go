package apptest

import (
	"context"
	"fmt"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/importer"
)

// Import brings a file in as the shell does and gives the run with what was
// wrong, one "line: reason" each, in English.
func (a *App) Import(kind, text string, o importer.Options) (importer.Run, []string) {
	a.T.Helper()
	return a.ImportAs(a.As(auth.System("shell")), kind, text, o)
}

// ImportAs is Import by somebody.
func (a *App) ImportAs(ctx context.Context, kind, text string, o importer.Options) (importer.Run, []string) {
	a.T.Helper()
	return a.importing(ctx, kind, text, o, a.Imports.Begin, importer.Done)
}

// CheckImport only checks the file.
func (a *App) CheckImport(kind, text string, o importer.Options) (importer.Run, []string) {
	a.T.Helper()
	return a.importing(a.As(auth.System("shell")), kind, text, o, a.Imports.Check, importer.Checked)
}

func (a *App) importing(ctx context.Context, kind, text string, o importer.Options, next func(context.Context, int64) (importer.Run, error), want string) (importer.Run, []string) {
	a.T.Helper()
	run, err := a.Imports.Upload(ctx, kind, kind+".csv", strings.NewReader(text), 0, o)
	if err == nil {
		_, err = next(ctx, run.ID)
	}
	if err != nil {
		a.T.Fatalf("import %s: %v", kind, err)
	}
	a.Imports.Drain(ctx)
	if run, err = a.Imports.Get(ctx, run.ID); err != nil || run.State != want {
		a.T.Fatalf("import %s: %s %+v %v", kind, run.State, run.Error(), err)
	}
	reasons := []string{}
	say := a.View.Bundle().For("en").Message
	err = a.Imports.Problems(ctx, run.ID, false, 1000, func(p importer.Problem) error {
		reasons = append(reasons, fmt.Sprintf("%d: %s", p.Line, a.Imports.Reason(run, p, func(m errs.Message) string { return say(m) })))
		return nil
	})
	if err != nil {
		a.T.Fatal(err)
	}
	return run, reasons
}

// TakeBack undoes an import as a whole.
func (a *App) TakeBack(run importer.Run) {
	a.T.Helper()
	ctx := a.As(auth.System("shell"))
	if _, err := a.Imports.Undo(ctx, run.ID); err != nil {
		a.T.Fatal(err)
	}
	a.Imports.Drain(ctx)
	if run, err := a.Imports.Get(ctx, run.ID); err != nil || run.State != importer.Undone || run.Conflicts != 0 {
		a.T.Fatalf("undo: %s %d %v", run.State, run.Conflicts, err)
	}
}

// Tally is what became of a run's records: created, updated, skipped, failed.
func Tally(r importer.Run) string {
	return fmt.Sprintf("%d %d %d %d", r.Created, r.Updated, r.Skipped, r.Failed)
}

// Count counts by a query of the test's own.
func (a *App) Count(query string, args ...any) int {
	a.T.Helper()
	var n int
	if err := a.DB.Reader(a.As(auth.System("shell"))).Get(a.As(auth.System("shell")), &n, query, args...); err != nil {
		a.T.Fatalf("%s: %v", query, err)
	}
	return n
}
