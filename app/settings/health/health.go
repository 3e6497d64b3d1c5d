// Package health tells whether the house is well: jobs that run when they
// should, a database that can be written, backups that are fresh and were
// tried out, messages that get through. People see it on a page, programs at
// /readyz and /healthz, a monitoring system as metrics on a loopback address.
package health

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"regulars/app/sys/auth"
	"regulars/app/sys/backup"
	"regulars/app/sys/config"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/job"
	"regulars/app/sys/journal"
	"regulars/app/sys/outbox"
	"regulars/app/sys/setting"
	"regulars/app/sys/web"
)

const (
	oldBackup = 72 * time.Hour // a backup older than this needs a person
	lowDisk   = 1 << 30        // less free space than this too
	patience  = 3 * time.Second
	fresh     = 30 * time.Second // how long the banners' answer is kept
)

// Options are what the service stands on.
type Options struct {
	DB      *db.DB
	Config  config.Config
	Version string
	Outbox  *outbox.Outbox
	Events  *event.Bus
	Backups *backup.Keeper
}

// Service watches the house.
type Service struct {
	Options
	jobs    *job.Runner
	journal *journal.Journal
	modules []web.Module
	ctx     context.Context // ends background work

	mu      sync.Mutex
	told    []web.Banner
	toldAt  time.Time
	lastErr map[string]error
}

// New makes the service; Attach completes it once the machines exist.
func New(o Options) *Service { return &Service{Options: o, lastErr: map[string]error{}} }

// Attach gives the service the machines that are made after the slices; ctx
// ends what it runs in the background.
func (s *Service) Attach(ctx context.Context, jobs *job.Runner, j *journal.Journal, modules []web.Module) {
	s.ctx, s.jobs, s.journal, s.modules = ctx, jobs, j, modules
}

// Problem is something that needs a person: an i18n key with its arguments.
type Problem struct {
	Check string // i18n key of what was asked
	Key   string
	Args  []any
}

// State is how the house stands.
type State struct {
	Jobs      []job.Status
	Late      []string // names of late jobs
	Backup    backup.Record
	Drill     backup.Record
	Stuck     int // events that could not be delivered
	Database  int64
	DiskFree  int64 // -1 when the system does not tell
	Writable  error
	Schema    int64
	SetupAt   int64
	OldBackup bool
}

// Read looks at everything that is cheap to look at.
func (s *Service) Read(ctx context.Context) (State, error) {
	st := State{Schema: db.SchemaVersion(), DiskFree: diskFree(s.Config.DataDir), Database: s.databaseSize()}
	var err error
	if st.Jobs, err = s.jobs.List(ctx); err != nil {
		return st, err
	}
	for _, j := range st.Jobs {
		if j.Late && s.Config.Jobs.Enabled {
			st.Late = append(st.Late, j.Name)
		}
	}
	if st.Backup, err = s.Backups.Last(ctx); err != nil {
		return st, err
	}
	if st.Drill, err = s.Backups.LastDrill(ctx); err != nil {
		return st, err
	}
	if st.Stuck, err = s.Events.Stuck(ctx); err != nil {
		return st, err
	}
	business, err := setting.ReadBusiness(ctx, s.DB.Reader(ctx))
	if err != nil {
		return st, err
	}
	st.SetupAt = business.SetupAt
	since := max(st.Backup.GoodAt, business.SetupAt)
	st.OldBackup = business.Ready() && s.DB.Now().Sub(time.UnixMilli(since)) > oldBackup
	return st, nil
}

func (s *Service) databaseSize() int64 {
	var n int64
	for _, suffix := range []string{"", "-wal"} {
		if st, err := os.Stat(s.DB.Path() + suffix); err == nil {
			n += st.Size()
		}
	}
	return n
}

var errProbe = errors.New("only a probe")

// Writable proves that a transaction can be begun, and rolls it back.
func (s *Service) Writable(ctx context.Context) error {
	if err := s.DB.Broken(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	err := s.DB.Write(ctx, "health.probe", func(context.Context, *db.Tx) error { return errProbe })
	if errors.Is(err, errProbe) {
		return nil
	}
	return fmt.Errorf("begin a transaction: %w", err)
}

// Problems asks every check of the house.
func (s *Service) Problems(ctx context.Context) []Problem {
	var out []Problem
	for _, m := range s.modules {
		for _, c := range m.Checks {
			key, args, err := c.Run(ctx)
			if err != nil {
				key, args = "health.problem.check_failed", []any{"error", err.Error()}
			}
			if key != "" {
				out = append(out, Problem{c.Name, key, args})
			}
		}
	}
	return out
}

// checks are the slice's own questions.
func (s *Service) checks() []web.Check {
	ask := func(f func(st State) (string, []any)) func(ctx context.Context) (string, []any, error) {
		return func(ctx context.Context) (string, []any, error) {
			st, err := s.Read(ctx)
			if err != nil {
				return "", nil, err
			}
			key, args := f(st)
			return key, args, nil
		}
	}
	return []web.Check{
		{Name: "health.check.database", Run: func(ctx context.Context) (string, []any, error) {
			if err := s.Writable(ctx); err != nil {
				return "health.problem.not_writable", []any{"error", err.Error()}, nil
			}
			return "", nil, nil
		}},
		{Name: "health.check.jobs", Running: true, Run: ask(func(st State) (string, []any) {
			if len(st.Late) > 0 {
				return "health.problem.late", []any{"n", len(st.Late), "name", st.Late[0]}
			}
			return "", nil
		})},
		{Name: "health.check.backup", Run: ask(func(st State) (string, []any) {
			switch {
			case st.OldBackup:
				return "health.problem.old_backup", []any{"days", int(oldBackup.Hours() / 24)}
			case st.Drill.Error != "":
				return "health.problem.drill", []any{"error", st.Drill.Error}
			}
			return "", nil
		})},
		{Name: "health.check.disk", Run: ask(func(st State) (string, []any) {
			if st.DiskFree >= 0 && st.DiskFree < lowDisk {
				return "health.problem.disk", []any{"mb", st.DiskFree >> 20}
			}
			return "", nil
		})},
		{Name: "health.check.events", Run: ask(func(st State) (string, []any) {
			if st.Stuck > 0 {
				return "health.problem.events", []any{"n", st.Stuck}
			}
			return "", nil
		})},
	}
}

// banners tells on every page what cannot wait. The answer is kept for half a
// minute, because every page asks.
func (s *Service) banners(ctx context.Context) ([]web.Banner, error) {
	if !auth.From(ctx).Can("health.read") {
		return nil, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.DB.Now()
	if age := now.Sub(s.toldAt); !s.toldAt.IsZero() && age >= 0 && age < fresh {
		return s.told, nil
	}
	st, err := s.Read(ctx)
	if err != nil {
		return nil, err
	}
	s.told, s.toldAt = nil, now
	tell := func(on bool, kind, key string, args ...any) {
		if on {
			s.told = append(s.told, web.Banner{Kind: kind, Key: key, Args: args, Href: path, Action: "health.banner.look"})
		}
	}
	tell(s.DB.Broken() != nil, "bad", "health.banner.broken")
	if len(st.Late) > 0 {
		tell(true, "warm", "health.problem.late", "n", len(st.Late), "name", st.Late[0])
	}
	tell(st.OldBackup, "warm", "health.problem.old_backup", "days", int(oldBackup.Hours()/24))
	tell(st.DiskFree >= 0 && st.DiskFree < lowDisk, "bad", "health.problem.disk", "mb", st.DiskFree>>20)
	return s.told, nil
}
