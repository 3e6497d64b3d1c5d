package health

import (
	"context"
	"net/http"
	"time"

	"regulars/app/kit/page"
	"regulars/app/sys/api"
	"regulars/app/sys/job"
)

// JobObject is a job as the API shows it.
type JobObject struct {
	Name      string     `json:"name"`
	Schedule  string     `json:"schedule"`
	LastRunAt *time.Time `json:"last_run_at"`
	NextRunAt *time.Time `json:"next_run_at"`
	Late      bool       `json:"late"`
	Running   bool       `json:"running"`
	LastError *string    `json:"last_error"`
}

// RunObject is one run of a job.
type RunObject struct {
	Slot       string     `json:"slot"`
	StartedAt  *time.Time `json:"started_at"`
	FinishedAt *time.Time `json:"finished_at"`
	Outcome    string     `json:"outcome" enum:"ok,failed,skipped,running"`
	Attempt    int        `json:"attempt"`
	Error      *string    `json:"error"`
}

func jobObject(j job.Status) JobObject {
	return JobObject{Name: j.Name, Schedule: j.Schedule, LastRunAt: api.Time(j.LastRunAt), NextRunAt: api.Time(j.NextRunAt), Late: j.Late,
		Running: j.Running, LastError: text(j.LastError)}
}

func runObject(r job.Run) RunObject {
	return RunObject{Slot: r.Slot, StartedAt: api.Time(r.StartedAt), FinishedAt: api.Time(r.FinishedAt), Outcome: r.Outcome, Attempt: r.Attempt, Error: text(r.Error)}
}

func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

type runsInput struct {
	Name   string `path:"name" maxLength:"100"`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
	Cursor string `query:"cursor" doc:"next_cursor of the page before"`
}

type nameInput struct {
	Name string `path:"name" maxLength:"100"`
}

type startedOutput struct {
	Status int
	Body   RunObject
}

// apiPatience is how long a call waits for a job.
const apiPatience = 20 * time.Second

func (s *Service) api(a *api.API) {
	const tag = "jobs"
	api.Register(a, api.Op{Method: api.Get, Path: "/jobs", Summary: "List the scheduled work", Tag: tag}, s.apiJobs)
	api.Register(a, api.Op{Method: api.Get, Path: "/jobs/{name}/runs", Summary: "List a job's past", Tag: tag}, s.apiRuns)
	api.Register(a, api.Op{Method: api.Post, Path: "/jobs/{name}/runs", Summary: "Run a job now", Tag: tag, Status: http.StatusCreated}, s.apiRun)
}

func (s *Service) apiJobs(ctx context.Context, in *api.List) (*api.Body[api.Items[JobObject]], error) {
	all, err := s.Jobs(ctx)
	if err != nil {
		return nil, err
	}
	found, err := jobPage(all, in.Request(), in.Conditions())
	if err != nil {
		return nil, err
	}
	return api.Map(found, jobObject), nil
}

func (s *Service) apiRuns(ctx context.Context, in *runsInput) (*api.Body[api.Items[RunObject]], error) {
	var before int64
	if in.Cursor != "" {
		c, err := page.Decode(in.Cursor, "-id")
		if err != nil {
			return nil, err
		}
		before = c.ID
	}
	runs, err := s.Runs(ctx, in.Name, before, in.Limit+1)
	if err != nil {
		return nil, err
	}
	out := page.Page[job.Run]{Items: runs}
	if len(runs) > in.Limit {
		out.Items = runs[:in.Limit]
		out.Next = page.Cursor{Sort: "-id", ID: runs[in.Limit-1].ID}.Encode()
	}
	return api.Map(out, runObject), nil
}

func (s *Service) apiRun(ctx context.Context, in *nameInput) (*startedOutput, error) {
	before, err := s.newest(ctx, in.Name)
	if err != nil {
		return nil, err
	}
	done, err := s.RunNow(ctx, in.Name, apiPatience)
	if err != nil {
		if run, found := s.newest(ctx, in.Name); found == nil && run.ID != before.ID { // the run itself failed, and says so
			return &startedOutput{Status: http.StatusCreated, Body: runObject(run)}, nil
		}
		return nil, err
	}
	run, err := s.newest(ctx, in.Name)
	if err != nil {
		return nil, err
	}
	status := http.StatusCreated
	if !done {
		status = http.StatusAccepted
	}
	return &startedOutput{Status: status, Body: runObject(run)}, nil
}

func (s *Service) newest(ctx context.Context, name string) (job.Run, error) {
	runs, err := s.Runs(ctx, name, 0, 1)
	if err != nil || len(runs) == 0 {
		return job.Run{}, err
	}
	return runs[0], nil
}
