package history_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/settings/history"
	"regulars/app/sys/auth"
)

// TestEveryJournaledColumnHasAName: whoever opens a change reads words, never
// the names of a database. A new table or column must be named in both
// languages, or be listed as internal.
func TestEveryJournaledColumnHasAName(t *testing.T) {
	a := apptest.New(t)
	ctx := a.As(auth.System("test"))
	q := a.DB.Reader(ctx)
	var tables []string
	if err := q.Select(ctx, &tables, `SELECT DISTINCT tbl_name FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'journal\_%' ESCAPE '\' ORDER BY 1`); err != nil {
		t.Fatal(err)
	}
	if len(tables) < 20 || !slices.Contains(tables, "customer") {
		t.Fatalf("journaled tables: %v", tables)
	}
	for _, locale := range []string{"en", "zh-CN"} {
		l := a.View.Bundle().For(locale)
		for _, table := range tables {
			if !l.Has("table." + table) {
				t.Errorf("%s: the table %s has no name: table.%s", locale, table, table)
			}
			var columns []string
			if err := q.Select(ctx, &columns, `SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0 AND type <> 'BLOB'`, table); err != nil {
				t.Fatal(err)
			}
			for _, column := range columns {
				key, ok := history.Label(l, table, column)
				switch {
				case !ok:
					t.Errorf("%s: the column %s of %s has no name: %s", locale, column, table, key)
				case strings.HasPrefix(key, "column.") && l.T(key) == column:
					t.Errorf("%s: %s is named by itself", locale, key)
				}
			}
		}
	}
}

func TestAChangeIsToldInWords(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	api := a.API("", "write")
	api.Into(nil, 200, "PATCH", "/orders/2", `{"version":1,"status":"completed","due_on":"2026-03-20"}`)
	set := newest(t, api)
	b := a.Owner()
	body := b.Get(fmt.Sprintf("/history/%d", set)).Body
	for _, want := range []string{"Status", "Confirmed", "Completed", "To be paid by", "20 Mar"} {
		if !strings.Contains(body, want) {
			t.Errorf("%q is missing", want)
		}
	}
	for _, raw := range []string{">due_on", ">completed", "2026-03-20<"} {
		if strings.Contains(body, raw) {
			t.Errorf("%q is shown raw", raw)
		}
	}
}
