// Package job runs the house's scheduled work. A heartbeat of 20 seconds looks
// for slots that are due and have no row in job_run yet; the row, not a timer,
// decides, so that sleep, summer time, a clock set back and restarts neither
// lose a slot nor run one twice.
package job

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/robfig/cron/v3"

	"regulars/app/kit/id"
	"regulars/app/sys/clock"
	"regulars/app/sys/db"
	"regulars/app/sys/safego"
)

// Spec is one kind of scheduled work, given by a module.
type Spec struct {
	Name     string // stable, snake_case
	Schedule Schedule
	Timeout  time.Duration // 0 means 10 minutes
	Run      func(ctx context.Context) error
}

// Status is how a job stands.
type Status struct {
	Name      string
	Schedule  string
	LastRunAt db.Time
	NextRunAt db.Time
	Late      bool   // a slot fell due and did not run
	LastError string // of the latest run, "" when it went well
	Running   bool
}

// Run is one row of a job's past.
type Run struct {
	ID         int64   `db:"id"`
	Job        string  `db:"job"`
	Slot       string  `db:"slot"`
	DueAt      db.Time `db:"due_at"`
	StartedAt  db.Time `db:"started_at"`
	FinishedAt db.Time `db:"finished_at"`
	Outcome    string  `db:"outcome"` // ok, failed, skipped, running
	Attempt    int     `db:"attempt"`
	Runner     string  `db:"runner"`
	Error      string  `db:"error"`
}

// The outcomes of a run.
const (
	OK      = "ok"
	Failed  = "failed"
	Skipped = "skipped"
	Running = "running"
)

// What the error column says of runs that did not fail by themselves.
const (
	interrupted = "interrupted"            // the process ended; retried once
	missed      = "missed"                 // a newer slot ran instead
	before      = "before the first start" // a fresh installation starts with the next slot
)

// Runner runs the jobs of one process.
type Runner struct {
	db    *db.DB
	clock clock.Clock
	zone  func(ctx context.Context) *time.Location
	specs []Spec
	id    string

	mu      sync.Mutex
	seen    time.Time            // the latest time ever seen
	active  map[int64]bool       // runs of this process that have not ended
	rebased map[string]time.Time // interval jobs whose last run lies in the future
}

// New makes a runner. The zone is asked at every tick: it is the shop's.
func New(d *db.DB, c clock.Clock, zone func(ctx context.Context) *time.Location, specs []Spec) (*Runner, error) {
	names := map[string]bool{}
	for _, s := range specs {
		if s.Name == "" || names[s.Name] || s.Run == nil || !s.Schedule.valid() {
			return nil, fmt.Errorf("job %q is incomplete or defined twice", s.Name)
		}
		names[s.Name] = true
	}
	return &Runner{db: d, clock: c, zone: zone, specs: specs, id: id.Token(12),
		active: map[int64]bool{}, rebased: map[string]time.Time{}}, nil
}

// heartbeat is how often due work is looked for. A test that moves the clock under
// the program does not wait that long: it links another one (-X).
var heartbeat = "@every 20s"

// Start begins the heartbeat, which ends with ctx. The caller holds the data
// folder's lock, so that runs still open belong to a process that is gone.
// When jobs are switched off it only looks at the clock.
func (r *Runner) Start(ctx context.Context, enabled bool) error {
	if err := r.look(ctx); err != nil {
		return err
	}
	if !enabled {
		return nil
	}
	if err := r.closeOpen(ctx); err != nil {
		return err
	}
	beat := func() {
		safego.Go("jobs", func() {
			if err := r.Tick(ctx); err != nil && ctx.Err() == nil {
				slog.Error("run jobs", "error", err)
			}
		})
	}
	ticker := cron.New()
	if _, err := ticker.AddFunc(heartbeat, beat); err != nil {
		return fmt.Errorf("start the heartbeat: %w", err)
	}
	ticker.Start()
	beat()
	safego.Go("job heartbeat", func() {
		<-ctx.Done()
		<-ticker.Stop().Done()
	})
	return nil
}

// Tick runs every job that is due and returns when those it started have
// ended. A job that is still running is left alone.
func (r *Runner) Tick(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := r.look(ctx); err != nil {
		return err
	}
	var started sync.WaitGroup
	var first error
	for _, s := range r.specs {
		run, err := r.claim(ctx, s)
		if err != nil && first == nil {
			first = fmt.Errorf("claim job %s: %w", s.Name, err)
		}
		if err != nil || run == 0 {
			continue
		}
		started.Add(1)
		safego.Go("job "+s.Name, func() {
			defer started.Done()
			_ = r.run(ctx, s, run) // the row keeps the error
		})
	}
	started.Wait()
	return first
}

func (r *Runner) spec(name string) (Spec, bool) {
	for _, s := range r.specs {
		if s.Name == name {
			return s, true
		}
	}
	return Spec{}, false
}
