// Package lock prepares the data folder and makes sure that one process at a
// time owns it. The lock is the operating system's, so it ends with the
// process, however that ends.
package lock

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/gofrs/flock"
)

// ErrInUse says that another instance owns the data folder (exit status 4).
var ErrInUse = errors.New("the data folder is in use by another instance of Regulars")

// Lock is the ownership of a data folder.
type Lock struct{ file *flock.Flock }

// Acquire takes the folder or answers ErrInUse at once.
func Acquire(dir string) (*Lock, error) {
	file := flock.New(filepath.Join(dir, "lock"), flock.SetPermissions(0o600))
	got, err := file.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock the data folder %s: %w", dir, err)
	}
	if !got {
		return nil, fmt.Errorf("%w: %s", ErrInUse, dir)
	}
	_ = os.Truncate(file.Path(), 0) // what the owner before said of itself; no owner needs it
	return &Lock{file: file}, nil
}

// Say lets others on this machine know at which address the folder's owner
// answers. It is a convenience: Windows, for one, keeps a locked file closed.
func Say(dir, address string) error {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("say the address: %w", err)
	}
	_, err = f.WriteString(address + "\n")
	return errors.Join(err, f.Close())
}

// Said is the address that the folder's present owner gave, or empty.
func Said(dir string) string {
	raw, err := os.ReadFile(filepath.Join(dir, "lock"))
	if err != nil || len(raw) == 0 || len(raw) > 300 || Free(dir) {
		return ""
	}
	return strings.TrimSpace(string(raw))
}

// Free tells whether nobody owns the folder just now.
func Free(dir string) bool {
	l, err := Acquire(dir)
	return err == nil && l.Release() == nil
}

// Release gives the folder back; the lock file stays.
func (l *Lock) Release() error {
	if err := l.file.Close(); err != nil {
		return fmt.Errorf("unlock the data folder: %w", err)
	}
	return nil
}

// PrepareDir makes the data folder with its parts, readable by its owner only,
// and proves that it can be written. Errors are sentences for the shell.
func PrepareDir(dir string) error {
	for _, part := range []string{dir, filepath.Join(dir, "files"), filepath.Join(dir, "keys"), filepath.Join(dir, "backups")} {
		if err := prepare(part); err != nil {
			return err
		}
	}
	return prove(dir)
}

func prepare(dir string) error {
	info, err := os.Stat(dir)
	if err == nil && !info.IsDir() {
		return fmt.Errorf("%s is a file, but the data needs a folder there: choose another with --data", dir)
	}
	if err == nil {
		return tighten(dir, info)
	}
	if !errors.Is(err, os.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR) {
		return explain(dir, err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return explain(dir, err)
	}
	return nil
}

// tighten takes the folder away from everyone but its owner. A folder that
// belongs to someone else stays as it is: whether it can be used is proved next.
func tighten(dir string, info os.FileInfo) error {
	if info.Mode().Perm()&0o077 == 0 {
		return nil
	}
	if err := os.Chmod(dir, 0o700); err != nil && !errors.Is(err, os.ErrPermission) {
		return explain(dir, err)
	}
	return nil
}

func prove(dir string) error {
	f, err := os.CreateTemp(dir, ".write-*")
	if err != nil {
		return explain(dir, err)
	}
	name := f.Name()
	_, err = f.WriteString("x")
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if removeErr := os.Remove(name); err == nil {
		err = removeErr
	}
	if err != nil {
		return explain(dir, err)
	}
	return nil
}

func explain(dir string, err error) error {
	switch {
	case errors.Is(err, syscall.EROFS):
		return fmt.Errorf("the data folder %s lies on a read-only disk: choose another with --data: %w", dir, err)
	case errors.Is(err, os.ErrPermission):
		return fmt.Errorf("the data folder %s cannot be written by this user: change its owner or choose another with --data: %w", dir, err)
	case errors.Is(err, syscall.ENOTDIR):
		return fmt.Errorf("a part of the path %s is a file, not a folder: choose another with --data: %w", dir, err)
	case errors.Is(err, syscall.ENOSPC):
		return fmt.Errorf("the disk of the data folder %s is full: free some space: %w", dir, err)
	}
	return fmt.Errorf("prepare the data folder %s: %w", dir, err)
}
