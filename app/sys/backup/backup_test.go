package backup

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"regulars/app/sys/db"
	"regulars/app/sys/db/dbtest"
	"regulars/app/sys/outbox"
	"regulars/app/sys/safego"
	"regulars/app/sys/setting"
)

func TestMain(m *testing.M) {
	workFactor = 10 // quick; the real one is slow on purpose
	os.Exit(m.Run())
}

// shop is a data folder with something in every part of it.
func shop(t *testing.T) (*db.DB, string) {
	t.Helper()
	dir := t.TempDir()
	dbtest.Copy(t, filepath.Join(dir, database))
	put(t, filepath.Join(dir, "files", "ab", "abcd"), "a photo")
	put(t, filepath.Join(dir, "files", ".half"), "not ready")
	put(t, filepath.Join(dir, "keys", "master"), "0123456789")
	put(t, filepath.Join(dir, "config.yaml"), "stays")
	d := dbtest.Open(t, filepath.Join(dir, database))
	say(t, d, "before")
	return d, dir
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func say(t *testing.T, d *db.DB, text string) {
	t.Helper()
	err := d.Write(t.Context(), "test", func(ctx context.Context, tx *db.Tx) error { return setting.Put(ctx, tx, "word", text) })
	if err != nil {
		t.Fatal(err)
	}
}

func word(t *testing.T, d *db.DB) (text string) {
	t.Helper()
	if err := setting.Get(t.Context(), d.Reader(t.Context()), "word", &text); err != nil {
		t.Fatal(err)
	}
	return text
}

func mustMake(t *testing.T, d *db.DB, dir, pass string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "shop.tar.gz")
	if _, err := Make(t.Context(), d, dir, out, pass); err != nil {
		t.Fatal(err)
	}
	return out
}

func text(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// leftovers lists what lies in backups/ under working names.
func leftovers(t *testing.T, dir string) []string {
	t.Helper()
	list, err := filepath.Glob(filepath.Join(dir, folder, ".work-*"))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestRoundTrip(t *testing.T) {
	for _, pass := range []string{"", "correct horse battery"} {
		d, dir := shop(t)
		out := mustMake(t, d, dir, pass)
		info, err := Verify(t.Context(), out, pass)
		if err != nil || info.Entries != 3 || info.Schema != db.SchemaVersion() || info.Encrypted != (pass != "") || !info.CreatedAt.Equal(dbtest.Start) {
			t.Fatalf("%+v %v", info, err)
		}
		if st, err := os.Stat(out); err != nil || st.Mode().Perm() != 0o600 {
			t.Fatalf("%v %v", st, err)
		}
		say(t, d, "after")
		put(t, filepath.Join(dir, "files", "new"), "made later")
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := Restore(t.Context(), out, dir, pass, false); !errors.Is(err, ErrExists) {
			t.Fatalf("got %v", err)
		}
		info, err = Restore(t.Context(), out, dir, pass, true)
		if err != nil {
			t.Fatal(err)
		}
		back := dbtest.Open(t, filepath.Join(dir, database))
		if got := word(t, back); got != "before" {
			t.Fatalf("restored %q", got)
		}
		if st, err := outbox.New(back, outbox.Options{}).Status(t.Context()); err != nil || st.Hold.Reason != "restored" {
			t.Fatalf("sending is not held: %+v %v", st, err)
		}
		if text(t, filepath.Join(dir, "files/ab/abcd")) != "a photo" || text(t, filepath.Join(dir, "keys/master")) != "0123456789" {
			t.Fatal("files or keys differ")
		}
		if fileExists(filepath.Join(dir, "files/new")) || text(t, filepath.Join(info.Aside, "files/new")) != "made later" {
			t.Fatal("the data from before was not kept aside")
		}
		old := dbtest.Open(t, filepath.Join(info.Aside, database))
		if word(t, old) != "after" || text(t, filepath.Join(dir, "config.yaml")) != "stays" {
			t.Fatal("what should stay did not")
		}
		if l := leftovers(t, dir); len(l) > 0 {
			t.Fatalf("left behind: %v", l)
		}
	}
}

func TestRestoreIntoAnEmptyFolder(t *testing.T) {
	d, dir := shop(t)
	out := mustMake(t, d, dir, "")
	fresh := t.TempDir()
	for _, part := range []string{"files", "keys", folder} { // as the lock's PrepareDir makes them
		if err := os.Mkdir(filepath.Join(fresh, part), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	info, err := Restore(t.Context(), out, fresh, "", false)
	if err != nil || info.Aside != "" {
		t.Fatalf("%+v %v", info, err)
	}
	if left, err := filepath.Glob(filepath.Join(fresh, folder, "*")); err != nil || len(left) > 0 {
		t.Fatalf("left behind: %v %v", left, err)
	}
	if word(t, dbtest.Open(t, filepath.Join(fresh, database))) != "before" {
		t.Fatal("nothing came back")
	}
}

func TestBackupWhileOthersWrite(t *testing.T) {
	d, dir := shop(t)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	t.Cleanup(stop)
	wrote := make(chan bool, 1)
	safego.Go("test", func() {
		var err error
		for i := 0; ctx.Err() == nil && err == nil; i++ {
			err = d.Write(context.Background(), "test", func(ctx context.Context, tx *db.Tx) error {
				return setting.Put(ctx, tx, fmt.Sprint("n", i%500), strings.Repeat("x", 500))
			})
			select {
			case wrote <- true:
			default:
			}
		}
		ended <- err
	})
	<-wrote
	for i := range 3 {
		out := filepath.Join(dir, folder, fmt.Sprint("hand-", i, ".tar.gz"))
		if _, err := Make(t.Context(), d, dir, out, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := Verify(t.Context(), out, ""); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
}

// forge packs entries as a hostile hand would, with a fitting manifest.
func TestExistingFileIsNotOverwritten(t *testing.T) {
	d, dir := shop(t)
	out := mustMake(t, d, dir, "")
	if _, err := Make(t.Context(), d, dir, out, ""); !errors.Is(err, fs.ErrExist) {
		t.Fatalf("got %v", err)
	}
}

func TestRestoreIsFinishedAfterAKill(t *testing.T) {
	d, dir := shop(t)
	out := mustMake(t, d, dir, "")
	say(t, d, "after")
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	// Stop after every number of moves, as a kill would, then start again.
	for stop := range 7 {
		target := t.TempDir()
		if err := os.CopyFS(target, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		w, err := newWork(filepath.Join(target, folder))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := unpack(t.Context(), out, "", w.path("data")); err != nil {
			t.Fatal(err)
		}
		m := marker{Work: filepath.Join(folder, filepath.Base(w.dir)), Aside: filepath.Join(folder, "replaced"), Phase: phaseAside}
		aside, from := filepath.Join(target, m.Aside), filepath.Join(w.dir, "data")
		n := min(stop, len(parts))
		if err := move(target, aside, parts[:n]); err != nil {
			t.Fatal(err)
		}
		if stop > len(parts) {
			m.Phase = phaseIn
			if err := move(from, target, parts[:stop-len(parts)]); err != nil {
				t.Fatal(err)
			}
		}
		if err := m.save(target); err != nil {
			t.Fatal(err)
		}
		_ = w.lock.Close() // the process is gone
		sweep(target)
		if err := Resume(target); err != nil {
			t.Fatal(err)
		}
		if err := Resume(target); err != nil {
			t.Fatal(err)
		}
		if word(t, dbtest.Open(t, filepath.Join(target, database))) != "before" || word(t, dbtest.Open(t, filepath.Join(aside, database))) != "after" {
			t.Fatalf("stopped after %d moves: data lost", stop)
		}
		if text(t, filepath.Join(target, "keys/master")) != "0123456789" || len(leftovers(t, target)) > 0 {
			t.Fatalf("stopped after %d moves: incomplete", stop)
		}
	}
}

func TestRestoreTwiceKeepsBothAside(t *testing.T) {
	d, dir := shop(t)
	out := mustMake(t, d, dir, "")
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for range 3 {
		info, err := Restore(t.Context(), out, dir, "", true)
		if err != nil || seen[info.Aside] || !fileExists(filepath.Join(info.Aside, database)) {
			t.Fatalf("%+v %v", info, err)
		}
		seen[info.Aside] = true
	}
}
