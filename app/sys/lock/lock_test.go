package lock

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

func TestOnlyOneOwnsTheFolder(t *testing.T) {
	dir := t.TempDir()
	first, err := Acquire(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Acquire(dir); !errors.Is(err, ErrInUse) {
		t.Fatalf("the second got %v", err)
	}
	if err := first.Release(); err != nil {
		t.Fatal(err)
	}
	again, err := Acquire(dir)
	if err != nil {
		t.Fatalf("after release: %v", err)
	}
	if err := again.Release(); err != nil {
		t.Error(err)
	}
}

func TestTheOwnerSaysWhereItAnswers(t *testing.T) {
	dir := t.TempDir()
	l, err := Acquire(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := Say(dir, "127.0.0.1:9000"); err != nil {
		t.Fatal(err)
	}
	if got := Said(dir); got != "127.0.0.1:9000" {
		t.Errorf("Said = %q", got)
	}
	if err := l.Release(); err != nil {
		t.Fatal(err)
	}
	if got := Said(dir); got != "" {
		t.Errorf("nobody owns the folder, and it is said to answer at %q", got)
	}
	if l, err = Acquire(dir); err != nil {
		t.Fatal(err)
	}
	defer l.Release()
	if got := Said(dir); got != "" {
		t.Errorf("a new owner inherits %q", got)
	}
}

func TestPrepareDirMakesAPrivateFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "data")
	for range 2 {
		if err := PrepareDir(dir); err != nil {
			t.Fatal(err)
		}
	}
	for _, part := range []string{"", "files", "keys", "backups"} {
		info, err := os.Stat(filepath.Join(dir, part))
		if err != nil || !info.IsDir() {
			t.Fatalf("%s: %v", part, err)
		}
		if runtime.GOOS != "windows" && info.Mode().Perm() != 0o700 {
			t.Errorf("%q has mode %v", part, info.Mode().Perm())
		}
	}
	left, err := filepath.Glob(filepath.Join(dir, ".write-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func TestPrepareDirClosesAnOpenFolder(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := PrepareDir(dir); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(dir); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o700 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestPrepareDirSaysWhatIsWrong(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := PrepareDir(file); err == nil || !strings.Contains(err.Error(), "is a file") {
		t.Errorf("file: %v", err)
	}
	if err := PrepareDir(filepath.Join(file, "data")); err == nil || !strings.Contains(err.Error(), "not a folder") {
		t.Errorf("below a file: %v", err)
	}
	for cause, want := range map[error]string{
		syscall.EROFS:  "read-only disk",
		syscall.EACCES: "cannot be written by this user",
		syscall.ENOSPC: "is full",
	} {
		if err := explain("/data", &os.PathError{Op: "open", Path: "/data", Err: cause}); !strings.Contains(err.Error(), want) || !errors.Is(err, cause) {
			t.Errorf("%v gave %v", cause, err)
		}
	}
}
