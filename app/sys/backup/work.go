// Working folders: .work-* under backups/, each locked by whoever made it. One
// that nobody locks was left behind by a kill and is cleared away.

package backup

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/gofrs/flock"

	"regulars/app/kit/id"
)

type work struct {
	dir  string
	lock *flock.Flock
	keep bool // a restore still needs it
}

// newWork makes a locked working folder inside dir, which it creates.
func newWork(dir string) (*work, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the backup folder: %w", err)
	}
	w := &work{dir: filepath.Join(dir, ".work-"+id.Token(9))}
	if err := os.Mkdir(w.dir, 0o700); err != nil {
		return nil, fmt.Errorf("make a working folder: %w", err)
	}
	w.lock = flock.New(filepath.Join(w.dir, "lock"))
	if ok, err := w.lock.TryLock(); err != nil || !ok {
		return nil, fmt.Errorf("lock the working folder: %w", err)
	}
	return w, nil
}

func (w *work) path(name string) string { return filepath.Join(w.dir, name) }

// close removes the folder; what was worth keeping has been moved out of it.
func (w *work) close() {
	_ = w.lock.Close()
	if !w.keep {
		_ = os.RemoveAll(w.dir) // a rest is swept next time
	}
}

// sweep removes working folders that nobody holds any more. While a restore is
// half done its folder is needed: see Resume.
func sweep(dataDir string) {
	if _, err := os.Lstat(filepath.Join(dataDir, markerName)); err == nil {
		return
	}
	left, err := filepath.Glob(filepath.Join(dataDir, folder, ".work-*"))
	if err != nil {
		return
	}
	for _, dir := range left {
		lock := flock.New(filepath.Join(dir, "lock"))
		if ok, err := lock.TryLock(); err != nil || !ok {
			continue
		}
		_ = lock.Close()
		_ = os.RemoveAll(dir)
	}
}

// syncFile makes a written file durable.
func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}

// syncDir makes renames in a folder durable; Windows does so by itself.
func syncDir(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}
