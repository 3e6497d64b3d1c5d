package deal

import (
	"context"
	"slices"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// How an owner arranges pipelines, stages and reasons. What holds deals is
// removed only together with where they go.

// AddPipeline makes a pipeline with the stages that were named, or the ready
// ones.
func (s *Service) AddPipeline(ctx context.Context, name string, stages []StageInput) (Pipeline, error) {
	return arranging(ctx, s, "deal.pipeline_add", func(ctx context.Context, tx *db.Tx) (Pipeline, error) {
		all, err := s.ensure(ctx, tx)
		if err != nil {
			return Pipeline{}, err
		}
		if name, err = called(name, slices.ContainsFunc(all, func(p Pipeline) bool { return strings.EqualFold(p.Name, name) })); err != nil {
			return Pipeline{}, err
		}
		id, err := addPipeline(ctx, tx, name, false, len(all))
		if err != nil {
			return Pipeline{}, err
		}
		if len(stages) == 0 {
			locale := auth.From(ctx).Locale
			for _, st := range readyFor(locale).stages {
				stages = append(stages, StageInput{Name: st.name, Probability: st.probability, RotDays: st.rot, Warn: true, Playbook: st.playbook, Checklist: st.checklist})
			}
		}
		for i, in := range stages {
			in.PipelineID = id
			if err := s.checkStage(ctx, tx, &in); err != nil {
				return Pipeline{}, err
			}
			if _, err := addStage(ctx, tx, in, i); err != nil {
				return Pipeline{}, err
			}
		}
		journal.About(tx, "pipeline", id, name)
		return s.reread(ctx, tx, id)
	})
}

// called cleans a name and says what is wrong with it.
func called(name string, taken bool) (string, error) {
	name = strings.Join(strings.Fields(text.Line(name)), " ")
	c := &errs.Check{}
	c.That(name != "", "name", "error.required")
	c.That(len([]rune(name)) <= maxShort, "name", "error.long", "n", maxShort)
	c.That(!taken, "name", "error.taken")
	return name, c.Err()
}

// arranging is a change of how the shop sells, by somebody who may.
func arranging[T any](ctx context.Context, s *Service, op string, do func(context.Context, *db.Tx) (T, error)) (T, error) {
	if err := auth.From(ctx).May(Settings); err != nil {
		var none T
		return none, err
	}
	return db.WriteOne(ctx, s.db, op, do)
}

func (s *Service) reread(ctx context.Context, q db.Q, id int64) (Pipeline, error) {
	all, err := pipelines(ctx, q)
	if err != nil || id == 0 {
		return Pipeline{}, err
	}
	return s.pipeline(all, id)
}

func (s *Service) checkStage(ctx context.Context, q db.Q, in *StageInput) error {
	in.Clean()
	record, err := s.fields.Record(ctx, q, "deal")
	if err != nil {
		return err
	}
	var own []string
	for _, f := range record.Set {
		own = append(own, f.Key)
	}
	return in.Validate(own)
}

// SavePipeline renames a pipeline that is still at version and may make it the
// one where deals begin.
func (s *Service) SavePipeline(ctx context.Context, id, version int64, name string, standard bool) (Pipeline, error) {
	return arranging(ctx, s, "deal.pipeline", func(ctx context.Context, tx *db.Tx) (Pipeline, error) {
		all, err := pipelines(ctx, tx)
		if err != nil {
			return Pipeline{}, err
		}
		p, err := s.pipeline(all, id)
		if err != nil {
			return p, err
		}
		if p.Version != version {
			return p, errs.Stale(p)
		}
		if name, err = called(name, slices.ContainsFunc(all, func(o Pipeline) bool { return o.ID != id && strings.EqualFold(o.Name, name) })); err != nil {
			return p, err
		}
		journal.About(tx, "pipeline", id, name)
		if standard && !p.Standard {
			for _, o := range all {
				if o.Standard {
					if err := setPipeline(ctx, tx, o.ID, o.Name, false); err != nil {
						return p, err
					}
				}
			}
		}
		if err := setPipeline(ctx, tx, id, name, standard || p.Standard); err != nil {
			return p, err
		}
		return s.reread(ctx, tx, id)
	})
}

// DropPipeline removes a pipeline; its deals go to a stage of another one, which
// must be named when there are any.
func (s *Service) DropPipeline(ctx context.Context, id, to int64) error {
	_, err := arranging(ctx, s, "deal.pipeline_drop", func(ctx context.Context, tx *db.Tx) (Pipeline, error) {
		all, err := pipelines(ctx, tx)
		if err != nil {
			return Pipeline{}, err
		}
		p, err := s.pipeline(all, id)
		if err != nil {
			return p, err
		}
		if len(all) < 2 {
			return p, errs.New(errs.Conflict, "deal.error.last_pipeline")
		}
		for _, st := range p.Stages {
			if err := s.empty(ctx, tx, st, to, func(o Stage) bool { return o.PipelineID != id }); err != nil {
				return p, err
			}
		}
		journal.About(tx, "pipeline", id, p.Name)
		if err := dropPipeline(ctx, tx, id); err != nil {
			return p, err
		}
		if p.Standard {
			rest := all[slices.IndexFunc(all, func(o Pipeline) bool { return o.ID != id })]
			return p, setPipeline(ctx, tx, rest.ID, rest.Name, true)
		}
		return p, nil
	})
	return err
}

// empty sends the deals of a stage to another one.
func (s *Service) empty(ctx context.Context, tx *db.Tx, st Stage, to int64, fits func(Stage) bool) error {
	some, err := counts(ctx, tx, sqlInStage, st.ID)
	if err != nil || !some {
		return err
	}
	c := &errs.Check{}
	goal, err := stageOf(ctx, tx, to)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	c.That(to != 0, "to", "deal.error.where")
	c.That(to == 0 || err == nil && goal.ID != st.ID && fits(goal), "to", "error.choice")
	if err := c.Err(); err != nil {
		return err
	}
	return sendDeals(ctx, tx, st.ID, goal)
}

// AddStage adds a stage at the end of a pipeline.
func (s *Service) AddStage(ctx context.Context, in StageInput) (Stage, error) {
	return arranging(ctx, s, "deal.stage_add", func(ctx context.Context, tx *db.Tx) (Stage, error) {
		p, err := s.reread(ctx, tx, in.PipelineID)
		if err != nil {
			return Stage{}, err
		}
		if p.ID == 0 {
			return Stage{}, errs.NotVisible()
		}
		if err := s.checkStage(ctx, tx, &in); err != nil {
			return Stage{}, err
		}
		c := &errs.Check{}
		c.That(len(p.Stages) < maxStages, "name", "error.many", "n", maxStages)
		c.That(!slices.ContainsFunc(p.Stages, func(st Stage) bool { return strings.EqualFold(st.Name, in.Name) }), "name", "error.taken")
		if err := c.Err(); err != nil {
			return Stage{}, err
		}
		last := 0
		if n := len(p.Stages); n > 0 {
			last = p.Stages[n-1].Position + 1
		}
		id, err := addStage(ctx, tx, in, last)
		if err != nil {
			return Stage{}, err
		}
		journal.About(tx, "pipeline", p.ID, in.Name)
		return stageOf(ctx, tx, id)
	})
}

// SaveStage changes a stage that is still at version.
func (s *Service) SaveStage(ctx context.Context, id, version int64, in StageInput) (Stage, error) {
	return arranging(ctx, s, "deal.stage", func(ctx context.Context, tx *db.Tx) (Stage, error) {
		st, err := stageOf(ctx, tx, id)
		if err != nil {
			return st, err
		}
		if st.Version != version {
			return st, errs.Stale(st)
		}
		if err := s.checkStage(ctx, tx, &in); err != nil {
			return st, err
		}
		p, err := s.reread(ctx, tx, st.PipelineID)
		if err != nil {
			return st, err
		}
		c := &errs.Check{}
		c.That(!slices.ContainsFunc(p.Stages, func(o Stage) bool { return o.ID != id && strings.EqualFold(o.Name, in.Name) }), "name", "error.taken")
		if err := c.Err(); err != nil {
			return st, err
		}
		journal.About(tx, "pipeline", st.PipelineID, in.Name)
		if err := setStage(ctx, tx, id, in); err != nil {
			return st, err
		}
		return stageOf(ctx, tx, id)
	})
}

// PlaceStage moves a stage one place forward or, below zero, back.
func (s *Service) PlaceStage(ctx context.Context, id int64, by int) (Stage, error) {
	return arranging(ctx, s, "deal.stage_place", func(ctx context.Context, tx *db.Tx) (Stage, error) {
		st, err := stageOf(ctx, tx, id)
		if err != nil {
			return st, err
		}
		p, err := s.reread(ctx, tx, st.PipelineID)
		if err != nil {
			return st, err
		}
		at := slices.IndexFunc(p.Stages, func(o Stage) bool { return o.ID == id })
		to := min(max(0, at+by), len(p.Stages)-1)
		order := slices.Insert(slices.Delete(slices.Clone(p.Stages), at, at+1), to, st)
		journal.About(tx, "pipeline", p.ID, st.Name)
		for i, o := range order {
			if o.Position != i {
				if err := placeStage(ctx, tx, o.ID, i); err != nil {
					return st, err
				}
			}
		}
		return stageOf(ctx, tx, id)
	})
}

// DropStage removes a stage; its deals go to another stage of the pipeline, which
// must be named when there are any.
func (s *Service) DropStage(ctx context.Context, id, to int64) error {
	_, err := arranging(ctx, s, "deal.stage_drop", func(ctx context.Context, tx *db.Tx) (Stage, error) {
		st, err := stageOf(ctx, tx, id)
		if err != nil {
			return st, err
		}
		p, err := s.reread(ctx, tx, st.PipelineID)
		if err != nil {
			return st, err
		}
		if len(p.Stages) < 2 {
			return st, errs.New(errs.Conflict, "deal.error.last_stage")
		}
		if err := s.empty(ctx, tx, st, to, func(o Stage) bool { return o.PipelineID == st.PipelineID }); err != nil {
			return st, err
		}
		journal.About(tx, "pipeline", st.PipelineID, st.Name)
		return st, dropStage(ctx, tx, id)
	})
	return err
}

// AddReason adds a reason of wins or losses.
func (s *Service) AddReason(ctx context.Context, result, name string) (Reason, error) {
	return arranging(ctx, s, "deal.reason_add", func(ctx context.Context, tx *db.Tx) (Reason, error) {
		all, err := reasons(ctx, tx)
		if err != nil {
			return Reason{}, err
		}
		if result != Won && result != Lost {
			c := &errs.Check{}
			c.Add("result", "error.choice")
			return Reason{}, c.Err()
		}
		if name, err = called(name, slices.ContainsFunc(all, func(r Reason) bool { return r.Result == result && strings.EqualFold(r.Name, name) })); err != nil {
			return Reason{}, err
		}
		id, err := addReason(ctx, tx, result, name, len(all))
		if err != nil {
			return Reason{}, err
		}
		journal.About(tx, "deal_reason", id, name)
		return reasonOf(ctx, tx, id)
	})
}

// SaveReason renames a reason, or no longer offers it.
func (s *Service) SaveReason(ctx context.Context, id int64, name string, active bool) (Reason, error) {
	return arranging(ctx, s, "deal.reason", func(ctx context.Context, tx *db.Tx) (Reason, error) {
		r, err := reasonOf(ctx, tx, id)
		if err != nil {
			return r, err
		}
		all, err := reasons(ctx, tx)
		if err != nil {
			return r, err
		}
		if name, err = called(name, slices.ContainsFunc(all, func(o Reason) bool { return o.ID != id && o.Result == r.Result && strings.EqualFold(o.Name, name) })); err != nil {
			return r, err
		}
		journal.About(tx, "deal_reason", id, name)
		if err := setReason(ctx, tx, id, name, active); err != nil {
			return r, err
		}
		return reasonOf(ctx, tx, id)
	})
}
