package duplicate_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"

	"regulars/app/apptest"
	"regulars/app/customer/customer"
	"regulars/app/customer/duplicate"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/journal"
)

// machinery are tables that say nothing about the shop, or that only grow.
var machinery = []string{"journal_", "session", "token", "idempotency", "throttle", "search_index", "sqlite_", "goose", "event_", "job_", "evaluation_dirty", "task_reminder",
	"duplicate_dirty", "duplicate_pair", "duplicate_moved", "evaluation_shop", "prediction_", "order_month", "order_buyers", // made anew at night
	"quality_finding", "quality_count", "quality_dirty", "quality_day", "quality_field"} // of the check beside the work; rebuilt compares what it finds

// picture is every row of every table, by table, without what every save moves.
func picture(t *testing.T, a *apptest.App, lastEvent int) map[string][]string {
	t.Helper()
	ctx := a.As(auth.System("test"))
	q := a.DB.Reader(ctx)
	var tables []string
	if err := q.Select(ctx, &tables, "SELECT name FROM sqlite_schema WHERE type = 'table'"); err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for _, table := range tables {
		if slices.ContainsFunc(machinery, func(p string) bool { return strings.HasPrefix(table, p) }) {
			continue
		}
		query := `SELECT * FROM "` + table + `"`
		if table == "event" {
			query += fmt.Sprintf(" WHERE id <= %d", lastEvent)
		}
		err := q.Each(ctx, query, nil, func(r *sqlx.Rows) error {
			row := map[string]any{}
			if err := r.MapScan(row); err != nil {
				return err
			}
			delete(row, "version")
			delete(row, "updated_at")
			if table == "search_doc" {
				delete(row, "id")
			}
			text, err := json.Marshal(row)
			out[table] = append(out[table], string(text))
			return err
		})
		if err != nil {
			t.Fatalf("%s: %v", table, err)
		}
		slices.Sort(out[table])
	}
	return out
}

func differ(t *testing.T, when string, before, after map[string][]string) {
	t.Helper()
	tables := slices.Sorted(maps.Keys(before))
	for table := range after {
		if _, ok := before[table]; !ok {
			tables = append(tables, table)
		}
	}
	for _, table := range tables {
		for _, row := range before[table] {
			if !slices.Contains(after[table], row) {
				t.Errorf("%s: %s lost %s", when, table, row)
			}
		}
		for _, row := range after[table] {
			if !slices.Contains(before[table], row) {
				t.Errorf("%s: %s gained %s", when, table, row)
			}
		}
	}
}

// shop fills in a random one: a handful of customers with all sorts of things.
func shop(t *testing.T, a *apptest.App, r *rand.Rand) {
	t.Helper()
	a.Fill()
	api := a.API("", "write")
	post := func(path, body string) {
		if c := api.Call("POST", path, body); c.Status != 201 && c.Status != 409 {
			t.Fatalf("POST %s %s: %d %s", path, body, c.Status, c.Body)
		}
	}
	for i := 3; i <= 6; i++ {
		post("/customers", fmt.Sprintf(`{"name":"Shop %d","kind":"%s","phones":["+44 117 496 01%d","+44 117 496 0142"],"emails":["s%d@example.com","ines@example.com"],
			"tags":["Café","T%d"],"notes":"%s","external_source":"till","external_id":"T%d","level":"%s"}`,
			i, []string{"company", "person"}[r.IntN(2)], 42+r.IntN(3), r.IntN(3), r.IntN(3), []string{"", "Rings twice"}[r.IntN(2)], i, []string{"", "A", "B"}[r.IntN(3)]))
	}
	for range 40 {
		c := 1 + r.IntN(6)
		day := fmt.Sprintf("2026-02-%02d", 1+r.IntN(27))
		switch r.IntN(9) {
		case 0:
			post("/contacts", fmt.Sprintf(`{"customer_id":%d,"name":"Person %d","emails":["p%d@example.com"],"phones":["+44 117 496 0150"]}`, c, r.IntN(3), r.IntN(4)))
		case 1:
			post("/notes", fmt.Sprintf(`{"customer_id":%d,"text":"Note %d"}`, c, r.IntN(100)))
		case 2:
			post("/follow-ups", fmt.Sprintf(`{"customer_id":%d,"channel":"call","content":"Spoke","at":"%sT10:00:00Z","next_at":"2026-03-1%dT10:00:00Z"}`, c, day, r.IntN(9)))
		case 3:
			post("/tasks", fmt.Sprintf(`{"title":"Do %d","customer_id":%d,"due_at":"2026-03-09T09:00:00Z"}`, r.IntN(50), c))
		case 4, 5:
			post("/orders", fmt.Sprintf(`{"customer_id":%d,"ordered_on":"%s","status":"completed","lines":[{"name":"Tea","quantity":%d,"unit_price":{"amount":"4.00","currency":"USD"}}]}`, c, day, 1+r.IntN(5)))
		case 6:
			post("/responses", fmt.Sprintf(`{"survey_id":1,"customer_id":%d,"score":%d,"comment":"So","answered_at":"%sT12:00:00Z"}`, c, r.IntN(11), day))
		case 7:
			api.Call("POST", "/invitations", fmt.Sprintf(`{"survey_id":1,"customer_id":%d,"channel":"link"}`, c)) // may be too soon
		case 8:
			post(fmt.Sprintf("/customers/%d/consents", c), fmt.Sprintf(`{"purpose":"marketing","state":"%s"}`, []string{"allowed", "objected"}[r.IntN(2)]))
		}
	}
	b := a.Owner()
	for i := 1; i <= 6; i++ {
		b.Get(fmt.Sprintf("/customers/%d", i)) // recently viewed
	}
	for range 12 {
		role := []string{"parent", "branch", "supplier", "partner", "referrer", "referred", "referred"}[r.IntN(7)]
		api.Call("POST", fmt.Sprintf("/customers/%d/relations", 1+r.IntN(6)), fmt.Sprintf(`{"other_id":%d,"role":"%s"}`, 1+r.IntN(6), role)) // may go round in a circle
	}
	a.Settle()
	run(t, a, "evaluation_nightly")
	write(t, a, `INSERT INTO quality_right (customer_id, kind, detail, user_id, at) SELECT id, 'no_phone', '', 1, 5 FROM customer WHERE id % 2 = 0`)
	write(t, a, `INSERT INTO today_dismissal (user_id, customer_id, kind, period, at) SELECT 1, id, 'late', '2026-02', 5 FROM customer`)
	write(t, a, `INSERT INTO survey_enrolment (program_id, customer_id, due_on) SELECT p.id, c.id, '2026-04-01' FROM survey_program p, customer c WHERE true ON CONFLICT DO NOTHING`)
	write(t, a, `INSERT INTO outbox (dedupe_key, channel, purpose, to_address, customer_id, payload, state, created_at) SELECT 'x' || id, 'email', 'service', 'x@example.com', id, '{}', 'sent', 1 FROM customer`)
	write(t, a, `INSERT INTO evaluation_snapshot (customer_id, model_id, as_of, total, grade, confidence, dimensions) SELECT id, 1, 5, 61.25, 'B', 0.5, '[{"key":"purchase"}]' FROM customer`)
}

func write(t *testing.T, a *apptest.App, query string) {
	t.Helper()
	err := a.DB.Write(a.As(auth.System("test")), "test.fill", func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, query)
		return err
	})
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func TestMergeAndUndoGiveBackEveryRow(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 7))
			a := apptest.New(t)
			shop(t, a, r)
			ctx := a.As(auth.System("job"))
			ids := r.Perm(6)[:2+r.IntN(4)]
			in := duplicate.Input{Survivor: int64(ids[0] + 1), Picks: map[string]int64{}}
			for _, id := range ids[1:] {
				in.Losers = append(in.Losers, int64(id+1))
			}
			for _, f := range duplicate.Fields {
				if r.IntN(3) == 0 {
					in.Picks[f.Name] = in.IDs()[r.IntN(len(ids))]
				}
			}
			lastEvent := a.Count("SELECT max(id) FROM event")
			before := picture(t, a, lastEvent)
			if _, err := a.Duplicates().Merge(ctx, in); err != nil {
				t.Fatal(err)
			}
			set := int64(a.Count("SELECT max(id) FROM journal_set"))
			merged := picture(t, a, lastEvent)
			nothingIsLeft(t, a, in.Losers)
			rebuilt(t, a, "after the merge", lastEvent)
			out, err := a.Journal.Undo(ctx, set, journal.Options{})
			if err != nil {
				t.Fatalf("undo: %v", err)
			}
			differ(t, "after the undo", before, picture(t, a, lastEvent))
			rebuilt(t, a, "after the undo", lastEvent)
			if _, err := a.Journal.Undo(ctx, out.Set, journal.Options{}); err != nil {
				t.Fatalf("redo: %v", err)
			}
			nothingIsLeft(t, a, in.Losers)
			again := picture(t, a, lastEvent)
			for _, derived := range []string{"evaluation", "customer_visit"} {
				delete(again, derived)
				delete(merged, derived)
			}
			differ(t, "after the redo", merged, again)
			last := int64(a.Count("SELECT max(id) FROM journal_set"))
			if _, err := a.Journal.Undo(ctx, last, journal.Options{}); err != nil {
				t.Fatalf("undo again: %v", err)
			}
			differ(t, "after the second undo", before, picture(t, a, lastEvent))
			if bad, err := a.Journal.Verify(ctx); err != nil || bad != 0 {
				t.Errorf("the journal's chain breaks at %d: %v", bad, err)
			}
		})
	}
}

// nothingIsLeft looks for a losing id wherever the schema lets one stand.
func nothingIsLeft(t *testing.T, a *apptest.App, losers []int64) {
	t.Helper()
	ctx := a.As(auth.System("test"))
	columns, err := duplicate.Links(ctx, a.DB.Reader(ctx))
	if err != nil || len(columns) < 30 {
		t.Fatalf("only %d columns name a customer: %v", len(columns), err)
	}
	for _, c := range columns {
		for _, id := range losers {
			if n := a.Count(fmt.Sprintf(`SELECT count(*) FROM "%s" WHERE "%s" = %d%s`, c[0], c[1], id, c[2])); n > 0 {
				t.Errorf("%s.%s still names customer %d in %d rows", c[0], c[1], id, n)
			}
		}
	}
}

// rebuilt compares what is derived with a rebuild from nothing but the facts.
func rebuilt(t *testing.T, a *apptest.App, when string, lastEvent int) {
	t.Helper()
	ctx := a.As(auth.System("job"))
	before := picture(t, a, lastEvent)
	run(t, a, "customer_figures")
	everybody(t, a)
	differ(t, when+", rebuilt", before, picture(t, a, lastEvent))
	if err := a.Duplicates().Drain(ctx); err != nil {
		t.Fatal(err)
	}
	found := texts(t, a, pairRows)
	write(t, a, "DELETE FROM duplicate_pair")
	if err := a.Duplicates().Scan(ctx); err != nil {
		t.Fatal(err)
	}
	if again := texts(t, a, pairRows); again != found {
		t.Errorf("%s: pairs\n%s\nand searched anew\n%s", when, found, again)
	}
	run(t, a, "quality_check")
	found = texts(t, a, findingRows)
	write(t, a, "DELETE FROM quality_finding")
	run(t, a, "quality_scan")
	if again := texts(t, a, findingRows); again != found {
		t.Errorf("%s: findings\n%s\nand searched anew\n%s", when, found, again)
	}
}

const (
	pairRows    = "SELECT a_id || '-' || b_id || ' ' || score || ' ' || reasons || ' ' || state FROM duplicate_pair ORDER BY a_id, b_id"
	findingRows = `SELECT customer_id || ' ' || kind || ' ' || detail FROM quality_finding UNION ALL SELECT kind || ' ' || n FROM quality_count WHERE n > 0 ORDER BY 1`
)

func texts(t *testing.T, a *apptest.App, query string) string {
	t.Helper()
	var rows []string
	ctx := a.As(auth.System("test"))
	if err := a.DB.Reader(ctx).Select(ctx, &rows, query); err != nil {
		t.Fatal(err)
	}
	return strings.Join(rows, "\n")
}

func run(t *testing.T, a *apptest.App, job string) {
	t.Helper()
	if err := a.Jobs.RunNow(a.As(auth.System("job")), job); err != nil {
		t.Fatal(err)
	}
}

// everybody is refreshed, figures and search, as if they were new.
func everybody(t *testing.T, a *apptest.App) {
	t.Helper()
	ctx := a.As(auth.System("job"))
	err := a.DB.Write(ctx, "test.touch", func(ctx context.Context, tx *db.Tx) error {
		var ids []int64
		if err := tx.Select(ctx, &ids, "SELECT id FROM customer"); err != nil {
			return err
		}
		return customer.New(a.DB, event.New(a.DB), a.Search, nil).Touched(ctx, tx, ids)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestNoTableIsForgotten: whatever names a customer is moved, or is named with
// the reason why not; what the journal does not watch can be given back.
func TestNoTableIsForgotten(t *testing.T) {
	a := apptest.New(t)
	ctx := a.As(auth.System("test"))
	q := a.DB.Reader(ctx)
	columns, err := duplicate.Links(ctx, q)
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, c := range columns {
		known[c[0]+"."+c[1]] = true
	}
	for _, want := range []string{"order_head.customer_id", "outbox.customer_id", "event.subject_id", "attachment.subject_id", "duplicate_merge.survivor_id", "customer_stat.customer_id"} {
		if !known[want] {
			t.Errorf("%s is not seen", want)
		}
	}
	err = q.Each(ctx, `SELECT m.name, x.name, x.type, (SELECT count(*) FROM pragma_table_info(m.name) WHERE pk > 0)
		FROM sqlite_schema m JOIN pragma_table_info(m.name) x WHERE m.type = 'table'`, nil, func(r *sqlx.Rows) error {
		var table, column, kind string
		var keys int
		if err := r.Scan(&table, &column, &kind, &keys); err != nil {
			return err
		}
		if strings.Contains(column, "customer") && !strings.HasSuffix(column, "customers") && !known[table+"."+column] { // "customers" counts them
			t.Errorf("%s.%s seems to name a customer and a merge does not move it: reference customer (id)", table, column)
		}
		pointing := slices.ContainsFunc(columns, func(c [3]string) bool { return c[0] == table })
		if pointing && (kind == "BLOB" || keys == 0) {
			t.Errorf("%s has a BLOB or no primary key: a merge could not give its rows back", table)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for table := range duplicate.Exceptions {
		if !slices.ContainsFunc(columns, func(c [3]string) bool { return c[0] == table }) {
			t.Errorf("the exception for %s is about nothing", table)
		}
	}
}
