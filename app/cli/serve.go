package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"regulars/app"
	"regulars/app/settings/health"
	"regulars/app/sys/backup"
	"regulars/app/sys/clock"
	"regulars/app/sys/config"
	"regulars/app/sys/db"
	"regulars/app/sys/lock"
	"regulars/app/sys/log"
	"regulars/app/sys/safego"
)

func (e *env) serve() *cobra.Command {
	var listen string
	var quiet bool
	cmd := &cobra.Command{Use: "serve", Short: "Serve the business in the data folder (also without a verb)", Args: noArgs}
	cmd.Flags().StringVar(&listen, "listen", "", "address to serve on (default 127.0.0.1:8080)")
	cmd.Flags().BoolVar(&quiet, "no-browser", false, "do not open the browser")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if listen != "" {
			e.flags["listen"] = listen
		}
		cfg, err := e.load()
		if err != nil {
			return err
		}
		return e.run(cmd.Context(), cfg, !quiet)
	}
	return cmd
}

// run serves until SIGTERM or SIGINT: first it stops accepting, lets requests
// finish for ten seconds, then ends the background work and closes the files.
func (e *env) run(ctx context.Context, cfg config.Config, browser bool) error {
	slog.SetDefault(log.New(e.err, cfg.Log))
	if os.Geteuid() == 0 {
		fmt.Fprintln(e.err, "Running as root works, but a user of its own is safer.")
	}
	if cfg.Limits.Memory > 0 {
		debug.SetMemoryLimit(cfg.Limits.Memory)
	}
	if ctx == nil {
		ctx = context.Background()
	}
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := lock.PrepareDir(cfg.DataDir); err != nil {
		return err
	}
	held, err := lock.Acquire(cfg.DataDir)
	if err != nil {
		return err
	}
	defer held.Release()
	if err := backup.Resume(cfg.DataDir); err != nil {
		return err
	}
	a, err := e.open(ctx, cfg)
	if err != nil {
		return err
	}
	return e.serveApp(ctx, a, browser)
}

// open opens, checks and migrates the data, with a verified snapshot first.
func (e *env) open(ctx context.Context, cfg config.Config) (*app.App, error) {
	a, err := app.Open(context.WithoutCancel(ctx), app.Options{Config: cfg, Files: e.files, Clock: clock.System{}, Version: e.version})
	if err != nil {
		return nil, err
	}
	open := closed(ctx, a)
	err = prepare(ctx, a)
	open()
	if err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// checkedAtStart is up to which size a database is read through before it is
// served: that takes a quarter of a second. A larger one is read while it is
// served, and the house closes when it is damaged.
const checkedAtStart = 64 << 20

func small(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Size() <= checkedAtStart
}

func prepare(ctx context.Context, a *app.App) error {
	st, err := a.DB.Inspect(ctx)
	if errors.Is(err, db.ErrNewer) {
		return fmt.Errorf("%w: this program knows the schema up to %d. Use the newer program, or restore the backup made before the upgrade (backups/before-*.db)", err, db.SchemaVersion())
	}
	if err != nil {
		return err
	}
	if !st.Fresh && (len(st.Pending) > 0 || small(a.DB.Path())) {
		if err := a.DB.QuickCheck(ctx); err != nil {
			return err
		}
	}
	if !st.Fresh && len(st.Pending) > 0 {
		path, err := backup.Snapshot(ctx, a.DB, a.Config.DataDir)
		if err != nil {
			return fmt.Errorf("snapshot before the upgrade: %w", err)
		}
		slog.Info("snapshot before the upgrade", "path", path)
	}
	return a.Migrate(ctx)
}

// closed shows visitors "back in a moment" while the data is upgraded; an
// address that is taken is no reason to stop the upgrade, serving will tell.
func closed(ctx context.Context, a *app.App) func() {
	st, err := a.DB.Inspect(ctx)
	if err != nil || st.Fresh || len(st.Pending) == 0 {
		return func() {}
	}
	stop, err := health.Maintenance(a.Config, a.View)
	if err != nil {
		slog.Warn("no maintenance page is shown", "error", err)
		return func() {}
	}
	return func() {
		if err := stop(); err != nil {
			slog.Warn("close the maintenance page", "error", err)
		}
	}
}

func (e *env) serveApp(ctx context.Context, a *app.App, browser bool) error {
	background, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	if err := a.Start(background); err != nil {
		return errors.Join(err, a.Close())
	}
	if err := a.ListenAsWanted(ctx); err != nil {
		return errors.Join(err, a.Close())
	}
	if !small(a.DB.Path()) {
		safego.Go("check", func() {
			if err := a.DB.CheckBeside(background); err != nil {
				slog.Error("the database was checked and is not sound", "error", err)
			}
		})
	}
	failed := make(chan error, 1)
	safego.Go("http", func() {
		failed <- a.Web.Listen(func(addr net.Addr) { e.announce(background, a, addr, browser) })
	})
	err := e.wait(ctx, a, failed)
	shut := a.Web.Shutdown(10 * time.Second)
	if errors.Is(shut, context.DeadlineExceeded) {
		slog.Warn("requests that ran for longer than ten seconds were cut off")
		shut = nil
	}
	end()
	safego.Wait()
	return errors.Join(err, shut, a.Close())
}

// wait returns when the house is to close: a signal, a failed listener, or a
// disk that can no longer be trusted.
func (e *env) wait(ctx context.Context, a *app.App, failed <-chan error) error {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case err := <-failed:
			return err
		case <-ctx.Done():
			return nil
		case <-tick.C:
			err := a.DB.Broken()
			if errors.Is(err, db.ErrDamaged) {
				return err
			}
			if err != nil {
				return fmt.Errorf("%w: the disk failed while writing, so the last change may or may not be there: %v", db.ErrDamaged, err)
			}
		}
	}
}

// announce prints the one line that a first start needs and opens the browser.
func (e *env) announce(ctx context.Context, a *app.App, addr net.Addr, browser bool) {
	if err := lock.Say(a.Config.DataDir, addr.String()); err != nil {
		slog.Warn("healthcheck will not find this server by itself", "error", err)
	}
	url := "http://" + strings.Replace(addr.String(), "[::]", "localhost", 1)
	switch a.Config.TLS.Mode {
	case "files":
		url = "https" + strings.TrimPrefix(url, "http")
	case "auto": // its certificate is for no other name
		url = "https://" + a.Config.TLS.Domain
	}
	link := url
	token, err := a.SetupToken(ctx)
	if err != nil {
		slog.Error("make the setup link", "error", err)
	}
	ready := token == ""
	if ready {
		fmt.Fprintf(e.out, "Regulars is ready at %s\n", url)
	} else {
		link = url + "/setup?token=" + token
		fmt.Fprintf(e.out, "Regulars is ready at %s - set it up once with %s\n", url, link)
	}
	if browser && !ready {
		openBrowser(link)
	}
}
