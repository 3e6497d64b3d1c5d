package cli

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/klauspost/compress/zstd"
)

// Every filled database of an earlier schema that is kept in testdata comes up
// to today's: nothing is lost, everything derived is right, and doctor agrees.
// The newest may be of today's schema, until the next migration is written.
func TestFilledDatabasesOfEarlierSchemasAreUpgraded(t *testing.T) {
	files, err := filepath.Glob("testdata/schema-*.db.zst")
	if err != nil || len(files) == 0 {
		t.Fatalf("no earlier databases: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			s := shell{t, filepath.Join(t.TempDir(), "data")}
			unpack(t, file, s.dir)
			before := counted(t, s.dir, "customer", "contact", "order_head", "order_line", "payment", "task", "followup", "survey_response", "feedback_case", "timeline_entry", "journal_set")
			plan := s.ok("", "migrate", "--plan")
			today := strings.Contains(plan, "up to date")
			if today && file != files[len(files)-1] {
				t.Fatalf("nothing to upgrade:\n%s", plan)
			}
			s.ok("", "migrate")
			for table, n := range counted(t, s.dir, "customer", "contact", "order_head", "order_line", "payment", "task", "followup", "survey_response", "feedback_case", "timeline_entry") {
				if n != before[table] || n == 0 {
					t.Errorf("%s: %d rows before, %d after", table, before[table], n)
				}
			}
			if kept, err := filepath.Glob(filepath.Join(s.dir, "backups", "before-*")); err != nil || len(kept) == 0 && !today {
				t.Errorf("no snapshot was made before the upgrade: %v", err)
			}
			if r := s.run("", "doctor", "--full"); r.status != exitDone {
				t.Errorf("doctor after the upgrade: status %d\n%s%s", r.status, r.out, r.err)
			}
			checkDays(t, s.dir)
		})
	}
}

// Of whoever is not to be profiled no rhythm is left after the upgrade, and no stage
// that nobody set.
func TestAnUpgradeForgetsProfiles(t *testing.T) {
	s := shell{t, filepath.Join(t.TempDir(), "data")}
	unpack(t, "testdata/schema-20261202030100.db.zst", s.dir)
	const profiled = `s.gap_days > 0 AND s.expected_on <> '' AND s.stage <> '' AND s.orders > 2 AND s.customer_id NOT IN (SELECT customer_id FROM stage_hold)`
	d := open(t, s.dir)
	var id int64
	if err := d.Get(&id, `UPDATE customer SET no_profiling = 1 WHERE id = (SELECT s.customer_id FROM customer_stat s WHERE `+profiled+` LIMIT 1) RETURNING id`); err != nil {
		t.Fatalf("nobody has a rhythm there: %v", err)
	}
	const moved = `(SELECT count(*) FROM stage_move WHERE customer_id = ?1 AND by_hand = 0) + (SELECT count(*) FROM timeline_entry WHERE customer_id = ?1 AND kind = 'stage.moved')
		+ (SELECT count(*) FROM event WHERE customer_id = ?1 AND kind = 'stage.moved')`
	for _, put := range []string{`INSERT INTO stage_move (customer_id, from_stage, to_stage, at) VALUES (?, 'regular', 'at_risk', 1)`,
		`INSERT INTO timeline_entry (customer_id, at, kind, data) VALUES (?, 1, 'stage.moved', '{"from":"regular","to":"at_risk"}')`,
		`INSERT INTO event (customer_id, kind, set_id, occurred_at, recorded_at, data) VALUES (?, 'stage.moved', 1, 1, 1, '{"from":"regular","to":"at_risk"}')`} {
		if _, err := d.Exec(put, id); err != nil {
			t.Fatal(err)
		}
	}
	s.ok("", "migrate")
	var left, others int
	if err := d.Get(&left, `SELECT `+moved, id); err != nil || left != 0 {
		t.Errorf("%d moves of customer %d are told after the upgrade: %v", left, id, err)
	}
	if err := d.Get(&left, `SELECT count(*) FROM customer_stat WHERE customer_id = ? AND (gap_days <> 0 OR expected_on <> '' OR stage <> '')`, id); err != nil || left != 0 {
		t.Errorf("customer %d is profiled after the upgrade: %v", id, err)
	}
	if err := d.Get(&others, `SELECT count(*) FROM customer_stat s WHERE `+profiled); err != nil || others < 10 {
		t.Errorf("%d others have a rhythm after the upgrade: %v", others, err)
	}
}

// checkDays compares the kept sums of every day, and what orders owe, with the
// orders and payments themselves.
func checkDays(t *testing.T, dir string) {
	t.Helper()
	d := open(t, dir)
	const differing = `
		SELECT count(*) FROM (SELECT ordered_on AS day, count(*) AS orders, sum(total) AS total FROM order_head WHERE status IN ('confirmed', 'completed') GROUP BY 1) o
		FULL JOIN (SELECT * FROM order_day WHERE orders > 0) k USING (day) WHERE o.orders IS NOT k.orders OR o.total IS NOT k.total`
	var n, days int
	if err := d.Get(&n, differing); err != nil || n != 0 {
		t.Errorf("%d days differ from their orders: %v", n, err)
	}
	const owing = `
		SELECT count(*) FROM (SELECT h.id, h.total, (SELECT coalesce(sum(p.amount), 0) FROM payment p WHERE p.order_id = h.id) AS paid FROM order_head h
			WHERE h.total > 0 AND h.status IN ('confirmed', 'completed')) o
		LEFT JOIN order_due d ON d.order_id = o.id WHERE (o.total > o.paid) <> (d.order_id IS NOT NULL) OR o.paid <> d.paid`
	if err := d.Get(&n, owing); err != nil || n != 0 {
		t.Errorf("%d orders owe something else than is kept: %v", n, err)
	}
	if err := d.Get(&days, `SELECT count(*) FROM order_day`); err != nil || days == 0 {
		t.Errorf("no days are kept: %v", err)
	}
}

func unpack(t *testing.T, file, dir string) {
	t.Helper()
	in, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	z, err := zstd.NewReader(in)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	out, err := os.OpenFile(filepath.Join(dir, "regulars.db"), os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(out, z); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, dir string) *sqlx.DB {
	t.Helper()
	d, err := sqlx.Open("sqlite", filepath.Join(dir, "regulars.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func counted(t *testing.T, dir string, tables ...string) map[string]int {
	t.Helper()
	d := open(t, dir)
	out := map[string]int{}
	for _, table := range tables {
		var n int
		if err := d.Get(&n, "SELECT count(*) FROM "+table); err != nil {
			t.Fatal(err)
		}
		out[table] = n
	}
	return out
}
