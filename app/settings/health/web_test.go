package health_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
)

func TestTheHealthPageAndItsActions(t *testing.T) {
	a := apptest.New(t)
	b := a.Owner()
	if r := b.Get("/settings/health"); r.Status != http.StatusOK || !strings.Contains(r.Body, "Nightly backup") {
		t.Fatalf("%d\n%s", r.Status, r.Body)
	}
	if r := b.Follow("/settings/health/verify"); !strings.Contains(r.Body, "The journal is whole") {
		t.Errorf("%s", r.Body)
	}
	if r := b.Follow("/settings/health/jobs/outbox_drain/run"); !strings.Contains(r.Body, "The job ran") {
		t.Errorf("%s", r.Body)
	}
	if r := b.Post("/settings/health/jobs/nothing/run"); r.Status != http.StatusNotFound {
		t.Errorf("an unknown job: %d", r.Status)
	}
	a.Clock.Add(11 * time.Minute)
	if r := b.Post("/settings/health/backup"); r.Status != http.StatusSeeOther || !strings.HasPrefix(r.Location, "/prove") {
		t.Errorf("a backup without the password: %d %s", r.Status, r.Location)
	}
	if r := b.Get("/settings/health/backups/x.tar.gz"); r.Status != http.StatusSeeOther || !strings.HasPrefix(r.Location, "/prove") {
		t.Errorf("a download without the password: %d %s", r.Status, r.Location)
	}
	b.Get("/prove?next=/settings/health")
	b.Post("/prove", "password", apptest.Password, "next", "/settings/health")
	if r := b.Follow("/settings/health/backup"); !strings.Contains(r.Body, "backup") {
		t.Errorf("%s", r.Body)
	}
	for _, path := range []string{"/settings/health/backups/nothing.tar.gz", "/settings/health/backups/..%2fregulars.db"} {
		if r := b.Get(path); r.Status != http.StatusNotFound {
			t.Errorf("%s: %d", path, r.Status)
		}
	}
}

func TestProbesNeedNoLogin(t *testing.T) {
	a := apptest.New(t)
	for _, path := range []string{"/up", "/readyz"} {
		if r := a.Send(httptest.NewRequest(http.MethodGet, path, nil)); r.Status != http.StatusOK || r.Body != "ok" {
			t.Errorf("%s: %d %s", path, r.Status, r.Body)
		}
	}
	r := a.Send(httptest.NewRequest(http.MethodGet, "/healthz", nil))
	var report struct {
		Version  string
		Schema   int64
		JobsLate []string `json:"jobs_late"`
	}
	if err := json.Unmarshal([]byte(r.Body), &report); err != nil || r.Status != http.StatusOK || report.Version != "test" || report.Schema == 0 || report.JobsLate == nil {
		t.Errorf("%d %s %v", r.Status, r.Body, err)
	}
	a.Clock.Add(5 * 24 * time.Hour)
	if r := a.Send(httptest.NewRequest(http.MethodGet, "/healthz", nil)); r.Status != http.StatusServiceUnavailable {
		t.Errorf("five days without a backup: %d %s", r.Status, r.Body)
	}
}

func TestJobsOverTheAPI(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	var jobs struct {
		Items []struct {
			Name, Schedule string
			Late           bool
		}
	}
	api.Into(&jobs, http.StatusOK, "GET", "/jobs", "")
	if len(jobs.Items) < 3 {
		t.Fatalf("%+v", jobs)
	}
	var some struct {
		Items []struct{ Name string }
		Next  string `json:"next_cursor"`
		Total int
	}
	api.Into(&some, http.StatusOK, "GET", "/jobs?q=outbox&count=true", "")
	if len(some.Items) != 1 || some.Total != 1 || some.Items[0].Name != "outbox_drain" {
		t.Errorf("%+v", some)
	}
	seen, next := map[string]bool{}, ""
	for range len(jobs.Items) {
		some.Next = ""
		api.Into(&some, http.StatusOK, "GET", "/jobs?limit=1&sort=-next_run_at&count=true&cursor="+next, "")
		if len(some.Items) != 1 || some.Total != len(jobs.Items) || seen[some.Items[0].Name] {
			t.Fatalf("%+v after %v", some, seen)
		}
		seen[some.Items[0].Name], next = true, some.Next
	}
	var run struct{ Outcome, Slot string }
	api.Into(&run, http.StatusCreated, "POST", "/jobs/outbox_drain/runs", "")
	if run.Outcome != "ok" || !strings.HasPrefix(run.Slot, "manual:") {
		t.Errorf("%+v", run)
	}
	var runs struct{ Items []struct{ Outcome string } }
	api.Into(&runs, http.StatusOK, "GET", "/jobs/outbox_drain/runs", "")
	if len(runs.Items) != 1 {
		t.Errorf("%+v", runs)
	}
	for path, want := range map[string]int{"/jobs/nothing/runs": 404, "/jobs?nonsense=1": 422, "/jobs?cursor=x": 422, "/jobs?limit=1": 200,
		"/jobs?sort=nonsense": 422, "/jobs?sort=-next_run_at&limit=2": 200, "/jobs?filter[late][eq]=false": 200, "/jobs?filter[late][eq]=maybe": 422, "/jobs?filter[late][gt]=true": 422,
		"/jobs?filter[schedule][eq]=x": 422, "/jobs?filter[name][in]=outbox_drain,none": 200, "/jobs?filter[name][gt]=x": 422} {
		if r := api.Call("GET", path, ""); r.Status != want {
			t.Errorf("%s: %d, want %d", path, r.Status, want)
		}
	}
	if r := a.API("", "read").Call("POST", "/jobs/outbox_drain/runs", ""); r.Status != http.StatusForbidden {
		t.Errorf("a read token ran a job: %d", r.Status)
	}
}
