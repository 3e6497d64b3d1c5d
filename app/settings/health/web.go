package health

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	words "regulars/app/kit/text"
	"regulars/app/sys/backup"
	"regulars/app/sys/i18n"
	"regulars/app/sys/job"
	"regulars/app/sys/log"
	"regulars/app/sys/outbox"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

const path = "/settings/health"

func (s *Service) routes(r *web.Router) {
	r.Get("/readyz", web.Public, s.showReady)
	r.Get("/healthz", web.Public, s.showHealthy)
	r.Get(path, "health.read", s.showPage)
	r.Post(path+"/verify", "health.write", s.postVerify)
	r.Post(path+"/backup", "health.write", s.postBackup)
	r.Post(path+"/jobs/:name/run", "health.write", s.postRun)
	r.Get(path+"/backups/:name", "backup.export", s.download)
}

func (s *Service) showReady(c *fiber.Ctx) error {
	if err := s.Ready(web.Ctx(c)); err != nil {
		slog.Error("not ready", "error", err)
		return c.Status(fiber.StatusServiceUnavailable).SendString("not ready")
	}
	return c.SendString("ok")
}

func (s *Service) showHealthy(c *fiber.Ctx) error {
	r := s.Healthy(web.Ctx(c))
	if r.Status != "ok" {
		c.Status(fiber.StatusServiceUnavailable)
	}
	return c.JSON(r)
}

// pageBody is the health page.
type pageBody struct {
	Settings    []view.NavGroup
	State       State
	Problems    []string // sentences
	Stats       []view.Stat
	Jobs        []jobRow
	Outbox      []outboxRow
	Dead        []outbox.Row
	Files       []fileRow
	Version     string
	JobsOff     bool // another process runs them
	MayWrite    bool
	MayDownload bool
	Proved      bool
}

// jobRow is a job in the reader's words.
type jobRow struct {
	job.Status
	Title string
	Runs  string
}

type outboxRow struct {
	State outbox.State
	N     int
	Warm  bool
}

type fileRow struct {
	backup.File
	Text      string // its size
	Encrypted bool
}

func (s *Service) showPage(c *fiber.Ctx) error { return s.page(c, nil) }

func (s *Service) page(c *fiber.Ctx, problem error) error {
	ctx, l, me := web.Ctx(c), web.Locale(c), web.Actor(c)
	st, err := s.Read(ctx)
	if err != nil {
		return err
	}
	b := pageBody{Settings: web.SettingsNav(c), State: st, Version: s.Version, JobsOff: !s.Config.Jobs.Enabled,
		MayWrite: me.Can("health.write"), MayDownload: me.Can("backup.export"), Proved: web.Proved(c)}
	for _, p := range s.Problems(ctx) {
		b.Problems = append(b.Problems, l.T(p.Key, p.Args...))
	}
	for _, j := range st.Jobs {
		b.Jobs = append(b.Jobs, jobRow{j, jobTitle(l, j.Name), schedule(l, j.Schedule)})
	}
	counts, err := s.Outbox.Counts(ctx)
	if err != nil {
		return err
	}
	for _, state := range []outbox.State{outbox.Queued, outbox.Deferred, outbox.Sent, outbox.Failed, outbox.Unknown, outbox.Held} {
		warm := state == outbox.Failed || state == outbox.Unknown || state == outbox.Held
		if counts[state] > 0 || !warm {
			b.Outbox = append(b.Outbox, outboxRow{state, counts[state], warm && counts[state] > 0})
		}
	}
	if me.Can("outbox.read") {
		if b.Dead, err = s.Outbox.List(ctx, outbox.Filter{State: outbox.Failed, Limit: 10}); err != nil {
			return err
		}
		for i, r := range b.Dead {
			if me.Masked() {
				b.Dead[i].ToAddress, b.Dead[i].Error = words.MaskEmail(r.ToAddress), log.Mask(r.Error)
			}
		}
	}
	if b.MayDownload {
		files, err := s.Files(ctx)
		if err != nil {
			return err
		}
		for _, f := range files[:min(len(files), 20)] {
			b.Files = append(b.Files, fileRow{f, size(l, f.Size), len(f.Name) > 4 && f.Name[len(f.Name)-4:] == ".age"})
		}
	}
	b.Stats = s.stats(l, st)
	return web.Render(c, web.Page{Name: "settings/health", Title: "settings.health", Body: b, Err: problem})
}

func (s *Service) stats(l *i18n.Locale, st State) []view.Stat {
	free := l.T("health.unknown")
	if st.DiskFree >= 0 {
		free = size(l, st.DiskFree)
	}
	never := l.T("health.never")
	made, proof := never, l.T("health.stat.backup_none")
	if st.Backup.GoodAt != 0 {
		made = l.Ago(time.UnixMilli(st.Backup.GoodAt))
		proof = l.T("health.stat.backup_size", "size", size(l, st.Backup.Size))
	}
	return []view.Stat{
		{Label: l.T("health.stat.version"), Value: s.Version, Note: l.T("health.stat.schema", "schema", fmt.Sprint(st.Schema))},
		{Label: l.T("health.stat.database"), Value: size(l, st.Database), Note: l.T("health.stat.free", "size", free)},
		{Label: l.T("health.stat.backup"), Value: made, Note: proof},
		{Label: l.T("health.stat.late"), Value: l.Number(len(st.Late)), Note: l.T("health.stat.jobs", "n", len(st.Jobs))},
	}
}

// size writes bytes the way people say them.
func size(l *i18n.Locale, n int64) string {
	switch {
	case n >= 1<<30:
		return l.Decimal(float64(n)/(1<<30), 1) + " GB"
	case n >= 1<<20:
		return l.Decimal(float64(n)/(1<<20), 1) + " MB"
	}
	return l.Decimal(float64(n)/(1<<10), 0) + " kB"
}

func jobTitle(l *i18n.Locale, name string) string {
	if key := "job." + name; l.Has(key) {
		return l.T(key)
	}
	return name
}

// schedule says when a job runs in the reader's language.
func schedule(l *i18n.Locale, text string) string {
	var kind, a, b string
	_, _ = fmt.Sscan(text, &kind, &a, &b) // shorter ones leave the rest empty
	switch kind {
	case "daily":
		return l.T("health.schedule.daily", "time", a)
	case "weekly":
		return l.T("health.schedule.weekly", "day", l.T("health.day."+a), "time", b)
	case "monthly":
		return l.T("health.schedule.monthly", "day", a, "time", b)
	case "every":
		if d, err := time.ParseDuration(a); err == nil && d >= time.Minute {
			return l.T("health.schedule.every", "time", l.Duration(d))
		}
		return l.T("health.schedule.often")
	}
	return text
}

func (s *Service) postVerify(c *fiber.Ctx) error {
	bad, err := s.Verify(web.Ctx(c))
	if err != nil {
		return err
	}
	if bad != 0 {
		return web.Said(c, path, "health.verify.bad", "set", fmt.Sprint(bad))
	}
	return web.Said(c, path, "health.verify.good")
}

func (s *Service) postBackup(c *fiber.Ctx) error {
	if sent, err := web.ProveFirst(c, path); sent || err != nil {
		return err
	}
	done, err := s.Backup(web.Ctx(c), patience)
	return s.ran(c, done, err, "health.backup.done", "health.backup.running")
}

func (s *Service) postRun(c *fiber.Ctx) error {
	done, err := s.RunNow(web.Ctx(c), c.Params("name"), patience)
	return s.ran(c, done, err, "health.job.done", "health.job.running")
}

func (s *Service) ran(c *fiber.Ctx, done bool, err error, good, running string) error {
	if _, expected := errs.As(err); expected {
		return s.page(c, err)
	}
	switch {
	case err != nil && done:
		return web.Said(c, path, "health.job.failed", "error", err.Error())
	case err != nil:
		return err
	case done:
		return web.Said(c, path, good)
	}
	return web.Said(c, path, running)
}

func (s *Service) download(c *fiber.Ctx) error {
	if sent, err := web.ProveFirst(c, path); sent || err != nil {
		return err
	}
	file, err := s.File(web.Ctx(c), c.Params("name"))
	if err != nil {
		return err
	}
	c.Attachment(c.Params("name"))
	c.Set(fiber.HeaderContentType, "application/octet-stream")
	return c.SendStream(file) // closed by the server when it is sent
}
