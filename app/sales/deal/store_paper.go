package deal

import (
	"context"
	"fmt"

	"regulars/app/sys/db"
)

var (
	sqlPapers    = db.SQL(`SELECT id, stage_id, name, mime, size, sha256, created_at FROM deal_stage_file WHERE stage_id = ? ORDER BY id`)
	sqlPaper     = db.SQL(`SELECT id, stage_id, name, mime, size, sha256, created_at FROM deal_stage_file WHERE id = ?`)
	sqlAllPapers = db.SQL(`SELECT id, stage_id, name, mime, size, sha256, created_at FROM deal_stage_file ORDER BY stage_id, id`)
	sqlAddPaper  = db.SQL(`INSERT INTO deal_stage_file (stage_id, name, mime, size, sha256, user_id, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)`)
	sqlDropPaper = db.SQL(`DELETE FROM deal_stage_file WHERE id = ?`)
)

func papersOf(ctx context.Context, q db.Q, stage int64) ([]Paper, error) {
	out := []Paper{}
	if err := q.Select(ctx, &out, sqlPapers, stage); err != nil {
		return nil, fmt.Errorf("list the documents of stage %d: %w", stage, err)
	}
	return out, nil
}

// allPapers are those of all stages, by stage.
func allPapers(ctx context.Context, q db.Q) (map[int64][]Paper, error) {
	var rows []Paper
	if err := q.Select(ctx, &rows, sqlAllPapers); err != nil {
		return nil, fmt.Errorf("list the documents of stages: %w", err)
	}
	out := map[int64][]Paper{}
	for _, p := range rows {
		out[p.StageID] = append(out[p.StageID], p)
	}
	return out, nil
}

func paperOf(ctx context.Context, q db.Q, id int64) (p Paper, err error) {
	return p, db.OrNotFound(q.Get(ctx, &p, sqlPaper, id))
}

func addPaper(ctx context.Context, tx *db.Tx, p Paper, user int64) (Paper, error) {
	id, err := tx.Insert(ctx, sqlAddPaper, p.StageID, p.Name, p.Mime, p.Size, p.SHA256, db.ID(user), db.At(tx.Now))
	if err != nil {
		return p, fmt.Errorf("store a document of stage %d: %w", p.StageID, err)
	}
	return paperOf(ctx, tx, id)
}

func dropPaper(ctx context.Context, tx *db.Tx, id int64) error {
	if _, err := tx.Exec(ctx, sqlDropPaper, id); err != nil {
		return fmt.Errorf("remove document %d of a stage: %w", id, err)
	}
	return nil
}
