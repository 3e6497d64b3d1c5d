package backup

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"regulars/app/sys/db"
	"regulars/app/sys/job"
	"regulars/app/sys/setting"
)

const (
	settingLast  = "backup.last"
	settingDrill = "backup.drill"
	keepDays     = 7
	keepWeeks    = 4
	keepBefore   = 2 // snapshots from before a migration
	nightly      = "nightly-"
	stamp        = "20060102-150405"
)

// Keeper makes the house's own backups and tries them out.
type Keeper struct {
	db         *db.DB
	dataDir    string
	passphrase func(ctx context.Context) (string, error)
}

// New makes a keeper. The passphrase may be nil or answer "": then nightly
// backups can be read by whoever has the file.
func New(d *db.DB, dataDir string, passphrase func(ctx context.Context) (string, error)) *Keeper {
	if passphrase == nil {
		passphrase = func(context.Context) (string, error) { return "", nil }
	}
	return &Keeper{db: d, dataDir: dataDir, passphrase: passphrase}
}

// Jobs are the nightly backup and the weekly restore drill.
func (k *Keeper) Jobs() []job.Spec {
	return []job.Spec{
		{Name: "backup_nightly", Schedule: job.Daily(3, 15), Timeout: 2 * time.Hour, Run: k.Nightly},
		{Name: "backup_drill", Schedule: job.Weekly(time.Sunday, 4, 30), Timeout: 2 * time.Hour, Run: k.Drill},
	}
}

// Record is how the latest backup or drill went.
type Record struct {
	At        int64  `json:"at"` // unix ms; 0 means never
	File      string `json:"file"`
	Size      int64  `json:"size"`
	Encrypted bool   `json:"encrypted"`
	Entries   int    `json:"entries"`
	Error     string `json:"error"` // "" when it went well
	GoodAt    int64  `json:"good_at"`
}

// Nightly makes a backup and then lets go of old ones: the newest of each of
// the last seven days stays, and of each of the four weeks before them. Backups under other
// names are never touched.
func (k *Keeper) Nightly(ctx context.Context) error {
	file, err := k.nightly(ctx)
	return errors.Join(err, k.record(ctx, settingLast, file, err))
}

func (k *Keeper) nightly(ctx context.Context) (Info, error) {
	pass, err := k.passphrase(ctx)
	if err != nil {
		return Info{}, fmt.Errorf("find the backup passphrase: %w", err)
	}
	name := nightly + k.db.Now().UTC().Format(stamp) + ".tar.gz"
	if pass != "" {
		name += ".age"
	}
	info, err := Make(ctx, k.db, k.dataDir, filepath.Join(k.dataDir, folder, name), pass)
	if err != nil {
		return info, err
	}
	return info, k.prune()
}

// Drill restores the newest nightly backup into a temporary folder, checks it
// and records how that went.
func (k *Keeper) Drill(ctx context.Context) error {
	info, err := k.drill(ctx)
	return errors.Join(err, k.record(ctx, settingDrill, info, err))
}

func (k *Keeper) drill(ctx context.Context) (Info, error) {
	files, err := k.List()
	if err != nil {
		return Info{}, err
	}
	i := slices.IndexFunc(files, func(f File) bool { return !f.night.IsZero() })
	if i < 0 {
		return Info{}, errors.New("there is no nightly backup to try")
	}
	path := filepath.Join(k.dataDir, folder, files[i].Name)
	pass, err := k.passphrase(ctx)
	if err != nil {
		return Info{Path: path}, fmt.Errorf("find the backup passphrase: %w", err)
	}
	sweep(k.dataDir)
	w, err := newWork(filepath.Join(k.dataDir, folder))
	if err != nil {
		return Info{Path: path}, err
	}
	defer w.close()
	a, err := unpack(ctx, path, pass, w.path("data"))
	if err != nil {
		return Info{Path: path}, err
	}
	return a.info(path, a.size, a.encrypted), nil
}

// Last is how the latest nightly backup went.
func (k *Keeper) Last(ctx context.Context) (Record, error) { return k.recorded(ctx, settingLast) }

// LastDrill is how the latest restore drill went.
func (k *Keeper) LastDrill(ctx context.Context) (Record, error) { return k.recorded(ctx, settingDrill) }

func (k *Keeper) recorded(ctx context.Context, name string) (Record, error) {
	var r Record
	err := setting.Get(ctx, k.db.Reader(ctx), name, &r)
	return r, err
}

func (k *Keeper) record(ctx context.Context, name string, info Info, cause error) error {
	return k.db.Write(context.WithoutCancel(ctx), name, func(ctx context.Context, tx *db.Tx) error {
		before, err := k.recorded(ctx, name)
		if err != nil {
			return err
		}
		r := Record{At: tx.Now.UnixMilli(), Size: info.Size, Encrypted: info.Encrypted, Entries: info.Entries, GoodAt: before.GoodAt}
		if info.Path != "" {
			r.File = filepath.Base(info.Path)
		}
		if cause != nil {
			r.Error = cause.Error()
		} else {
			r.GoodAt = r.At
		}
		return setting.Put(ctx, tx, name, r)
	})
}

// File is a backup in the data folder.
type File struct {
	Name  string
	Size  int64
	At    time.Time
	night time.Time // zero for one made by hand
}

// List lists the backups in the data folder, newest first.
func (k *Keeper) List() ([]File, error) {
	entries, err := os.ReadDir(filepath.Join(k.dataDir, folder))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list the backups: %w", err)
	}
	var files []File
	for _, e := range entries {
		base := strings.TrimSuffix(e.Name(), ".age")
		if !e.Type().IsRegular() || !strings.HasSuffix(base, ".tar.gz") || strings.HasPrefix(base, ".") {
			continue
		}
		st, err := e.Info()
		if err != nil {
			return nil, fmt.Errorf("look at %s: %w", e.Name(), err)
		}
		f := File{Name: e.Name(), Size: st.Size(), At: st.ModTime().UTC()}
		if at, err := time.Parse(nightly+stamp+".tar.gz", base); err == nil {
			f.At, f.night = at, at
		}
		files = append(files, f)
	}
	slices.SortFunc(files, func(a, b File) int { return b.At.Compare(a.At) })
	return files, nil
}

// prune removes nightly backups that are neither a day's nor a week's to keep.
// It counts backups, not days on the calendar, so no wrong clock empties the
// folder.
func (k *Keeper) prune() error {
	files, err := k.List()
	if err != nil {
		return err
	}
	days, weeks, covered := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, f := range files {
		if f.night.IsZero() {
			continue
		}
		year, number := f.night.ISOWeek()
		week := fmt.Sprint(year, "-", number)
		if first(days, f.night.Format(time.DateOnly), keepDays) {
			covered[week] = true
			continue
		}
		if !covered[week] && first(weeks, week, keepWeeks) {
			continue
		}
		if err := os.Remove(filepath.Join(k.dataDir, folder, f.Name)); err != nil {
			return fmt.Errorf("remove an old backup: %w", err)
		}
	}
	return nil
}

// first tells whether key is new and among the first n, and remembers it.
func first(seen map[string]bool, key string, n int) bool {
	if seen[key] || len(seen) >= n {
		return false
	}
	seen[key] = true
	return true
}

func pruneSnapshots(dataDir string) {
	list, err := filepath.Glob(filepath.Join(dataDir, folder, "before-*.db"))
	if err != nil {
		return
	}
	slices.Sort(list) // versions are times
	for _, path := range list[:max(0, len(list)-keepBefore)] {
		_ = os.Remove(path) // tried again next time
	}
}
