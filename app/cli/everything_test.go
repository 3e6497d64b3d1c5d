package cli

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// notExported are tables that are not in an export, or are made anew from it:
// they belong to the running process, or prove who somebody is.
var notExported = []string{
	"calendar_feed", "event_cursor", "event_delivery", "goose_db_version", "idempotency", "job_clock", "job_run", "journal_current", "session", "throttle", "token",
	"user_link", "user_recovery", "user_secret", "task_reminder",
	"topic_due", "topic_review_due", // everything read anew is looked through anew
	"order_month", "order_buyers", "dashboard_drawn", // counted anew within minutes of what came in, or by whoever looks
	"lead_score_fit",                                                                                                                      // learned anew from the leads
	"prediction_buyer", "prediction_cohort", "prediction_figure", "prediction_rfm", "prediction_worth", "recommend_pair", "reorder_clock", // reckoned anew at night
}

// Everything a shop has leaves in one file and comes back from it into an
// empty folder: every row of every table, and what is derived is the same.
func TestEverythingComesBackIdentically(t *testing.T) {
	s := shell{t, filepath.Join(t.TempDir(), "data")}
	unpack(t, "testdata/schema-20261202030100.db.zst", s.dir) // the fullest
	s.ok("", "migrate")
	for table, n := range counted(t, s.dir, "pool", "pool_rule", "pool_admin", "pool_hold", "consent_purpose", "consent_wording", "relation", "saved_view", "saved_view_use", "customer_photo",
		"stage_hold", "stage_move", "custom_field", "attachment", "sharing", "duplicate_merge", "duplicate_moved", "survey_answer", "feedback_caller", "feedback_route", "praise_hidden", "survey_reply", "poster_guest", "topic",
		"approval", "approval_step", "contract", "deal_line", "deal_rival", "dashboard", "dashboard_tile", "deal_collaborator", "deal_stage_file", "evaluation_check", "evaluation_dimension", "evaluation_override", "analysis_report", "analysis_mail", "handover", "prediction_dismissal", "prediction_segment",
		"experience", "instalment", "lead", "lead_form", "lead_route", "order_goods", "order_move", "quote", "quote_line", "receipt", "receipt_back", "target") {
		if n == 0 {
			t.Errorf("the kept database has no %s", table)
		}
	}
	all, again := filepath.Join(t.TempDir(), "all.zip"), filepath.Join(t.TempDir(), "again.zip")
	s.ok("", "export", "all", "--out", all)
	other, third := newShop(t), newShop(t)
	other.ok("", "import", "all", all)
	alike(t, rowsOf(t, s.dir), rowsOf(t, other.dir))
	if out := other.ok("", "doctor"); !strings.Contains(out, "search knows every customer") {
		t.Errorf("after reading back:\n%s", out)
	}
	other.ok("", "export", "all", "--out", again)
	third.ok("", "import", "all", again)
	alike(t, rowsOf(t, other.dir), rowsOf(t, third.dir))
}

// An export that an earlier release wrote is read as its data folder would have
// been upgraded, whatever became of its tables and columns.
func TestAnEarlierExportIsReadAsItsFolderIsUpgraded(t *testing.T) {
	s := shell{t, filepath.Join(t.TempDir(), "data")}
	unpack(t, "testdata/schema-20261123000710.db.zst", s.dir)
	s.ok("", "migrate")
	other := newShop(t)
	other.ok("", "import", "all", "testdata/export-20261123000710.zip")
	alike(t, rowsOf(t, s.dir), rowsOf(t, other.dir))
	if r := other.run("", "doctor", "--full"); r.status != exitDone {
		t.Errorf("doctor of what was read: status %d\n%s%s", r.status, r.out, r.err)
	}
	if left, err := filepath.Glob(filepath.Join(other.dir, ".import-*")); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// alike compares every row of every table but those of the search, which is
// made anew and which doctor asks about; an export is noted in the journal of
// the shop that it leaves.
func alike(t *testing.T, before, after map[string][]string) {
	t.Helper()
	for name, rows := range before {
		if slices.Contains(notExported, name) || strings.HasPrefix(name, "sqlite_") || strings.HasPrefix(name, "search_") {
			continue
		}
		gone, come := missing(rows, after[name]), missing(after[name], rows)
		gone = slices.DeleteFunc(gone, func(row string) bool { return name == "journal_set" && strings.Contains(row, "op:export.all") })
		if len(gone)+len(come) > 0 {
			t.Errorf("%s: %d rows before, %d after\ngone %.600s\ncome %.600s", name, len(rows), len(after[name]), gone, come)
		}
	}
}

// rowsOf are the rows of every table, as text in order.
func rowsOf(t *testing.T, dir string) map[string][]string {
	t.Helper()
	d := open(t, dir)
	var names []string
	if err := d.Select(&names, `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'`); err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for _, name := range names {
		rows, err := d.Queryx(`SELECT * FROM "` + name + `"`)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			row := map[string]any{}
			if err := rows.MapScan(row); err != nil {
				t.Fatal(err)
			}
			if name == "order_sum" {
				delete(row, "id") // triggers number its rows as orders come
			}
			if name == "evaluation_spread" && row["n"] == int64(0) {
				continue // where somebody was once
			}
			out[name] = append(out[name], fmt.Sprint(row))
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
		slices.Sort(out[name])
	}
	return out
}

func missing(from, in []string) []string {
	var out []string
	for _, row := range from {
		if _, found := slices.BinarySearch(in, row); !found {
			out = append(out, row)
		}
	}
	return out
}
