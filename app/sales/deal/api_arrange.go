package deal

import (
	"context"
	"fmt"
	"net/http"

	"regulars/app/sys/api"
)

// StageBody is what POST takes of a stage.
type StageBody struct {
	Name        string   `json:"name"`
	Probability int      `json:"probability,omitempty" minimum:"0" maximum:"100" doc:"Percent"`
	RotDays     int      `json:"rot_days,omitempty" minimum:"0" maximum:"3650"`
	Warn        bool     `json:"warn,omitempty"`
	Playbook    string   `json:"playbook,omitempty"`
	Checklist   []string `json:"checklist,omitempty" maxItems:"30"`
	Required    []string `json:"required,omitempty" maxItems:"100"`
	Documents   []string `json:"documents,omitempty" maxItems:"30" doc:"A name and its address each"`
}

func (b StageBody) input(pipeline int64) StageInput {
	return StageInput{PipelineID: pipeline, Name: b.Name, Probability: b.Probability, RotDays: b.RotDays, Warn: b.Warn, Playbook: b.Playbook, Checklist: b.Checklist, Required: b.Required, Documents: b.Documents}
}

type wayIn struct {
	Body struct {
		Name   string      `json:"name"`
		Stages []StageBody `json:"stages,omitempty" maxItems:"20" doc:"Left out, the ready ones"`
	}
}

type wayPatch struct {
	api.Path
	api.Versioned
	Body struct {
		Version  *int64          `json:"version,omitempty"`
		Name     api.Opt[string] `json:"name,omitempty"`
		Standard *bool           `json:"standard,omitempty"`
	}
}

type dropIn struct {
	api.Path
	To int64 `query:"to" doc:"The stage where its deals go"`
}

type stageIn struct {
	api.Path
	Body StageBody
}

type stagePatch struct {
	api.Path
	api.Versioned
	Body struct {
		Version     *int64            `json:"version,omitempty"`
		Name        api.Opt[string]   `json:"name,omitempty"`
		Probability api.Opt[int]      `json:"probability,omitempty"`
		RotDays     api.Opt[int]      `json:"rot_days,omitempty"`
		Warn        api.Opt[bool]     `json:"warn,omitempty"`
		Playbook    api.Opt[string]   `json:"playbook,omitempty"`
		Checklist   api.Opt[[]string] `json:"checklist,omitempty"`
		Required    api.Opt[[]string] `json:"required,omitempty"`
		Documents   api.Opt[[]string] `json:"documents,omitempty"`
		Position    *int              `json:"position,omitempty" doc:"Its place in the pipeline, from 0"`
	}
}

type reasonIn struct {
	Body struct {
		Result string `json:"result" enum:"won,lost"`
		Name   string `json:"name"`
	}
}

type reasonPatch struct {
	api.Path
	Body struct {
		Name   api.Opt[string] `json:"name,omitempty"`
		Active *bool           `json:"active,omitempty"`
	}
}

func (s *Service) apiArrange(a *api.API) {
	const tag = "pipelines"
	api.Register(a, api.Op{Method: api.Post, Path: "/pipelines", Tag: tag, Summary: "Add a pipeline", Status: http.StatusCreated}, s.apiAddWay)
	api.Register(a, api.Op{Method: api.Patch, Path: "/pipelines/{id}", Tag: tag, Summary: "Rename a pipeline, or let new deals begin in it"}, s.apiSaveWay)
	api.Register(a, api.Op{Method: api.Delete, Path: "/pipelines/{id}", Tag: tag, Summary: "Remove a pipeline; its deals go to a stage of another one", Status: http.StatusNoContent}, s.apiDropWay)
	api.Register(a, api.Op{Method: api.Post, Path: "/pipelines/{id}/stages", Tag: tag, Summary: "Add a stage", Status: http.StatusCreated}, s.apiAddStage)
	api.Register(a, api.Op{Method: api.Patch, Path: "/deal-stages/{id}", Tag: tag, Summary: "Change a stage"}, s.apiSaveStage)
	api.Register(a, api.Op{Method: api.Delete, Path: "/deal-stages/{id}", Tag: tag, Summary: "Remove a stage; its deals go to another one of the pipeline", Status: http.StatusNoContent}, s.apiDropStage)
	s.apiPapers(a)
	api.Register(a, api.Op{Method: api.Post, Path: "/deal-reasons", Tag: tag, Summary: "Add a reason", Status: http.StatusCreated}, s.apiAddReason)
	api.Register(a, api.Op{Method: api.Patch, Path: "/deal-reasons/{id}", Tag: tag, Summary: "Rename a reason, or no longer offer it"}, s.apiSaveReason)
}

func (s *Service) apiAddWay(ctx context.Context, in *wayIn) (*api.Created[PipelineObject], error) {
	var stages []StageInput
	for _, st := range in.Body.Stages {
		stages = append(stages, st.input(0))
	}
	p, err := s.AddPipeline(ctx, in.Body.Name, stages)
	return &api.Created[PipelineObject]{Location: fmt.Sprintf("%s/pipelines/%d", api.Prefix, p.ID), Body: pipelineObject(p)}, err
}

func (s *Service) apiSaveWay(ctx context.Context, in *wayPatch) (*api.Body[PipelineObject], error) {
	version, err := in.Version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	p, err := s.reread(ctx, s.db.Reader(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	name := p.Name
	in.Body.Name.Into(&name)
	p, err = s.SavePipeline(ctx, in.ID, version, name, in.Body.Standard != nil && *in.Body.Standard)
	if err != nil {
		return nil, api.WithCurrent(err, func(p Pipeline) any { return pipelineObject(p) })
	}
	return &api.Body[PipelineObject]{Body: pipelineObject(p)}, nil
}

func (s *Service) apiDropWay(ctx context.Context, in *dropIn) (*api.Empty, error) {
	return &api.Empty{}, s.DropPipeline(ctx, in.ID, in.To)
}

func (s *Service) apiAddStage(ctx context.Context, in *stageIn) (*api.Created[StageObject], error) {
	st, err := s.AddStage(ctx, in.Body.input(in.ID))
	return &api.Created[StageObject]{Location: fmt.Sprintf("%s/pipelines/%d", api.Prefix, in.ID), Body: stageObject(st)}, err
}

func (s *Service) apiSaveStage(ctx context.Context, in *stagePatch) (*api.Body[StageObject], error) {
	version, err := in.Version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	st, err := stageOf(ctx, s.db.Reader(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	input := st.Input()
	in.Body.Name.Into(&input.Name)
	in.Body.Probability.Into(&input.Probability)
	in.Body.RotDays.Into(&input.RotDays)
	in.Body.Warn.Into(&input.Warn)
	in.Body.Playbook.Into(&input.Playbook)
	in.Body.Checklist.Into(&input.Checklist)
	in.Body.Required.Into(&input.Required)
	in.Body.Documents.Into(&input.Documents)
	after, err := s.SaveStage(ctx, in.ID, version, input)
	if err != nil {
		return nil, api.WithCurrent(err, func(st Stage) any { return stageObject(st) })
	}
	if in.Body.Position != nil && *in.Body.Position != after.Position {
		if after, err = s.PlaceStage(ctx, in.ID, *in.Body.Position-after.Position); err != nil {
			return nil, err
		}
	}
	return &api.Body[StageObject]{Body: stageObject(after)}, nil
}

func (s *Service) apiDropStage(ctx context.Context, in *dropIn) (*api.Empty, error) {
	return &api.Empty{}, s.DropStage(ctx, in.ID, in.To)
}

func reasonObject(r Reason) ReasonObject {
	return ReasonObject{r.ID, r.Version, r.Result, r.Name, r.Active}
}

func (s *Service) apiAddReason(ctx context.Context, in *reasonIn) (*api.Created[ReasonObject], error) {
	r, err := s.AddReason(ctx, in.Body.Result, in.Body.Name)
	return &api.Created[ReasonObject]{Location: api.Prefix + "/deal-reasons", Body: reasonObject(r)}, err
}

func (s *Service) apiSaveReason(ctx context.Context, in *reasonPatch) (*api.Body[ReasonObject], error) {
	r, err := reasonOf(ctx, s.db.Reader(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	in.Body.Name.Into(&r.Name)
	if in.Body.Active != nil {
		r.Active = *in.Body.Active
	}
	r, err = s.SaveReason(ctx, in.ID, r.Name, r.Active)
	return &api.Body[ReasonObject]{Body: reasonObject(r)}, err
}
