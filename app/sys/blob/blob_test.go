package blob

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"regulars/app/kit/errs"
)

func store(t *testing.T) (*Store, string) {
	t.Helper()
	dir := t.TempDir()
	s, err := New(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s, dir
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	var list []string
	err := filepath.WalkDir(dir, func(p string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			list = append(list, p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

const helloSHA = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"

func TestContentIsStoredOnceUnderItsHash(t *testing.T) {
	s, dir := store(t)
	for range 2 {
		ref, err := s.Put(strings.NewReader("hello"), 5)
		if err != nil || ref != (Ref{helloSHA, 5}) {
			t.Fatalf("%+v %v", ref, err)
		}
	}
	if got := files(t, dir); len(got) != 1 || got[0] != filepath.Join(dir, "2c", helloSHA) {
		t.Errorf("files %v", got)
	}
	f, err := s.Open(helloSHA)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if content, err := io.ReadAll(f); err != nil || string(content) != "hello" {
		t.Errorf("%q %v", content, err)
	}
	var seen []Ref
	if err := s.Walk(func(r Ref) error { seen = append(seen, r); return nil }); err != nil || len(seen) != 1 || seen[0].Size != 5 {
		t.Errorf("walk %v %v", seen, err)
	}
	if err := s.Remove(helloSHA); err != nil || s.Has(helloSHA) || s.Remove(helloSHA) != nil {
		t.Errorf("remove: %v", err)
	}
	if _, err := s.Open(helloSHA); !errs.Is(err, errs.NotFound) {
		t.Errorf("open after remove: %v", err)
	}
}

func TestTooLargeAndBrokenUploadsLeaveNothing(t *testing.T) {
	s, dir := store(t)
	if _, err := s.Put(strings.NewReader("hello!"), 5); !errs.Is(err, errs.TooLarge) {
		t.Errorf("too large: %v", err)
	}
	broken := io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(errors.New("gone")))
	if _, err := s.Put(broken, 100); err == nil {
		t.Error("a broken upload was stored")
	}
	if got := files(t, dir); len(got) != 0 {
		t.Errorf("left behind: %v", got)
	}
}

func TestHostileHashesReachNothing(t *testing.T) {
	s, dir := store(t)
	secret := filepath.Join(filepath.Dir(dir), "secret")
	if err := os.WriteFile(secret, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, sha := range []string{"", "..", "../secret", "ab/../../secret", "/etc/passwd", strings.ToUpper(helloSHA), helloSHA + "0", helloSHA[:63] + "/", strings.Repeat(".", 64), strings.Repeat("\x00", 64)} {
		if _, err := s.Open(sha); !errs.Is(err, errs.NotFound) {
			t.Errorf("Open(%q) = %v", sha, err)
		}
		if s.Has(sha) || s.Remove(sha) != nil {
			t.Errorf("%q was accepted", sha)
		}
	}
	// A link planted in the folder leads nowhere outside it.
	link := strings.Repeat("a", 64)
	if err := os.Mkdir(filepath.Join(dir, "aa"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(secret, filepath.Join(dir, "aa", link)); err != nil {
		t.Fatal(err)
	}
	if f, err := s.Open(link); err == nil {
		_ = f.Close()
		t.Error("a link out of the folder was followed")
	}
}

func TestSweepRemovesWhatACrashLeft(t *testing.T) {
	s, dir := store(t)
	old := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, at := range map[string]time.Time{".tmp-OLD": old, ".tmp-NEW": old.Add(48 * time.Hour), "readme": old} {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(p, at, at); err != nil {
			t.Fatal(err)
		}
	}
	n, err := s.Sweep(old.Add(24 * time.Hour))
	if err != nil || n != 1 || len(files(t, dir)) != 2 {
		t.Errorf("%d %v %v", n, err, files(t, dir))
	}
	if err := s.Walk(func(r Ref) error { t.Errorf("walked %v", r); return nil }); err != nil {
		t.Error(err)
	}
}

func TestNameAndContentMustAgree(t *testing.T) {
	png := "\x89PNG\r\n\x1a\n...."
	for _, c := range []struct{ head, name, want string }{
		{png, "photo.png", "image/png"},
		{png, "照片.PNG", "image/png"},
		{png, "invoice.exe.png", "image/png"},
		{"\xff\xd8\xff\xe0", "a.jpeg", "image/jpeg"},
		{"RIFF1234WEBPVP8 ", "a.webp", "image/webp"},
		{"%PDF-1.7", "a.pdf", "application/pdf"},
		{"PK\x03\x04....", "a.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
		{"name,phone\n王芳,1", "a.csv", "text/csv"},
		{"\xd0\xd5\xc3\xfb,1", "gb18030.csv", "text/csv"},
		{"\xff\xfea\x00", "utf16.txt", "text/plain"},
		{"\x00\x00\x00\x20ftypisom", "a.mp4", "video/mp4"},
		{png, "photo.jpg", ""},
		{png, "photo.svg", ""},
		{"<svg xmlns=", "a.svg", ""},
		{"<svg onload=", "a.txt", ""},
		{" \n<!DOCTYPE html>", "a.csv", ""},
		{"\xef\xbb\xbf<script>", "a.txt", ""},
		{"<html>", "a.html", ""},
		{"MZ\x90\x00", "a.exe", ""},
		{"MZ\x90\x00", "a.png", ""},
		{"MZ\x90\x00", "a.txt", ""},
		{png, "photo.png.exe", ""},
		{png, "photo.png\x00.exe", ""},
		{png, "a\x00.png", ""},
		{png, "gnp.\u202eexe.png", ""},
		{png, "a\n.png", ""},
		{png, "photo.png.", ""},
		{png, "photo.png ", ""},
		{png, "png", ""},
		{png, "", ""},
		{"", "a.png", ""},
		{"RIFF", "a.webp", ""},
	} {
		mime, ok := Sniff([]byte(c.head), c.name)
		if mime != c.want || ok != (c.want != "") {
			t.Errorf("Sniff(%q, %q) = %q %v, want %q", c.head, c.name, mime, ok, c.want)
		}
	}
}

func TestCleanName(t *testing.T) {
	for in, want := range map[string]string{
		"报价单 2026.pdf":                    "报价单 2026.pdf",
		"../../etc/passwd":                "passwd",
		`C:\Users\a\invoice.pdf`:          "invoice.pdf",
		"a\r\nSet-Cookie: x.pdf":          "aSet-Cookie_ x.pdf",
		"a\u202efdp.exe":                  "afdp.exe",
		`a"b<c>.txt`:                      "a_b_c_.txt",
		"...":                             "file",
		"":                                "file",
		"bad\xffutf8.txt":                 "badutf8.txt",
		strings.Repeat("长", 100) + ".pdf": strings.Repeat("长", 65) + ".pdf",
	} {
		if got := CleanName(in); got != want {
			t.Errorf("CleanName(%q) = %q, want %q", in, got, want)
		}
	}
}
