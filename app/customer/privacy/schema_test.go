package privacy_test

import (
	"slices"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/customer/privacy"
	"regulars/app/sys/auth"
)

// Every column of every table says whether it can tell who somebody is, and
// every table that hangs on a person has a fate: a new one without fails here.
func TestEveryColumnHasAClass(t *testing.T) {
	a := apptest.New(t)
	ctx := a.As(auth.System("test"))
	var columns []struct {
		Table  string `db:"tbl"`
		Column string `db:"col"`
	}
	err := a.DB.Reader(ctx).Select(ctx, &columns, `SELECT m.name AS tbl, x.name AS col FROM sqlite_schema m JOIN pragma_table_xinfo(m.name) x
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE 'search_index%' AND m.name NOT LIKE 'goose%'`)
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]bool{}
	for _, c := range columns {
		have[c.Table+"."+c.Column] = true
		if !slices.Contains(privacy.Classes[c.Table].Columns, c.Column) {
			t.Errorf("%s.%s has no class: add it to app/customer/privacy/classes.txt", c.Table, c.Column)
		}
	}
	for table, c := range privacy.Classes {
		if !slices.Contains([]string{"goes", "stays", "swept", "apart"}, c.Fate) {
			t.Errorf("%s has the unknown fate %q", table, c.Fate)
		}
		for _, name := range c.Columns {
			if !have[table+"."+name] {
				t.Errorf("%s.%s has a class and does not exist", table, name)
			}
		}
	}
	tables, err := privacy.Edges(ctx, a.DB.Reader(ctx))
	if err != nil || len(tables) < 25 {
		t.Fatalf("%d tables hang on a person: %v", len(tables), err)
	}
	for _, table := range tables {
		if privacy.Classes[table].Fate == "apart" {
			t.Errorf("%s hangs on a person and an erasure would leave it alone", table)
		}
		if !slices.Contains(privacy.Shown, table) && privacy.Unshown[table] == "" {
			t.Errorf("%s hangs on a person: name it in shown or, with the reason, in unshown of app/customer/privacy/store_export.go", table)
		}
	}
	for table, reason := range privacy.Unshown {
		if !slices.Contains(tables, table) || strings.TrimSpace(reason) == "" {
			t.Errorf("the exception for %s is about nothing", table)
		}
	}
}
