package dump

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"regulars/app/sys/db"
	"regulars/app/sys/db/dbtest"
	"regulars/app/sys/journal"
)

type shop struct {
	*testing.T
	d     *db.DB
	files string
	j     *journal.Journal
}

func newShop(t *testing.T) shop {
	t.Helper()
	d := dbtest.New(t)
	s := shop{t, d, t.TempDir(), journal.New(d, []journal.Table{{Name: "customer"}, {Name: "tag"}})}
	if err := s.j.Install(context.Background()); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s shop) exec(statements ...string) {
	s.Helper()
	err := s.d.Write(context.Background(), "test", func(ctx context.Context, tx *db.Tx) error {
		for _, q := range statements {
			if _, err := tx.Exec(ctx, q); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.Fatal(err)
	}
}

func (s shop) write() string {
	s.Helper()
	path := filepath.Join(s.TempDir(), "all.zip")
	f, err := os.Create(path)
	if err != nil {
		s.Fatal(err)
	}
	if _, err := Write(context.Background(), s.d, s.files, f); err != nil {
		s.Fatal(err)
	}
	if err := f.Close(); err != nil {
		s.Fatal(err)
	}
	return path
}

func (s shop) read(file string) error {
	_, err := Read(context.Background(), s.d, s.files, file, s.j.Install)
	return err
}

func (s shop) count(query string) (n int) {
	s.Helper()
	if err := s.d.Reader(context.Background()).Get(context.Background(), &n, query); err != nil {
		s.Fatal(err)
	}
	return n
}

// entries are the contents of a zip by name.
func entries(t *testing.T, file string) map[string]string {
	t.Helper()
	r, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	out := map[string]string{}
	for _, f := range r.File {
		body, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(body)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(raw)
	}
	return out
}

const person = `INSERT INTO user (id, name, email, role, created_at, updated_at) VALUES (7, 'Mei', 'mei@example.com', 'owner', 1, 1)`

func filled(t *testing.T) shop {
	s := newShop(t)
	s.exec(person, `INSERT INTO user_secret (user_id, password_hash) VALUES (7, 'argon')`,
		`INSERT INTO customer (id, kind, name, name_key, sort_key, owner_id, created_at, updated_at) VALUES (3, 'person', '李雷 "quoted" 😀', 'x', 'x', 7, 1, 1), (9, 'person', 'Gone', 'g', 'g', NULL, 1, 1)`,
		`INSERT INTO tag (id, name, created_at, updated_at) VALUES (1, 'VIP', 1, 1)`, `INSERT INTO customer_tag (customer_id, tag_id) VALUES (3, 1)`,
		`INSERT INTO outbox (dedupe_key, channel, purpose, to_address, payload, state, created_at) VALUES ('a', 'email', 'survey', 'a@example.com', '{}', 'sent', 1)`)
	s.exec(`DELETE FROM customer WHERE id = 9`)
	content := []byte("a picture")
	sum := sha256.Sum256(content)
	name := hex.EncodeToString(sum[:])
	if err := os.MkdirAll(filepath.Join(s.files, name[:2]), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(s.files, name[:2], name), content, 0o600); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAnEmptyShopReadsItBackIdentically(t *testing.T) {
	from := filled(t)
	first := from.write()
	to := newShop(t)
	to.exec(`INSERT INTO user (id, name, email, role, created_at, updated_at) VALUES (1, 'Set up', 'MEI@example.com', 'owner', 1, 1)`,
		`INSERT INTO user_secret (user_id, password_hash) VALUES (1, 'mine')`,
		`INSERT INTO session (token_hash, user_id, generation, created_at, seen_at, proved_at, expires_at) VALUES ('x', 1, 1, 1, 1, 1, 9)`)
	if err := to.read(first); err != nil {
		t.Fatal(err)
	}
	a, b := entries(t, first), entries(t, to.write())
	for name := range a {
		if name == "tables/journal_current.jsonl" { // a counter: reading counts too
			continue
		}
		if a[name] != b[name] {
			t.Errorf("%s differs:\n%s\n%s", name, a[name], b[name])
		}
	}
	if len(a) != len(b) {
		t.Errorf("%d entries became %d", len(a), len(b))
	}
	if n := to.count(`SELECT count(*) FROM user_secret WHERE user_id = 7 AND password_hash = 'mine'`); n != 1 {
		t.Error("the owner of the empty shop cannot sign in any more")
	}
	if to.count(`SELECT count(*) FROM session`) != 0 {
		t.Error("a session of somebody else survived")
	}
	if bad, err := to.j.Verify(context.Background()); bad != 0 || err != nil {
		t.Errorf("the journal's chain: %d %v", bad, err)
	}
	to.exec(`INSERT INTO customer (kind, name, name_key, sort_key, created_at, updated_at) VALUES ('person', 'New', 'n', 'n', 1, 1)`)
	if n := to.count(`SELECT max(id) FROM customer`); n != 10 {
		t.Errorf("number %d was given again", n)
	}
}

func TestSecretsStayAtHome(t *testing.T) {
	all := entries(t, filled(t).write())
	for name, text := range all {
		if bytes.Contains([]byte(text), []byte("argon")) {
			t.Errorf("%s holds a password's hash", name)
		}
	}
	if _, ok := all["tables/user_secret.jsonl"]; ok {
		t.Error("user_secret is in it")
	}
}

func TestOnlyAnEmptyShopTakesIt(t *testing.T) {
	s := filled(t)
	if err := s.read(s.write()); !errors.Is(err, ErrNotEmpty) {
		t.Errorf("%v", err)
	}
}

func TestDamageIsNoticedAndNothingHappens(t *testing.T) {
	good := entries(t, filled(t).write())
	change := func(name, text string) map[string]string {
		out := map[string]string{}
		for k, v := range good {
			out[k] = v
		}
		if out[name] = text; text == "" {
			delete(out, name)
		}
		return out
	}
	for what, content := range map[string]map[string]string{
		"a missing table":   change("tables/customer.jsonl", ""),
		"a missing row":     change("tables/tag.jsonl", "\n"),
		"no manifest":       change("manifest.json", ""),
		"a strange entry":   change("../evil", "x"),
		"a strange table":   change("tables/sqlite_schema.jsonl", "{}"),
		"a secret table":    change("tables/user_secret.jsonl", "{}"),
		"a strange column":  change("tables/tag.jsonl", `{"id":1,"name\"; DROP TABLE tag; --":"x"}`+"\n"),
		"a broken row":      change("tables/tag.jsonl", "{\n"),
		"a dangling row":    change("tables/user.jsonl", `{"id":8,"name":"Jo","email":"jo@example.com","role":"owner","created_at":1,"updated_at":1}`+"\n"),
		"a forged file":     change("files/aa/aa00000000000000000000000000000000000000000000000000000000000000", "x"),
		"a file elsewhere":  change("files/../../x", "x"),
		"an older manifest": change("manifest.json", `{"format":0}`),
	} {
		path := filepath.Join(t.TempDir(), "bad.zip")
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		w := zip.NewWriter(f)
		for name, text := range content {
			e, err := w.Create(name)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := e.Write([]byte(text)); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(w.Close(), f.Close()); err != nil {
			t.Fatal(err)
		}
		s := newShop(t)
		s.exec(person)
		if err := s.read(path); err == nil {
			t.Errorf("%s was accepted", what)
		}
		if s.count(`SELECT count(*) FROM user WHERE id = 7 AND name = 'Mei'`) != 1 {
			t.Errorf("%s: what was there is gone", what)
		}
	}
}

func TestANewerExportIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new.zip")
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	e, err := w.Create(manifestName)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Write([]byte(`{"format":1,"schema":99991231000000}`)); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Close(), os.WriteFile(path, buf.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
	if err := newShop(t).read(path); !errors.Is(err, db.ErrNewer) {
		t.Errorf("%v", err)
	}
}
