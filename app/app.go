// Package app builds the product: every service in the order in which they
// need each other, then the web and API doors. modules.go is its table of
// contents.
package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"regulars/app/customer/consent"
	"regulars/app/help"
	"regulars/app/insight/advice"
	"regulars/app/insight/evaluation"
	"regulars/app/insight/letter"
	"regulars/app/insight/report"
	"regulars/app/sales/quote"
	"regulars/app/sys/api"
	"regulars/app/sys/auth"
	"regulars/app/sys/blob"
	"regulars/app/sys/clock"
	"regulars/app/sys/config"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/i18n"
	"regulars/app/sys/inbox"
	"regulars/app/sys/job"
	"regulars/app/sys/journal"
	"regulars/app/sys/keys"
	"regulars/app/sys/outbox"
	"regulars/app/sys/safego"
	"regulars/app/sys/search"
	"regulars/app/sys/setting"
	"regulars/app/sys/timeline"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
	"regulars/app/voice/feedback"
	"regulars/app/voice/improvement"
	"regulars/app/voice/survey"
	"regulars/app/voice/wave"
	"regulars/app/work/approval"
	"regulars/app/work/daybook"
	"regulars/app/work/handover"
)

// Options say what to build.
type Options struct {
	Config  config.Config
	Files   fs.FS // templates/ and assets/
	Clock   clock.Clock
	Version string
	NoSync  bool         // tests only: gives up durability for speed
	Pages   *view.Engine // tests only: pages that were loaded from Files before
}

// App is the whole product over one data folder.
type App struct {
	Options
	DB       *db.DB
	Keys     *keys.Ring
	Blobs    *blob.Store
	View     *view.Engine
	Events   *event.Bus
	Search   *search.Index
	Outbox   *outbox.Outbox
	Journal  *journal.Journal
	Timeline *timeline.Timeline
	Jobs     *job.Runner
	Web      *web.Server
	API      *api.API

	slices
	modules []web.Module
	stop    context.CancelFunc
}

// Open opens the data folder's database and builds every service, without
// migrating or starting anything. The folder must exist.
func Open(ctx context.Context, o Options) (*App, error) {
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	d, err := db.Open(db.Options{Path: o.Config.DataDir + "/regulars.db", Clock: o.Clock, NoSync: o.NoSync})
	if err != nil {
		return nil, err
	}
	a := &App{Options: o, DB: d}
	ctx, a.stop = context.WithCancel(ctx)
	if err := a.build(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

func (a *App) build(ctx context.Context) error {
	if err := a.machines(); err != nil {
		return err
	}
	if err := a.makeSlices(); err != nil {
		return err
	}
	a.modules = a.list()
	var tables []journal.Table
	var kinds []timeline.Kind
	var permissions []auth.Permission
	var jobs []job.Spec
	var moments []event.Moment
	for _, m := range a.modules {
		moments = append(moments, m.Moments...)
		tables = append(tables, m.Journal...)
		kinds = append(kinds, m.Timeline...)
		permissions = append(permissions, m.Permissions...)
		jobs = append(jobs, m.Jobs...)
		for _, s := range m.Subscribers {
			a.Events.Subscribe(s)
		}
	}
	a.Events.Subscribe(a.surveys.Listen(moments))
	a.Journal = journal.New(a.DB, append(tables, journal.Table{Name: "setting", Undone: a.settingsBack}))
	a.Journal.Stand(consent.Chosen, "consent.error.their_choice")
	a.Journal.Stand(inbox.Took, "inbox.error.stands")
	for _, op := range wave.Standing {
		a.Journal.Stand(op, "wave.error.stands")
	}
	for _, op := range survey.Standing {
		a.Journal.Stand(op, "survey.program.error.stands")
	}
	a.Journal.Own(handover.HandOp)
	for _, stands := range []map[string]string{feedback.Stands, survey.Stands, quote.Stands, improvement.Stands, report.Stands, letter.Stands, approval.Stands,
		daybook.Stands, evaluation.Stands, advice.Stands} {
		for op, reason := range stands {
			a.Journal.Stand(op, reason)
		}
	}
	a.DB.Hook(api.Idempotency{})
	a.Timeline = timeline.New(a.DB, a.Events, kinds)
	a.connect(ctx, permissions)
	var err error
	if a.Jobs, err = job.New(a.DB, a.Clock, a.zone, append(jobs, append(a.Outbox.Jobs(), a.sweep())...)); err != nil {
		return err
	}
	a.health.Attach(ctx, a.Jobs, a.Journal, a.modules)
	return a.doors(ctx)
}

// sweep is the nightly forgetting of expired sessions, throttles and keys.
func (a *App) sweep() job.Spec {
	return job.Spec{Name: "session_sweep", Schedule: job.Daily(3, 40), Run: func(ctx context.Context) error { return a.Web.Sessions.Sweep(ctx) }}
}

// machines makes what knows no domain.
func (a *App) machines() error {
	var err error
	if a.Keys, err = keys.Load(a.Config.DataDir + "/keys"); err != nil {
		return err
	}
	if a.Blobs, err = blob.New(a.Config.DataDir + "/files"); err != nil {
		return err
	}
	a.View = a.Pages
	if a.View == nil {
		if a.View, err = Pages(a.Files); err != nil {
			return err
		}
	}
	if a.guides, err = help.New(a.Files); err != nil {
		return err
	}
	a.Events = event.New(a.DB)
	a.Search = search.New(a.DB)
	return nil
}

// Pages loads the templates and texts.
func Pages(files fs.FS) (*view.Engine, error) {
	assets, err := fs.Sub(files, "assets")
	if err != nil {
		return nil, fmt.Errorf("find the assets: %w", err)
	}
	templates, err := fs.Sub(files, "templates")
	if err != nil {
		return nil, fmt.Errorf("find the templates: %w", err)
	}
	bundle, err := i18n.Load(assets)
	if err != nil {
		return nil, err
	}
	return view.New(templates, assets, bundle)
}

// doors makes the web server and the API on it.
func (a *App) doors(ctx context.Context) error {
	var err error
	a.Web, err = web.New(ctx, web.Options{Config: a.Config, DB: a.DB, Clock: a.Clock, View: a.View, Keys: a.Keys, Users: a.users,
		Modules: a.modules, Version: a.Version, Unread: a.notify.Unread, BaseURL: a.BaseURL})
	if err != nil {
		return err
	}
	a.Web.Describe(func() *api.API { return a.API })
	a.Web.App.Use(api.Prefix, a.tokens.Door(), api.Retry(a.DB))
	a.API = api.New(a.Web.App, a.View.Bundle(), a.Version)
	for _, m := range a.modules {
		if m.API != nil {
			m.API(a.API)
		}
	}
	a.Web.Mount()
	return nil
}

func (a *App) zone(ctx context.Context) *time.Location {
	b, err := setting.ReadBusiness(ctx, a.DB.Reader(ctx))
	if err != nil {
		return time.UTC
	}
	return b.Zone()
}

// Migrate brings the database up to date and installs what is generated.
func (a *App) Migrate(ctx context.Context) error {
	st, err := a.DB.Inspect(ctx)
	if err != nil {
		return err
	}
	if len(st.Pending) > 0 {
		if err := a.upgrade(ctx, st); err != nil {
			return err
		}
	}
	if err := a.Journal.Install(ctx); err != nil {
		return err
	}
	if _, err := a.privacy.Again(ctx); err != nil {
		return fmt.Errorf("erase again who came back with older data: %w", err)
	}
	return nil
}

func (a *App) upgrade(ctx context.Context, st db.State) error {
	if !st.Fresh {
		if err := journal.Remove(ctx, a.DB); err != nil {
			return err
		}
	}
	return a.DB.Migrate(ctx)
}

// Start runs what lives in the background: event delivery, sending, jobs.
func (a *App) Start(ctx context.Context) error {
	a.DB.Warm()
	a.Events.Start(ctx)
	if err := a.Outbox.Start(ctx); err != nil {
		return err
	}
	if _, err := a.health.ServeMetrics(ctx); err != nil {
		return err
	}
	if err := a.startSlices(ctx); err != nil {
		return err
	}
	safego.Go("search", func() {
		learn := a.Search.Learn(auth.With(ctx, auth.System("job"))) // what an earlier release or process left
		if err := errors.Join(learn, a.Search.Rebuild(ctx)); err != nil && ctx.Err() == nil {
			slog.Error("the search index was not renewed", "error", err)
		}
	})
	return a.Jobs.Start(ctx, a.Config.Jobs.Enabled)
}

// Close releases the database and files. Background work must have ended.
func (a *App) Close() error {
	if a.stop != nil {
		a.stop()
	}
	var errList []error
	if a.Blobs != nil {
		errList = append(errList, a.Blobs.Close())
	}
	return errors.Join(append(errList, a.DB.Close())...)
}

// SetupToken is the one-time token of the first run, "" once that is done.
func (a *App) SetupToken(ctx context.Context) (string, error) { return a.business.EnsureToken(ctx) }
