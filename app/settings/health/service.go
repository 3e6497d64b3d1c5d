package health

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/backup"
	"regulars/app/sys/db"
	"regulars/app/sys/job"
	"regulars/app/sys/journal"
	"regulars/app/sys/safego"
)

// Jobs tells how every job stands.
func (s *Service) Jobs(ctx context.Context) ([]job.Status, error) {
	if err := auth.From(ctx).May("health.read"); err != nil {
		return nil, err
	}
	return s.jobs.List(ctx)
}

// Runs lists a job's past, newest first.
func (s *Service) Runs(ctx context.Context, name string, before int64, limit int) ([]job.Run, error) {
	if err := auth.From(ctx).May("health.read"); err != nil {
		return nil, err
	}
	return s.jobs.Runs(ctx, name, before, limit)
}

// RunNow starts a job outside its schedule and waits a little for its end;
// done tells whether it ended, err then is the job's own.
func (s *Service) RunNow(ctx context.Context, name string, wait time.Duration) (done bool, err error) {
	if err := auth.From(ctx).May("health.write"); err != nil {
		return false, err
	}
	if _, err := s.jobs.Runs(ctx, name, 0, 1); err != nil {
		return false, err
	}
	if err := s.keep(ctx, "job.run_now", "job", name); err != nil {
		return false, err
	}
	ended := make(chan error, 1)
	safego.Go("job by hand", func() {
		err := s.jobs.RunNow(s.ctx, name)
		if err != nil {
			slog.Warn("a job started by hand failed", "job", name, "error", err)
		}
		ended <- err
	})
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case err := <-ended:
		return true, err
	case <-timer.C:
	case <-ctx.Done():
	}
	return false, nil
}

// keep leaves a trace in the audit log.
func (s *Service) keep(ctx context.Context, op, kind, label string) error {
	return s.DB.Write(ctx, op, func(_ context.Context, tx *db.Tx) error {
		journal.About(tx, kind, 0, label)
		journal.Keep(tx)
		return nil
	})
}

// Backup makes a backup now; done is false when it goes on in the background.
func (s *Service) Backup(ctx context.Context, wait time.Duration) (done bool, err error) {
	return s.RunNow(ctx, "backup_nightly", wait)
}

// Files lists the backups in the data folder.
func (s *Service) Files(ctx context.Context) ([]backup.File, error) {
	if err := auth.From(ctx).May("backup.export"); err != nil {
		return nil, err
	}
	return s.Backups.List()
}

// File opens one backup for download and notes who took it.
func (s *Service) File(ctx context.Context, name string) (*os.File, error) {
	files, err := s.Files(ctx)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if f.Name != name {
			continue
		}
		if err := s.keep(ctx, "backup.download", "backup", name); err != nil {
			return nil, err
		}
		file, err := os.Open(filepath.Join(s.Config.DataDir, "backups", filepath.Base(f.Name)))
		if err != nil && os.IsNotExist(err) {
			return nil, errs.NotVisible()
		}
		return file, err
	}
	return nil, errs.NotVisible()
}

// Verify walks the journal's chain; it answers with the first set that was
// tampered with, 0 when all is well.
func (s *Service) Verify(ctx context.Context) (int64, error) {
	if err := auth.From(ctx).May("health.write"); err != nil {
		return 0, err
	}
	return s.journal.Verify(ctx)
}

// Report is what /healthz answers.
type Report struct {
	Status     string     `json:"status"` // ok or unhealthy
	Version    string     `json:"version"`
	Schema     int64      `json:"schema"`
	JobsLate   []string   `json:"jobs_late"`
	LastBackup *time.Time `json:"last_backup"`
	Problems   []string   `json:"problems"`
}

// Healthy looks at the house for programs: without login, so without details.
func (s *Service) Healthy(ctx context.Context) Report {
	r := Report{Status: "ok", Version: s.Version, Schema: db.SchemaVersion(), JobsLate: []string{}, Problems: []string{}}
	if err := s.Writable(ctx); err != nil {
		slog.Error("the database cannot be written", "error", err)
		r.Problems = append(r.Problems, "database_not_writable")
	}
	st, err := s.Read(ctx)
	if err != nil {
		slog.Error("look at the house", "error", err)
		r.Problems = append(r.Problems, "database_not_readable")
		r.Status = "unhealthy"
		return r
	}
	if len(st.Late) > 0 {
		r.JobsLate = st.Late
		r.Problems = append(r.Problems, "jobs_late")
	}
	if st.Backup.GoodAt != 0 {
		at := time.UnixMilli(st.Backup.GoodAt).UTC()
		r.LastBackup = &at
	}
	if st.OldBackup {
		r.Problems = append(r.Problems, "backup_old")
	}
	if st.DiskFree >= 0 && st.DiskFree < lowDisk/10 {
		r.Problems = append(r.Problems, "disk_full")
	}
	if len(r.Problems) > 0 {
		r.Status = "unhealthy"
	}
	return r
}

// Ready is nil when the database is migrated and can be written.
func (s *Service) Ready(ctx context.Context) error {
	st, err := s.DB.Inspect(ctx)
	if err != nil {
		return fmt.Errorf("inspect the database: %w", err)
	}
	if st.Fresh || len(st.Pending) > 0 {
		return fmt.Errorf("the database is not migrated: %w", fs.ErrNotExist)
	}
	return s.Writable(ctx)
}
