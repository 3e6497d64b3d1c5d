package deal

import (
	"context"
	"fmt"

	"regulars/app/sys/db"
	"regulars/app/sys/setting"
)

const (
	pipelineColumns = `p.id, p.name, p.standard, p.position, p.created_at, p.updated_at, p.version`
	stageColumns    = `s.id, s.pipeline_id, s.name, s.probability, s.rot_days, s.warn, s.playbook, s.checklist, s.required, s.documents, s.position, s.created_at, s.updated_at, s.version`
	reasonColumns   = `r.id, r.result, r.name, r.active, r.position, r.created_at, r.updated_at, r.version`
)

var (
	sqlPipelines   = db.SQL(`SELECT ` + pipelineColumns + ` FROM deal_pipeline p ORDER BY p.position, p.id`)
	sqlStages      = db.SQL(`SELECT ` + stageColumns + ` FROM deal_stage s ORDER BY s.pipeline_id, s.position, s.id`)
	sqlStage       = db.SQL(`SELECT ` + stageColumns + ` FROM deal_stage s WHERE s.id = ?`)
	sqlReasons     = db.SQL(`SELECT ` + reasonColumns + ` FROM deal_reason r ORDER BY r.result DESC, r.position, r.id`)
	sqlReason      = db.SQL(`SELECT ` + reasonColumns + ` FROM deal_reason r WHERE r.id = ?`)
	sqlAddPipeline = db.SQL(`INSERT INTO deal_pipeline (name, standard, position, created_at, updated_at) VALUES (?, ?, ?, ?, ?)`)
	sqlAddStage    = db.SQL(`
		INSERT INTO deal_stage (pipeline_id, name, probability, rot_days, warn, playbook, checklist, required, documents, position, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlAddReason = db.SQL(`INSERT INTO deal_reason (result, name, position, created_at, updated_at) VALUES (?, ?, ?, ?, ?)`)
)

// pipelines reads all pipelines with their stages.
func pipelines(ctx context.Context, q db.Q) ([]Pipeline, error) {
	out := []Pipeline{}
	if err := q.Select(ctx, &out, sqlPipelines); err != nil {
		return nil, fmt.Errorf("list the pipelines: %w", err)
	}
	var stages []Stage
	if err := q.Select(ctx, &stages, sqlStages); err != nil {
		return nil, fmt.Errorf("list the stages: %w", err)
	}
	papers, err := allPapers(ctx, q)
	if err != nil {
		return nil, err
	}
	for i := range out {
		out[i].Stages = []Stage{}
		for _, st := range stages {
			st.Files = papers[st.ID]
			if st.PipelineID == out[i].ID {
				out[i].Stages = append(out[i].Stages, st)
			}
		}
	}
	return out, nil
}

func stageOf(ctx context.Context, q db.Q, id int64) (Stage, error) {
	var st Stage
	return st, db.OrNotFound(q.Get(ctx, &st, sqlStage, id))
}

func reasons(ctx context.Context, q db.Q) ([]Reason, error) {
	out := []Reason{}
	if err := q.Select(ctx, &out, sqlReasons); err != nil {
		return nil, fmt.Errorf("list the reasons: %w", err)
	}
	return out, nil
}

func reasonOf(ctx context.Context, q db.Q, id int64) (Reason, error) {
	var r Reason
	return r, db.OrNotFound(q.Get(ctx, &r, sqlReason, id))
}

func addStage(ctx context.Context, tx *db.Tx, in StageInput, position int) (int64, error) {
	id, err := tx.Insert(ctx, sqlAddStage, in.PipelineID, in.Name, in.Probability, in.RotDays, in.Warn, in.Playbook, Words(in.Checklist).JSON(),
		Words(in.Required).JSON(), Words(in.Documents).JSON(), position, db.At(tx.Now), db.At(tx.Now))
	if err != nil {
		return 0, fmt.Errorf("add stage %s: %w", in.Name, err)
	}
	return id, nil
}

func addPipeline(ctx context.Context, tx *db.Tx, name string, standard bool, position int) (int64, error) {
	id, err := tx.Insert(ctx, sqlAddPipeline, name, standard, position, db.At(tx.Now), db.At(tx.Now))
	if err != nil {
		return 0, fmt.Errorf("add pipeline %s: %w", name, err)
	}
	return id, nil
}

// ensure gives a shop that has no pipeline the ready one.
func (s *Service) ensure(ctx context.Context, tx *db.Tx) ([]Pipeline, error) {
	all, err := pipelines(ctx, tx)
	if err != nil || len(all) > 0 {
		return all, err
	}
	b, err := setting.ReadBusiness(ctx, tx)
	if err != nil {
		return nil, err
	}
	if err := Seed(ctx, tx, b.Locale); err != nil {
		return nil, err
	}
	return pipelines(ctx, tx)
}

// Seed gives a new shop its pipeline and reasons, in its language.
func Seed(ctx context.Context, tx *db.Tx, locale string) error {
	r := readyFor(locale)
	pipeline, err := addPipeline(ctx, tx, r.pipeline, true, 0)
	if err != nil {
		return err
	}
	for i, st := range r.stages {
		in := StageInput{PipelineID: pipeline, Name: st.name, Probability: st.probability, RotDays: st.rot, Warn: true, Playbook: st.playbook, Checklist: st.checklist}
		if _, err := addStage(ctx, tx, in, i); err != nil {
			return err
		}
	}
	for i, name := range append(r.won, r.lost...) {
		result := Won
		if i >= len(r.won) {
			result = Lost
		}
		if _, err := tx.Insert(ctx, sqlAddReason, result, name, i, db.At(tx.Now), db.At(tx.Now)); err != nil {
			return fmt.Errorf("add reason %s: %w", name, err)
		}
	}
	return nil
}

// Start gives a shop that was set up before there were pipelines the ready one.
func (s *Service) Start(ctx context.Context) error {
	q := s.db.Reader(ctx)
	b, err := setting.ReadBusiness(ctx, q)
	if err != nil || b.SetupAt == 0 {
		return err
	}
	all, err := pipelines(ctx, q)
	if err != nil {
		return err
	}
	if len(all) > 0 {
		return nil
	}
	return s.db.Write(ctx, "deal.seed", func(ctx context.Context, tx *db.Tx) error {
		_, err := s.ensure(ctx, tx)
		return err
	})
}
