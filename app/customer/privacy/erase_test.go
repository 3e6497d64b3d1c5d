package privacy_test

import (
	"archive/zip"
	"bytes"
	"context"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"

	"regulars/app/apptest"
	"regulars/app/customer/privacy"
	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/backup"
	"regulars/app/sys/db"
	"regulars/app/sys/importer"
	"regulars/app/sys/journal"
	"regulars/app/sys/safego"
)

const mark = "Zqxwvmarker"

// filled is a shop in which the mark stands in everything that belongs to the
// customer, now and in the history, and in what the machines keep.
func filled(t *testing.T) (*apptest.App, privacy.Subject) {
	t.Helper()
	a := apptest.New(t)
	a.Fill()
	owner := a.Owner()
	api := a.API("", "write")
	api.Header.Set("Idempotency-Key", "once")
	api.Into(nil, 201, "POST", "/notes", `{"customer_id":1,"text":"`+mark+` likes tea"}`)
	api.Header.Del("Idempotency-Key")
	api.Into(nil, 201, "POST", "/notes", `{"customer_id":1,"text":"`+mark+` was here and the note went"}`)
	api.Into(nil, 204, "DELETE", "/notes/3", "")
	api.Into(nil, 201, "POST", "/customers", `{"name":"`+mark+` second","emails":["`+mark+`2@example.com"]}`)
	api.Into(nil, 201, "POST", "/merges", `{"survivor_id":1,"customer_ids":[3]}`)
	a.Import("customers", "name,email,phone\n"+mark+",ines@example.com,\nOther,not an address,\n,"+mark+"@example.com,\n", importer.Options{})
	owner.Get("/customers/1")
	spread(t, a)
	if err := a.Events.Drain(context.Background()); err != nil {
		t.Fatal(err)
	}
	return a, privacy.Subject{CustomerID: 1}
}

// spread writes the mark into every personal column of every row that belongs
// to customer 1, twice, so that the journal has it as an old value too.
func spread(t *testing.T, a *apptest.App) {
	t.Helper()
	ctx := a.As(auth.System("test"))
	for range 2 {
		err := a.DB.Write(ctx, "test", func(ctx context.Context, tx *db.Tx) error {
			rows, err := privacy.Rows(ctx, tx, privacy.Subject{CustomerID: 1})
			if err != nil {
				return err
			}
			for table, ids := range rows {
				for _, column := range privacy.Classes[table].Columns {
					if !privacy.Classes[table].Personal[column] || strings.Contains(column, "birthday_lunar") {
						continue
					}
					for _, id := range ids {
						q := "UPDATE " + table + " SET " + column + " = iif(json_valid(" + column + ") AND substr(" + column + ", 1, 1) = '{', json_set(" + column + ", '$.m', '" + mark + "'), " + column + " || '" + mark + "') WHERE id = ?"
						if _, err := tx.Exec(ctx, q, id); err != nil {
							return err
						}
					}
				}
			}
			if _, err := tx.Exec(ctx, "UPDATE customer SET external_id = '"+mark+"', notes = notes || '"+mark+"' WHERE id = 1"); err != nil {
				return err
			}
			for _, q := range []string{
				`INSERT INTO notification (user_id, kind, subject_kind, label, dedupe_key, created_at) VALUES (1, 'mention', 'note', '` + mark + `', 'x' || random(), 1)`,
				`INSERT INTO outbox (dedupe_key, channel, purpose, to_address, payload, state, created_at) VALUES ('y' || random(), 'email', 'staff', 'owner@example.com', '{"text":"` + mark + `"}', 'sent', 1)`,
				`INSERT INTO saved_view (kind, name, query, created_at, updated_at) VALUES ('customers', 'v', 'q=` + mark + `', 1, 1)`,
			} {
				if _, err := tx.Exec(ctx, q); err != nil {
					return err
				}
			}
			journal.About(tx, "customer", 1, mark)
			journal.Because(tx, "said "+mark)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// left lists the files of the data folder in which the mark stands.
func left(t *testing.T, dir string) (out []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(p, ".gz") {
			return err
		}
		text, err := os.ReadFile(p)
		if bytes.Contains(bytes.ToLower(text), []byte(strings.ToLower(mark))) {
			out = append(out, filepath.Base(p))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestNothingIsLeftOfAnErasedPerson(t *testing.T) {
	a, who := filled(t)
	ctx := a.As(auth.System("shell"))
	dir := a.Config.DataDir
	if len(left(t, dir)) < 2 {
		t.Fatalf("the mark stands only in %v: this test tries nothing", left(t, dir))
	}
	h, err := a.Privacy().Look(ctx, who)
	if err != nil || h.Imports != 1 {
		t.Fatalf("%+v %v", h, err)
	}
	orders := a.Count(`SELECT sum(total) FROM order_head`)
	paid := a.Count(`SELECT sum(amount) FROM payment`)
	if _, err := a.Privacy().Erase(ctx, who, privacy.Input{Confirm: "somebody else"}); !errs.Is(err, errs.Invalid) {
		t.Fatalf("erased without the name: %v", err)
	}
	done, err := a.Privacy().Erase(ctx, who, privacy.Input{Confirm: h.Person.Name})
	if err != nil || !done.Kept || !done.Clean {
		t.Fatalf("%+v %v", done, err)
	}
	if found := left(t, dir); len(found) > 0 {
		t.Errorf("the mark is still in %v", found)
		where(t, a)
	}
	if a.Count(`SELECT sum(total) FROM order_head`) != orders || a.Count(`SELECT sum(amount) FROM payment`) != paid || a.Count(`SELECT count(*) FROM order_head WHERE customer_id = 1`) != 2 {
		t.Error("the books changed")
	}
	if n := a.Count(`SELECT count(*) FROM order_line WHERE name = 'Assam 1 kg'`); n != 1 {
		t.Error("what was sold is not told any more")
	}
	if bad, err := a.Journal.Verify(ctx); bad != 0 || err != nil {
		t.Errorf("the journal's chain breaks at %d: %v", bad, err)
	}
	if bad := a.Count(`SELECT count(*) FROM pragma_foreign_key_check`); bad != 0 {
		t.Errorf("%d rows point at nothing", bad)
	}
	if _, err := a.Privacy().Look(ctx, who); !errs.Is(err, errs.Conflict) {
		t.Errorf("an erased person is shown: %v", err)
	}
	undo(t, a)
}

// undo tries to take everything back: nothing of the person returns.
func undo(t *testing.T, a *apptest.App) {
	t.Helper()
	ctx := a.As(auth.System("shell"))
	var sets []int64
	if err := a.DB.Reader(ctx).Select(ctx, &sets, `SELECT id FROM journal_set WHERE rows > 0 ORDER BY id DESC`); err != nil {
		t.Fatal(err)
	}
	told := false
	for _, set := range sets {
		_, err := a.Journal.Undo(ctx, set, journal.Options{})
		if e, ok := errs.As(err); ok {
			if out, ok := e.Current.(journal.Outcome); ok {
				for _, c := range out.Conflicts {
					told = told || c.Reason == "erased"
				}
			}
		}
		if _, err := a.Journal.Undo(ctx, set, journal.Options{SkipConflicts: true}); err != nil {
			if _, expected := errs.As(err); !expected {
				t.Errorf("undo of set %d: %v", set, err)
			}
		}
	}
	if !told {
		t.Error("no undo said that the person was erased")
	}
	if found := left(t, a.Config.DataDir); len(found) > 0 {
		t.Errorf("undo brought the mark back into %v", found)
	}
}

// where tells in which tables the mark still stands.
func where(t *testing.T, a *apptest.App) {
	ctx := a.As(auth.System("test"))
	for table, c := range privacy.Classes {
		for _, column := range c.Columns {
			if n := a.Count("SELECT count(*) FROM " + table + " WHERE instr(lower(" + column + "), '" + strings.ToLower(mark) + "') > 0"); n > 0 {
				t.Logf("%s.%s: %d", table, column, n)
				_ = a.DB.Reader(ctx).Each(ctx, "SELECT * FROM "+table+" WHERE instr(lower("+column+"), '"+strings.ToLower(mark)+"') > 0 LIMIT 2", nil, func(r *sqlx.Rows) error {
					row, err := r.SliceScan()
					t.Log(row...)
					return err
				})
			}
		}
	}
}

func TestABackupFromBeforeBringsNobodyBack(t *testing.T) {
	a, who := filled(t)
	ctx := a.As(auth.System("shell"))
	dir := a.Config.DataDir
	saved := filepath.Join(t.TempDir(), "before.tar.gz")
	if _, err := backup.Make(ctx, a.DB, dir, saved, ""); err != nil {
		t.Fatal(err)
	}
	h, err := a.Privacy().Look(ctx, who)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Privacy().Erase(ctx, who, privacy.Input{Confirm: h.Person.Name}); err != nil {
		t.Fatal(err)
	}
	safego.Wait()
	other := t.TempDir()
	if err := os.CopyFS(other, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(filepath.Join(other, "erased.jsonl")); err != nil || strings.Contains(strings.ToLower(string(text)), strings.ToLower(mark)) {
		t.Fatalf("the list of the erased: %s %v", text, err)
	}
	if _, err := backup.Restore(ctx, saved, other, "", true); err != nil {
		t.Fatal(err)
	}
	_ = os.RemoveAll(filepath.Join(other, "backups")) // the data from before, put aside
	if len(left(t, other)) == 0 {
		t.Fatal("the backup holds no mark: this test tries nothing")
	}
	b := apptest.Open(t, other)
	if found := left(t, other); len(found) > 0 {
		t.Errorf("the backup brought the mark back into %v", found)
		where(t, b)
	}
	if b.Count(`SELECT count(*) FROM customer WHERE id = 2 AND erased_at IS NULL`) != 1 {
		t.Error("somebody else was erased")
	}
}

func TestAContactIsErasedAndTheCompanyStays(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	ctx := a.As(auth.System("shell"))
	api := a.API("", "write")
	api.Into(nil, 200, "PATCH", "/contacts/1", `{"version":1,"name":"`+mark+` Ines","notes":"`+mark+` bakes","emails":["`+mark+`@example.com"]}`)
	api.Into(nil, 201, "POST", "/follow-ups", `{"customer_id":1,"contact_id":1,"channel":"call","content":"`+mark+` called","at":"2026-02-27T10:00:00Z"}`)
	api.Into(nil, 200, "POST", "/contacts/1/erasure", `{"confirm":"`+mark+` ines"}`)
	if found := left(t, a.Config.DataDir); len(found) > 0 {
		t.Errorf("the mark is still in %v", found)
		where(t, a)
	}
	if a.Count(`SELECT count(*) FROM customer WHERE id = 1 AND name = 'Harbour Street Bakery'`) != 1 || a.Count(`SELECT count(*) FROM note WHERE customer_id = 1`) != 1 {
		t.Error("the company lost something")
	}
	if bad, err := a.Journal.Verify(ctx); bad != 0 || err != nil {
		t.Errorf("the journal's chain breaks at %d: %v", bad, err)
	}
}

func TestAPersonGetsEverything(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	api := a.API("", "write")
	r := api.Call("POST", "/customers/1/person-export", "")
	if r.Status != http.StatusOK || r.Header.Get("Content-Type") != "application/zip" {
		t.Fatalf("%d %s %s", r.Status, r.Header, r.Body[:min(200, len(r.Body))])
	}
	z, err := zip.NewReader(strings.NewReader(r.Body), int64(len(r.Body)))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		_, _ = b.ReadFrom(in)
		all[f.Name] = b.String()
	}
	for name, want := range map[string]string{"index.html": "Harbour Street Bakery", "data/note.json": "Closed on", "data/order_line.json": "Assam 1 kg", "data/contact.json": "Carvalho",
		"data/customer_phone.json": "+44 117 496 0142", "data/survey_response.json": "Late again.", "data/consent.json": "customer_relation"} {
		if !strings.Contains(all[name], want) {
			t.Errorf("%s lacks %q\n%.400s", name, want, all[name])
		}
	}
	if strings.Contains(r.Body, "token_hash") || strings.Contains(all["index.html"], "单雄信") {
		t.Error("it holds what is not theirs")
	}
}

func TestWhoMayNotErasesNobody(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	a.Colleague(apptest.MemberEmail, "member")
	for path, body := range map[string]string{"/customers/1/person-export": "", "/customers/1/erasure": `{"confirm":"Harbour Street Bakery"}`, "/contacts/1/erasure": `{"confirm":"Inês Carvalho"}`} {
		if r := a.Anonymous().Call("POST", path, body); r.Status != http.StatusUnauthorized {
			t.Errorf("nobody, %s: %d", path, r.Status)
		}
		if r := a.API(apptest.MemberEmail, "write").Call("POST", path, body); r.Status != http.StatusForbidden {
			t.Errorf("a member, %s: %d", path, r.Status)
		}
		if r := a.API("", "write").Call("POST", strings.Replace(path, "/1/", "/999/", 1), body); r.Status != http.StatusNotFound {
			t.Errorf("who is not there, %s: %d", path, r.Status)
		}
	}
	b := a.Owner()
	if r := b.Get("/customers/1/privacy"); r.Status != http.StatusOK || !strings.Contains(r.Body, "Harbour Street Bakery") {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	if r := b.Post("/customers/1/erasure", "confirm", "wrong"); r.Status != http.StatusUnprocessableEntity || !strings.Contains(r.Body, "This is not the name") {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	b.Follow("/customers/1/erasure", "confirm", "harbour street  bakery")
	if r := b.Get("/customers"); strings.Contains(r.Body, "Harbour Street") {
		t.Error("still listed")
	}
}
