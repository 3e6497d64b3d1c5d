package deal

import (
	"context"
	"fmt"

	"regulars/app/sys/db"
)

var (
	sqlSetPipeline  = db.SQL(`UPDATE deal_pipeline SET name = ?, standard = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlDropPipeline = db.SQL(`DELETE FROM deal_pipeline WHERE id = ?`)
	sqlSetStage     = db.SQL(`
		UPDATE deal_stage SET name = ?, probability = ?, rot_days = ?, warn = ?, playbook = ?, checklist = ?, required = ?, documents = ?, updated_at = ?, version = version + 1
		WHERE id = ?`)
	sqlPlaceStage = db.SQL(`UPDATE deal_stage SET position = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlDropStage  = db.SQL(`DELETE FROM deal_stage WHERE id = ?`)
	sqlInStage    = db.SQL(`SELECT EXISTS (SELECT 1 FROM deal WHERE stage_id = ?)`)
	sqlSendMoves  = db.SQL(`INSERT INTO deal_move (deal_id, stage_id, at) SELECT id, ?, ? FROM deal WHERE stage_id = ? AND result = 'open'`)
	sqlSendDeals  = db.SQL(`UPDATE deal SET pipeline_id = ?, stage_id = ?, moved_at = ?, updated_at = ?, version = version + 1 WHERE stage_id = ?`)
	sqlSetReason  = db.SQL(`UPDATE deal_reason SET name = ?, active = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
)

func setPipeline(ctx context.Context, tx *db.Tx, id int64, name string, standard bool) error {
	if _, err := tx.Exec(ctx, sqlSetPipeline, name, standard, db.At(tx.Now), id); err != nil {
		return fmt.Errorf("change pipeline %d: %w", id, err)
	}
	return nil
}

func dropPipeline(ctx context.Context, tx *db.Tx, id int64) error {
	if _, err := tx.Exec(ctx, sqlDropPipeline, id); err != nil {
		return fmt.Errorf("remove pipeline %d: %w", id, err)
	}
	return nil
}

func setStage(ctx context.Context, tx *db.Tx, id int64, in StageInput) error {
	_, err := tx.Exec(ctx, sqlSetStage, in.Name, in.Probability, in.RotDays, in.Warn, in.Playbook, Words(in.Checklist).JSON(), Words(in.Required).JSON(), Words(in.Documents).JSON(), db.At(tx.Now), id)
	if err != nil {
		return fmt.Errorf("change stage %d: %w", id, err)
	}
	return nil
}

func placeStage(ctx context.Context, tx *db.Tx, id int64, at int) error {
	if _, err := tx.Exec(ctx, sqlPlaceStage, at, db.At(tx.Now), id); err != nil {
		return fmt.Errorf("place stage %d: %w", id, err)
	}
	return nil
}

func dropStage(ctx context.Context, tx *db.Tx, id int64) error {
	if _, err := tx.Exec(ctx, sqlDropStage, id); err != nil {
		return fmt.Errorf("remove stage %d: %w", id, err)
	}
	return nil
}

// sendDeals puts all deals of a stage into another one; open ones begin a new
// stay there.
func sendDeals(ctx context.Context, tx *db.Tx, from int64, to Stage) error {
	now := db.At(tx.Now)
	if _, err := tx.Exec(ctx, sqlSendMoves, to.ID, now, from); err != nil {
		return fmt.Errorf("note the moves out of stage %d: %w", from, err)
	}
	if _, err := tx.Exec(ctx, sqlSendDeals, to.PipelineID, to.ID, now, now, from); err != nil {
		return fmt.Errorf("move the deals of stage %d: %w", from, err)
	}
	return nil
}

func addReason(ctx context.Context, tx *db.Tx, result, name string, position int) (int64, error) {
	id, err := tx.Insert(ctx, sqlAddReason, result, name, position, db.At(tx.Now), db.At(tx.Now))
	if err != nil {
		return 0, fmt.Errorf("add reason %s: %w", name, err)
	}
	return id, nil
}

func setReason(ctx context.Context, tx *db.Tx, id int64, name string, active bool) error {
	if _, err := tx.Exec(ctx, sqlSetReason, name, active, db.At(tx.Now), id); err != nil {
		return fmt.Errorf("change reason %d: %w", id, err)
	}
	return nil
}
