package deal

import (
	"context"
	"time"

	"regulars/app/sys/api"
	"regulars/app/sys/auth"
)

// PipelineObject is a pipeline as the API shows it.
type PipelineObject struct {
	ID        int64         `json:"id"`
	Version   int64         `json:"version"`
	CreatedAt time.Time     `json:"created_at"`
	UpdatedAt time.Time     `json:"updated_at"`
	Name      string        `json:"name"`
	Standard  bool          `json:"standard" doc:"Where a deal begins that names none"`
	Stages    []StageObject `json:"stages"`
}

// StageObject is one stage of it.
type StageObject struct {
	ID          int64    `json:"id"`
	Version     int64    `json:"version"`
	PipelineID  int64    `json:"pipeline_id"`
	Name        string   `json:"name"`
	Probability int      `json:"probability" doc:"Percent"`
	RotDays     int      `json:"rot_days" doc:"So long may a deal stand here, 0 = as long as it likes"`
	Warn        bool     `json:"warn"`
	Playbook    string   `json:"playbook,omitempty"`
	Checklist   []string `json:"checklist"`
	Required    []string `json:"required" doc:"What must be known to leave: customer, amount, expected_close, owner, next_step, lines, checklist, fields.KEY"`
	Documents   []string `json:"documents" doc:"What belongs to the stage: a name and its address each"`
	Position    int      `json:"position"`

	Files []PaperObject `json:"files" doc:"Uploaded documents"`
}

// ReasonObject is why deals are won or lost.
type ReasonObject struct {
	ID      int64  `json:"id"`
	Version int64  `json:"version"`
	Result  string `json:"result" enum:"won,lost"`
	Name    string `json:"name"`
	Active  bool   `json:"active"`
}

func stageObject(st Stage) StageObject {
	files := []PaperObject{}
	for _, p := range st.Files {
		files = append(files, paperObject(p))
	}
	return StageObject{Files: files, ID: st.ID, Version: st.Version, PipelineID: st.PipelineID, Name: st.Name, Probability: st.Probability, RotDays: st.RotDays, Warn: st.Warn,
		Playbook: st.Playbook, Checklist: append([]string{}, st.Checklist...), Required: append([]string{}, st.Required...), Documents: append([]string{}, st.Documents...), Position: st.Position}
}

func pipelineObject(p Pipeline) PipelineObject {
	out := PipelineObject{ID: p.ID, Version: p.Version, CreatedAt: p.CreatedAt.UTC(), UpdatedAt: p.UpdatedAt.UTC(), Name: p.Name, Standard: p.Standard, Stages: []StageObject{}}
	for _, st := range p.Stages {
		out.Stages = append(out.Stages, stageObject(st))
	}
	return out
}

func (s *Service) apiPipelines(a *api.API) {
	const tag = "pipelines"
	api.Register(a, api.Op{Method: api.Get, Path: "/pipelines", Tag: tag, Summary: "List the pipelines with their stages"}, s.apiAllPipelines)
	api.Register(a, api.Op{Method: api.Get, Path: "/pipelines/{id}", Tag: tag, Summary: "Read a pipeline"}, s.apiPipeline)
	api.Register(a, api.Op{Method: api.Get, Path: "/deal-reasons", Tag: tag, Summary: "Why deals are won and lost"}, s.apiReasons)
}

// Pipelines lists the pipelines with their stages.
func (s *Service) Pipelines(ctx context.Context) ([]Pipeline, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, err
	}
	return pipelines(ctx, s.db.Reader(ctx))
}

func (s *Service) apiAllPipelines(ctx context.Context, _ *api.Empty) (*api.Body[api.Items[PipelineObject]], error) {
	all, err := s.Pipelines(ctx)
	out := []PipelineObject{}
	for _, p := range all {
		out = append(out, pipelineObject(p))
	}
	return &api.Body[api.Items[PipelineObject]]{Body: api.Items[PipelineObject]{Items: out}}, err
}

func (s *Service) apiPipeline(ctx context.Context, in *api.Path) (*api.Body[PipelineObject], error) {
	all, err := s.Pipelines(ctx)
	if err != nil {
		return nil, err
	}
	p, err := s.pipeline(all, in.ID)
	return &api.Body[PipelineObject]{Body: pipelineObject(p)}, err
}

func (s *Service) apiReasons(ctx context.Context, _ *api.Empty) (*api.Body[api.Items[ReasonObject]], error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, err
	}
	all, err := reasons(ctx, s.db.Reader(ctx))
	out := []ReasonObject{}
	for _, r := range all {
		out = append(out, reasonObject(r))
	}
	return &api.Body[api.Items[ReasonObject]]{Body: api.Items[ReasonObject]{Items: out}}, err
}
