package app_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"

	"regulars/app/apptest"
	"regulars/app/sys/db"
	"regulars/app/sys/db/dbtest"
)

// statement is an SQL text of the program and where it stands.
type statement struct {
	at, text string
	list     bool // serves a page or a list
}

// statements are all that are constant, registered or not, read from the
// source: a statement that nobody wired yet is prepared too.
func statements(t *testing.T) []statement {
	t.Helper()
	var out []statement
	for _, x := range texts(t) {
		if !x.fixed || !sqlShape.MatchString(x.value) || strings.Contains(x.value, "%") && x.dir == "app/sys/journal" {
			continue
		}
		out = append(out, statement{at(x.node), x.value, x.call == "db.List" || x.call == "List"})
	}
	for _, s := range db.Statements() {
		out = append(out, statement{"registered", s.Text, s.List})
	}
	return out
}

// outside are statements that no fresh connection can prepare.
var outside = []string{"VACUUM INTO", "PRAGMA", "CREATE TRIGGER", "DROP TRIGGER", "SELECT id, %q", "ATTACH", "quote("}

func TestEveryStatementFitsTheSchema(t *testing.T) {
	d := migrated(t)
	seen := 0
	for _, s := range statements(t) {
		if holdsAny(s.text, outside) || strings.Contains(s.text, "%") && strings.Contains(s.text, "%s") {
			continue
		}
		seen++
		if err := explain(d, "EXPLAIN ", s.text, nil); err != nil {
			t.Errorf("%s does not fit the schema: %v\n%s", s.at, err, s.text)
		}
	}
	if seen < 150 {
		t.Errorf("only %d statements seen", seen)
	}
}

func holdsAny(s string, parts []string) bool {
	for _, p := range parts {
		if strings.Contains(s, p) {
			return true
		}
	}
	return false
}

// migrated is a database with the whole schema and the statistics of a shop
// with 100,000 customers.
func migrated(t *testing.T) *db.DB {
	t.Helper()
	d := dbtest.New(t)
	stat1, err := os.ReadFile(filepath.Join(apptest.Root(), "app/testdata/stat1.sql"))
	if err != nil {
		t.Fatal(err)
	}
	err = d.Write(context.Background(), "stat1", func(ctx context.Context, tx *db.Tx) error {
		lines := append([]string{"ANALYZE", "DELETE FROM sqlite_stat1"}, strings.Split(string(stat1), "\n")...)
		for _, line := range append(lines, "ANALYZE sqlite_schema") {
			if line == "" || strings.HasPrefix(line, "--") {
				continue
			}
			if _, err := tx.Exec(ctx, line); err != nil {
				return fmt.Errorf("%s: %w", line, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// explain runs a statement under EXPLAIN or EXPLAIN QUERY PLAN with nothing
// bound; row sees every line of the answer.
func explain(d *db.DB, how, query string, row func(*sqlx.Rows) error) error {
	args := make([]any, strings.Count(query, "?"))
	if row == nil {
		row = func(*sqlx.Rows) error { return nil }
	}
	return d.Write(context.Background(), "explain", func(ctx context.Context, tx *db.Tx) error {
		return tx.Each(ctx, how+query, args, row)
	})
}
