package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"regulars/app"
	"regulars/app/kit/errs"
	"regulars/app/sys/backup"
	"regulars/app/sys/clock"
	"regulars/app/sys/lock"
)

// finding is one thing that doctor looked at.
type finding struct {
	Check string `json:"check"`
	State string `json:"state"` // ok, note or problem
	Text  string `json:"text"`
	cause error
}

// The states of a finding. Only a problem makes the exit status fail.
const (
	fine    = "ok"
	noted   = "note"
	problem = "problem"
)

// doctor looks at everything and says what is wrong in plain words.
func (e *env) doctor() *cobra.Command {
	var full bool
	cmd := &cobra.Command{Use: "doctor", Short: "Look at everything and say what is wrong", Args: noArgs}
	cmd.Flags().BoolVar(&full, "full", false, "check every page of the database, which takes longer")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		slog.SetDefault(slog.New(slog.DiscardHandler))
		e.speak()
		d := &diagnosis{env: e, full: full}
		d.all(contextOf(cmd))
		return d.report()
	}
	return cmd
}

// diagnosis gathers findings.
type diagnosis struct {
	*env
	full    bool
	serving bool // a server runs on the folder
	list    []finding
}

func (d *diagnosis) add(check, state, format string, args ...any) {
	d.list = append(d.list, finding{Check: check, State: state, Text: fmt.Sprintf(format, args...)})
}

// fail notes an error in plain words.
func (d *diagnosis) fail(check string, err error) {
	err = plain(err)
	d.list = append(d.list, finding{Check: check, State: problem, Text: err.Error(), cause: err})
}

func (d *diagnosis) all(ctx context.Context) {
	cfg, err := d.load()
	if err != nil {
		d.fail("configuration", err)
		return
	}
	d.add("configuration", fine, "the configuration is right")
	if !d.folder(cfg.DataDir) {
		return
	}
	d.lock(cfg.DataDir)
	if !exists(filepath.Join(cfg.DataDir, "regulars.db")) {
		d.baseURL(cfg.BaseURL)
		d.add("database", problem, "there is no shop in %s yet", cfg.DataDir)
		return
	}
	a, err := app.Open(ctx, app.Options{Config: cfg, Files: d.files, Clock: clock.System{}, Version: d.version})
	if err != nil {
		d.fail("database", err)
		return
	}
	d.baseURL(a.BaseURL())
	d.data(ctx, a)
	if err := a.Close(); err != nil {
		d.fail("database", err)
	}
}

func (d *diagnosis) baseURL(base string) {
	switch {
	case base == "":
		d.add("base_url", noted, "no public address is set: survey mails wait, links work on this network only")
	case strings.HasPrefix(base, "http://"):
		d.add("base_url", noted, "%s is not https: whoever listens on the way can read along", base)
	default:
		d.add("base_url", fine, "customers use %s", base)
	}
}

// folder checks that the data folder is there, private and can be written.
func (d *diagnosis) folder(dir string) bool {
	info, err := os.Stat(dir)
	if err != nil {
		d.add("folder", problem, "the data folder %s cannot be looked at: it is missing, or belongs to somebody else", dir)
		return false
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		d.add("permissions", noted, "other users of this machine may look into %s; its mode should be 0700", dir)
	} else {
		d.add("permissions", fine, "only its owner may look into %s", dir)
	}
	if err := lock.PrepareDir(dir); err != nil {
		d.fail("folder", err)
		return false
	}
	d.add("folder", fine, "%s can be written", dir)
	return true
}

func (d *diagnosis) lock(dir string) {
	held, err := lock.Acquire(dir)
	switch {
	case errors.Is(err, lock.ErrInUse):
		d.serving = true
		d.add("lock", fine, "a server is running on this folder")
	case err != nil:
		d.fail("lock", err)
	default:
		_ = held.Release() // it was only tried
		d.add("lock", noted, "no server is running on this folder")
	}
}

// data looks into the database; what a broken one cannot answer is not asked.
func (d *diagnosis) data(ctx context.Context, a *app.App) {
	st, err := a.DB.Inspect(ctx)
	if err != nil {
		d.fail("database", err)
		return
	}
	if st.Fresh || len(st.Pending) > 0 {
		d.add("migrations", problem, "%d steps are to be done: run `regulars migrate` or start the server", len(st.Pending))
		return
	}
	d.add("migrations", fine, "the data layout is %d, as this program knows it", st.Version)
	check := a.DB.QuickCheck
	if d.full {
		check = a.DB.IntegrityCheck
	}
	if err := errors.Join(check(ctx), a.DB.CheckForeignKeys(ctx)); err != nil {
		d.fail("database", err)
		return
	}
	d.add("database", fine, "SQLite finds no fault, every relation holds")
	d.clock(ctx, a)
	d.chain(ctx, a)
	d.search(ctx, a)
	d.backups(ctx, a)
	d.mail(ctx, a)
	d.modules(ctx, a)
}

func (d *diagnosis) clock(ctx context.Context, a *app.App) {
	newest, err := newestChange(ctx, a.DB.Reader(ctx))
	if err != nil {
		d.fail("clock", err)
		return
	}
	now := a.Clock.Now()
	if newest.Sub(now) > time.Hour {
		d.add("clock", problem, "this machine's clock shows %s, but the newest change is of %s: set the clock", now.Format("2006-01-02 15:04"), newest.Format("2006-01-02 15:04"))
		return
	}
	d.add("clock", fine, "the clock shows %s UTC", now.Format("2006-01-02 15:04"))
}

func (d *diagnosis) chain(ctx context.Context, a *app.App) {
	bad, err := a.Journal.Verify(ctx)
	switch {
	case err != nil:
		d.fail("journal", err)
	case bad != 0:
		d.add("journal", problem, "the journal was altered at change %d", bad)
	default:
		d.add("journal", fine, "the journal is whole")
	}
}

func (d *diagnosis) search(ctx context.Context, a *app.App) {
	missing, orphans, err := searchGaps(ctx, a.DB.Reader(ctx))
	switch {
	case err != nil:
		d.fail("search", err)
	case missing+orphans > 0:
		d.add("search", problem, "search misses %d customers and knows %d that are gone", missing, orphans)
	default:
		d.add("search", fine, "search knows every customer")
	}
}

func (d *diagnosis) backups(ctx context.Context, a *app.App) {
	last, err := backup.New(a.DB, a.Config.DataDir, nil).Last(ctx)
	switch {
	case err != nil:
		d.fail("backups", err)
	case last.Error != "":
		d.add("backups", problem, "the last nightly backup failed: %s", last.Error)
	case last.GoodAt == 0:
		d.add("backups", noted, "there was no nightly backup yet")
	case a.Clock.Now().Sub(time.UnixMilli(last.GoodAt)) > 72*time.Hour:
		d.add("backups", problem, "the last good nightly backup is of %s", time.UnixMilli(last.GoodAt).UTC().Format("2006-01-02 15:04"))
	default:
		d.add("backups", fine, "the last nightly backup is of %s", time.UnixMilli(last.GoodAt).UTC().Format("2006-01-02 15:04"))
	}
}

func (d *diagnosis) mail(ctx context.Context, a *app.App) {
	d.inbox(ctx, a)
	if ok, _ := a.Channel().Ready(ctx); !ok {
		d.add("smtp", noted, "no mail server is connected; mail waits in the outbox")
		return
	}
	if err := a.Channel().Probe(ctx); err != nil {
		d.fail("smtp", err)
		return
	}
	d.add("smtp", fine, "the mail server lets us in")
}

func (d *diagnosis) inbox(ctx context.Context, a *app.App) {
	if _, ok := a.Channel().Replies(ctx); !ok {
		d.add("imap", noted, "no mailbox is read; replies and bounces are not seen")
		return
	}
	if err := a.Channel().CheckInbox(ctx); err != nil {
		d.fail("imap", err)
		return
	}
	d.add("imap", fine, "the mailbox opens")
}

// modules asks what the slices offer.
func (d *diagnosis) modules(ctx context.Context, a *app.App) {
	for _, m := range a.Modules() {
		for _, c := range m.Checks {
			key, args, err := c.Run(ctx)
			if err != nil {
				d.fail(m.Name, err)
			} else if key != "" {
				level := problem
				if c.Running && !d.serving {
					level = noted // it is the server that would see to it
				}
				d.add(m.Name, level, "%s", message(errs.New(errs.Internal, key, args...)))
			}
		}
	}
}

// report prints the findings; a problem decides the exit status.
func (d *diagnosis) report() error {
	var bad []string
	var causes []error
	for _, f := range d.list {
		if f.State == problem {
			bad = append(bad, f.Check)
			causes = append(causes, f.cause)
		}
	}
	if d.json {
		if err := d.printJSON(map[string]any{"healthy": len(bad) == 0, "items": d.list}); err != nil {
			return err
		}
	} else {
		for _, f := range d.list {
			if _, err := fmt.Fprintf(d.out, "%-8s %-14s %s\n", f.State, f.Check, f.Text); err != nil {
				return err
			}
		}
	}
	if len(bad) == 0 {
		return nil
	}
	return said{"needs a person: " + strings.Join(bad, ", "), errors.Join(causes...)}
}
