package backup

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"regulars/app/sys/db"
)

func TestPassphrase(t *testing.T) {
	d, dir := shop(t)
	out := mustMake(t, d, dir, "right")
	for _, pass := range []string{"", "wrong"} {
		if _, err := Verify(t.Context(), out, pass); !errors.Is(err, ErrPassphrase) || errors.Is(err, db.ErrDamaged) {
			t.Fatalf("%q: %v", pass, err)
		}
		if _, err := Restore(t.Context(), out, dir, pass, true); !errors.Is(err, ErrPassphrase) {
			t.Fatalf("%q: %v", pass, err)
		}
	}
	if word(t, d) != "before" {
		t.Fatal("the data was touched")
	}
	if b, err := os.ReadFile(out); err != nil || bytes.Contains(b, []byte("SQLite format")) {
		t.Fatal("readable", err)
	}
}

func TestDamagedFilesAreRefused(t *testing.T) {
	for _, pass := range []string{"", "secret"} {
		d, dir := shop(t)
		whole := []byte(text(t, mustMake(t, d, dir, pass)))
		spoilt := map[string][]byte{
			"empty":    {},
			"cut":      whole[:len(whole)-1],
			"half":     whole[:len(whole)/2],
			"trailing": append(bytes.Clone(whole), "and more"...),
			"text":     []byte("this is no backup at all, but somebody's letter"),
		}
		for i := 1; i < 40; i++ {
			b := bytes.Clone(whole)
			b[len(b)*i/40] ^= 0x40
			spoilt[fmt.Sprintf("flip%d", i)] = b
		}
		target := t.TempDir()
		put(t, filepath.Join(target, database), "precious")
		for name, b := range spoilt {
			path := filepath.Join(t.TempDir(), name)
			put(t, path, string(b))
			if strings.HasPrefix(name, "flip") {
				if _, err := Verify(t.Context(), path, pass); err == nil {
					continue // another spelling of the same content: every hash was compared
				}
			}
			_, err := Restore(t.Context(), path, target, pass, true)
			// A flip in the header of age can look like another passphrase.
			if !errors.Is(err, ErrDamaged) && !(pass != "" && errors.Is(err, ErrPassphrase)) {
				t.Errorf("%s (passphrase %q): %v", name, pass, err)
			}
			if errors.Is(err, ErrDamaged) && !errors.Is(err, db.ErrDamaged) {
				t.Errorf("%s has another exit status", name)
			}
		}
		if text(t, filepath.Join(target, database)) != "precious" || len(leftovers(t, target)) > 0 {
			t.Fatal("the data folder was touched")
		}
	}
}

func forge(t *testing.T, change func(m *manifest, files map[string][]byte)) string {
	t.Helper()
	d, dir := shop(t)
	files := map[string][]byte{}
	order := []string{}
	var m manifest
	unzip, err := gzip.NewReader(strings.NewReader(text(t, mustMake(t, d, dir, ""))))
	if err != nil {
		t.Fatal(err)
	}
	for in := tar.NewReader(unzip); ; {
		head, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		if head.Name == manifestName {
			if err := json.Unmarshal(b, &m); err != nil {
				t.Fatal(err)
			}
			continue
		}
		files[head.Name] = b
		order = append(order, head.Name)
	}
	change(&m, files)
	for _, e := range m.Entries[len(order):] {
		order = append(order, e.Name)
	}
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	tw := tar.NewWriter(zip)
	add := func(name string, b []byte) {
		if err := tw.WriteHeader(&tar.Header{Name: name, Size: int64(len(b)), Mode: 0o600, Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		if _, err := tw.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	b, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	add(manifestName, b)
	for _, name := range order {
		if content, ok := files[name]; ok {
			add(name, content)
		}
	}
	for name, content := range files {
		if strings.HasPrefix(name, "extra") {
			add(name, content)
		}
	}
	if err := errors.Join(tw.Close(), zip.Close()); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "forged.tar.gz")
	put(t, path, out.String())
	return path
}

func TestForgedArchives(t *testing.T) {
	const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	name := func(n string) func(*manifest, map[string][]byte) {
		return func(m *manifest, files map[string][]byte) {
			m.Entries = append(m.Entries, entry{Name: n, SHA256: empty})
			files[n] = nil
		}
	}
	for _, c := range []struct {
		what   string
		want   error
		change func(m *manifest, files map[string][]byte)
	}{
		{"unchanged", nil, func(*manifest, map[string][]byte) {}},
		{"traversal", ErrDamaged, name("files/../../evil")},
		{"absolute", ErrDamaged, name("/etc/evil")},
		{"backslash", ErrDamaged, name(`files\..\..\evil`)},
		{"drive", ErrDamaged, name("files/c:evil")},
		{"other folder", ErrDamaged, name("config.yaml")},
		{"twice", ErrDamaged, name("keys/master")},
		{"unnamed entry", ErrDamaged, func(_ *manifest, files map[string][]byte) { files["extra"] = []byte("x") }},
		{"missing entry", ErrDamaged, func(_ *manifest, files map[string][]byte) { delete(files, "keys/master") }},
		{"other content", ErrDamaged, func(_ *manifest, files map[string][]byte) { files["keys/master"] = []byte("9876543210") }},
		{"other size", ErrDamaged, func(_ *manifest, files map[string][]byte) { files["keys/master"] = []byte("0") }},
		{"oversized", ErrDamaged, func(m *manifest, _ map[string][]byte) { m.Entries[1].Size = 1 << 40 }},
		{"negative", ErrDamaged, func(m *manifest, _ map[string][]byte) { m.Entries[1].Size = -1 }},
		{"other journal", ErrDamaged, func(m *manifest, _ map[string][]byte) { m.Anchor = "00" }},
		{"newer format", db.ErrNewer, func(m *manifest, _ map[string][]byte) { m.Format = 2 }},
		{"newer schema", db.ErrNewer, func(m *manifest, _ map[string][]byte) { m.Schema = db.SchemaVersion() + 1 }},
	} {
		path := forge(t, c.change)
		dir := t.TempDir()
		_, err := Restore(t.Context(), path, dir, "", false)
		if !errors.Is(err, c.want) || err == nil != (c.want == nil) {
			t.Errorf("%s: %v", c.what, err)
		}
		if c.want != nil && (fileExists(filepath.Join(dir, database)) || fileExists(filepath.Join(filepath.Dir(dir), "evil"))) {
			t.Errorf("%s left something behind", c.what)
		}
	}
}

func TestDatabaseOfANewerVersionIsRefused(t *testing.T) {
	d, dir := shop(t)
	err := d.Write(t.Context(), "test", func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99991231000000, 1)")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Make(t.Context(), d, dir, filepath.Join(t.TempDir(), "x.tar.gz"), ""); !errors.Is(err, db.ErrNewer) {
		t.Fatalf("got %v", err)
	}
}
