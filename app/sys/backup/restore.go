package backup

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"regulars/app/sys/clock"
	"regulars/app/sys/db"
	"regulars/app/sys/outbox"
)

// Restore puts a backup into the data folder, whose lock the caller holds.
// Everything is unpacked and checked first; then the data from before moves to
// backups/replaced-<time>/ and the new data into its place. A kill between the
// two is finished by Resume. Sending starts held: what the backup still had to
// send may have been sent since.
func Restore(ctx context.Context, file, dataDir, passphrase string, force bool) (Info, error) {
	if err := Resume(dataDir); err != nil {
		return Info{}, err
	}
	if fileExists(filepath.Join(dataDir, database)) && !force {
		return Info{}, ErrExists
	}
	w, err := newWork(filepath.Join(dataDir, folder))
	if err != nil {
		return Info{}, err
	}
	defer w.close()
	a, err := unpack(ctx, file, passphrase, w.path("data"))
	if err != nil {
		return Info{}, err
	}
	if err := quarantine(ctx, w.path("data")); err != nil {
		return Info{}, err
	}
	info := a.info(file, a.size, a.encrypted)
	aside := asideName(dataDir)
	m := marker{Work: filepath.Join(folder, filepath.Base(w.dir)), Aside: aside, Phase: phaseAside}
	w.keep = true // from here on it is Resume that clears it away
	if err := m.save(dataDir); err != nil {
		return Info{}, err
	}
	_ = w.lock.Close()
	if err := Resume(dataDir); err != nil {
		return Info{}, err
	}
	path := filepath.Join(dataDir, aside)
	if holdsFile(path) {
		info.Aside = path
		return info, nil
	}
	_ = os.RemoveAll(path) // only the empty folders of a data folder that was just made
	return info, nil
}

// holdsFile tells whether anything but folders lies in dir. What cannot be read
// counts as something.
func holdsFile(dir string) bool {
	found := false
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			found = true
			return filepath.SkipAll
		}
		return err
	})
	return found || (err != nil && !errors.Is(err, fs.ErrNotExist))
}

// asideName is a folder that does not exist yet, so that every move into it
// can be repeated after a kill.
func asideName(dataDir string) string {
	name := filepath.Join(folder, "replaced-"+clock.System{}.Now().Format(stamp))
	for n, free := 2, name; ; n++ {
		if !fileExists(filepath.Join(dataDir, free)) {
			return free
		}
		free = fmt.Sprintf("%s-%d", name, n)
	}
}

// unpack writes a backup's parts into dir and checks them.
func unpack(ctx context.Context, file, passphrase, dir string) (archive, error) {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return archive{}, fmt.Errorf("make a folder to unpack into: %w", err)
	}
	root, err := os.OpenRoot(dir) // no entry's name leads out of it
	if err != nil {
		return archive{}, fmt.Errorf("open the folder to unpack into: %w", err)
	}
	defer root.Close()
	a, err := read(ctx, file, passphrase, func(name string) (io.WriteCloser, error) {
		if err := root.MkdirAll(filepath.Dir(filepath.FromSlash(name)), 0o700); err != nil {
			return nil, err
		}
		f, err := root.OpenFile(filepath.FromSlash(name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return nil, err
		}
		return durable{f}, nil
	})
	if err != nil {
		return a, err
	}
	return a, a.matches(ctx, filepath.Join(dir, database))
}

// durable is a file that reaches the disk before it counts as closed.
type durable struct{ *os.File }

func (d durable) Close() error { return errors.Join(d.Sync(), d.File.Close()) }

// quarantine marks the restored database so that nothing leaves it by itself.
func quarantine(ctx context.Context, dir string) error {
	d, err := db.Open(db.Options{Path: filepath.Join(dir, database), Clock: clock.System{}, Readers: 1})
	if err != nil {
		return fmt.Errorf("open the restored database: %w", err)
	}
	err = d.Write(ctx, "backup.restore", func(ctx context.Context, tx *db.Tx) error {
		return outbox.Quarantine(ctx, tx, "restored")
	})
	if err := errors.Join(err, d.Close()); err != nil {
		return fmt.Errorf("hold the restored outbox: %w", err)
	}
	return syncFile(filepath.Join(dir, database))
}

const (
	markerName = "restore.json"
	phaseAside = "aside" // the old data is moving out
	phaseIn    = "in"    // the new data is moving in
)

// marker is the plan of a restore that has begun to move data.
type marker struct {
	Work  string `json:"work"`
	Aside string `json:"aside"`
	Phase string `json:"phase"`
}

func (m marker) save(dataDir string) error {
	text, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("note the restore: %w", err)
	}
	path := filepath.Join(dataDir, markerName)
	if err := os.WriteFile(path+".new", text, 0o600); err != nil {
		return fmt.Errorf("note the restore: %w", err)
	}
	if err := syncFile(path + ".new"); err != nil {
		return fmt.Errorf("note the restore: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("note the restore: %w", err)
	}
	return syncDir(dataDir)
}

// Resume finishes a restore that was cut off while it moved data, and clears
// away what a killed backup left. Call it at every start, under the folder's
// lock, before the database is opened.
func Resume(dataDir string) error {
	if err := finish(dataDir); err != nil {
		return err
	}
	sweep(dataDir)
	return nil
}

func finish(dataDir string) error {
	text, err := os.ReadFile(filepath.Join(dataDir, markerName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the note of a restore: %w", err)
	}
	var m marker
	if err := json.Unmarshal(text, &m); err != nil || !filepath.IsLocal(m.Work) || !filepath.IsLocal(m.Aside) {
		return fmt.Errorf("the note of a restore in %s cannot be read", markerName)
	}
	aside, from := filepath.Join(dataDir, m.Aside), filepath.Join(dataDir, m.Work, "data")
	if m.Phase == phaseAside {
		old := append([]string{database + "-wal", database + "-shm"}, parts...)
		if err := move(dataDir, aside, old); err != nil {
			return fmt.Errorf("move the data from before aside: %w", err)
		}
		m.Phase = phaseIn
		if err := m.save(dataDir); err != nil {
			return err
		}
	}
	if err := move(from, dataDir, parts); err != nil {
		return fmt.Errorf("move the restored data in: %w", err)
	}
	if err := os.Remove(filepath.Join(dataDir, markerName)); err != nil {
		return fmt.Errorf("forget the restore: %w", err)
	}
	_ = os.RemoveAll(filepath.Join(dataDir, m.Work)) // or swept later
	return syncDir(dataDir)
}

// move renames what exists; what was moved before a kill exists no more.
func move(from, to string, names []string) error {
	for _, name := range names {
		if !fileExists(filepath.Join(from, name)) {
			continue
		}
		if err := os.MkdirAll(to, 0o700); err != nil {
			return err
		}
		if err := os.Rename(filepath.Join(from, name), filepath.Join(to, name)); err != nil {
			return err
		}
	}
	if !fileExists(to) {
		return nil
	}
	return errors.Join(syncDir(from), syncDir(to))
}
