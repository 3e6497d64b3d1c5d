package health

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/backup"
	"regulars/app/sys/config"
	"regulars/app/sys/db"
	"regulars/app/sys/db/dbtest"
	"regulars/app/sys/event"
	"regulars/app/sys/i18n"
	"regulars/app/sys/job"
	"regulars/app/sys/journal"
	"regulars/app/sys/outbox"
	"regulars/app/sys/safego"
	"regulars/app/sys/setting"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

const root = "../../.."

type house struct {
	s    *Service
	jobs *job.Runner
	ran  int
	fail error
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{}
	dir := t.TempDir()
	for _, part := range []string{"files", "keys", "backups"} {
		if err := os.Mkdir(filepath.Join(dir, part), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	dbtest.Copy(t, filepath.Join(dir, "regulars.db"))
	d := dbtest.Open(t, filepath.Join(dir, "regulars.db"))
	j := journal.New(d, []journal.Table{{Name: "setting"}})
	if err := j.Install(context.Background()); err != nil {
		t.Fatal(err)
	}
	h.s = New(Options{DB: d, Config: config.Config{DataDir: dir, Jobs: config.Jobs{Enabled: true}, Metrics: config.Metrics{Listen: "127.0.0.1:0"}},
		Version: "1.2.3", Outbox: outbox.New(d, outbox.Options{}), Events: event.New(d), Backups: backup.New(d, dir, nil)})
	specs := append(h.s.Backups.Jobs(), job.Spec{Name: "count", Schedule: job.Daily(8, 0), Run: func(context.Context) error { h.ran++; return h.fail }})
	jobs, err := job.New(d, dbtest.Clock(t), func(context.Context) *time.Location { return time.UTC }, specs)
	if err != nil {
		t.Fatal(err)
	}
	h.jobs = jobs
	ctx, end := context.WithCancel(context.Background())
	t.Cleanup(func() { end(); safego.Wait() })
	h.s.Attach(ctx, jobs, j, []web.Module{h.s.Module()})
	if err := jobs.Tick(ctx); err != nil { // a fresh house starts with the next slot
		t.Fatal(err)
	}
	return h
}

func as(may ...string) context.Context {
	a := &auth.Actor{UserID: 1, Role: auth.Manager}
	grants := map[string]bool{}
	for _, p := range may {
		grants[p] = true
	}
	a.Grant(grants)
	return auth.With(context.Background(), a)
}

func owner() context.Context { return as("health.read", "health.write", "backup.export") }

func (h *house) setUp(t *testing.T) {
	t.Helper()
	err := h.s.DB.Write(owner(), "test", func(ctx context.Context, tx *db.Tx) error {
		return setting.Put(ctx, tx, setting.BusinessName, setting.Business{Name: "X", SetupAt: tx.Now.UnixMilli()})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAFreshHouseIsHealthy(t *testing.T) {
	h := newHouse(t)
	h.setUp(t)
	r := h.s.Healthy(context.Background())
	if r.Status != "ok" || r.Version != "1.2.3" || r.Schema != db.SchemaVersion() || r.LastBackup != nil || len(r.JobsLate) != 0 {
		t.Errorf("%+v", r)
	}
	if err := h.s.Ready(context.Background()); err != nil {
		t.Errorf("not ready: %v", err)
	}
	if p := h.s.Problems(owner()); len(p) != 0 {
		t.Errorf("problems %+v", p)
	}
}

func TestLateJobsAndOldBackupsAreTold(t *testing.T) {
	h := newHouse(t)
	h.setUp(t)
	dbtest.Clock(t).Add(4 * 24 * time.Hour)
	r := h.s.Healthy(context.Background())
	if r.Status != "unhealthy" || len(r.JobsLate) == 0 || !strings.Contains(strings.Join(r.Problems, " "), "jobs_late backup_old") {
		t.Errorf("%+v", r)
	}
	banners, err := h.s.banners(owner())
	if err != nil || len(banners) != 2 {
		t.Errorf("banners %+v %v", banners, err)
	}
	if b, err := h.s.banners(as()); err != nil || b != nil {
		t.Errorf("a member sees %v %v", b, err)
	}
	if err := h.jobs.Tick(context.Background()); err != nil {
		t.Fatal(err)
	}
	dbtest.Clock(t).Add(time.Minute)
	if banners, err = h.s.banners(owner()); err != nil || len(banners) != 0 {
		t.Errorf("after the jobs ran: %+v %v", banners, err)
	}
	if r := h.s.Healthy(context.Background()); r.Status != "ok" || r.LastBackup == nil {
		t.Errorf("%+v", r)
	}
}

func TestAJobByHand(t *testing.T) {
	h := newHouse(t)
	if done, err := h.s.RunNow(owner(), "count", 10*time.Second); !done || err != nil || h.ran != 1 {
		t.Errorf("%v %v, ran %d", done, err, h.ran)
	}
	h.fail = errors.New("no paper")
	if done, err := h.s.RunNow(owner(), "count", 10*time.Second); !done || err == nil {
		t.Errorf("%v %v", done, err)
	}
	runs, err := h.s.Runs(owner(), "count", 0, 10)
	if err != nil || len(runs) < 2 || runs[0].Outcome != job.Failed || runs[0].Error != "no paper" {
		t.Errorf("%+v %v", runs, err)
	}
	if _, err := h.s.RunNow(owner(), "nothing", time.Second); !errs.Is(err, errs.NotFound) {
		t.Errorf("an unknown job: %v", err)
	}
	if _, err := h.s.RunNow(as("health.read"), "count", time.Second); !errs.Is(err, errs.Denied) {
		t.Errorf("without permission: %v", err)
	}
}

func TestBackupsAreMadeListedAndTaken(t *testing.T) {
	h := newHouse(t)
	if done, err := h.s.Backup(owner(), time.Minute); !done || err != nil {
		t.Fatal(done, err)
	}
	files, err := h.s.Files(owner())
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	file, err := h.s.File(owner(), files[0].Name)
	if err != nil {
		t.Fatal(err)
	}
	_ = file.Close()
	for _, name := range []string{"../regulars.db", "regulars.db", "", files[0].Name + "/"} {
		if _, err := h.s.File(owner(), name); !errs.Is(err, errs.NotFound) {
			t.Errorf("%q: %v", name, err)
		}
	}
	if _, err := h.s.File(as("health.read"), files[0].Name); !errs.Is(err, errs.Denied) {
		t.Errorf("a manager took a backup: %v", err)
	}
	var n int
	if err := h.s.DB.Reader(owner()).Get(owner(), &n, "SELECT count(*) FROM journal_set WHERE op = 'backup.download'"); err != nil || n != 1 {
		t.Errorf("%d downloads noted, %v", n, err)
	}
	if bad, err := h.s.Verify(owner()); bad != 0 || err != nil {
		t.Errorf("chain %d %v", bad, err)
	}
}

func TestMetrics(t *testing.T) {
	h := newHouse(t)
	ctx, end := context.WithCancel(context.Background())
	defer end()
	address, err := h.s.ServeMetrics(ctx)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Get("http://" + address + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"regulars_writable 1\n", `regulars_info{version="1.2.3"`, `regulars_outbox_messages{state="queued"} 0`, "# TYPE regulars_jobs_late gauge"} {
		if !strings.Contains(string(body), want) {
			t.Errorf("no %q in\n%s", want, body)
		}
	}
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
	r.Host = "evil.example.com"
	h.s.figures().ServeHTTP(w, r)
	if w.Code != http.StatusForbidden {
		t.Errorf("a foreign name got %d", w.Code)
	}
}

func TestTheMaintenancePage(t *testing.T) {
	files := fstest.MapFS{}
	for _, name := range []string{"layouts/plain.html", "partials/head.html", "partials/installable.html", "partials/mark.html", "partials/language.html", "settings/health_maintenance.html"} {
		raw, err := os.ReadFile(root + "/templates/" + name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: raw}
	}
	bundle, err := i18n.Load(os.DirFS(root + "/assets"))
	if err != nil {
		t.Fatal(err)
	}
	engine, err := view.New(files, os.DirFS(root+"/assets"), bundle)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"/customers": "马上回来", "/api/v1/customers": "problem", "/up": "ok"} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodPost, path, bytes.NewReader(nil))
		r.Header.Set("Accept-Language", "zh-CN")
		closed{engine}.ServeHTTP(w, r)
		if path != "/up" && (w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "") {
			t.Errorf("%s: %d %v", path, w.Code, w.Header())
		}
		if path != "/up" && !strings.Contains(w.Body.String()+w.Header().Get("Content-Type"), want) {
			t.Errorf("%s: %s", path, w.Body)
		}
	}
	stop, err := Maintenance(config.Config{Listen: "127.0.0.1:0"}, engine)
	if err != nil {
		t.Fatal(err)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}
