package deal

import (
	"context"
	"fmt"
	"slices"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

var (
	sqlNoteMove = db.SQL(`INSERT INTO deal_move (deal_id, stage_id, user_id, at) VALUES (?, ?, ?, ?)`)
	sqlAt       = db.SQL(`SELECT position FROM deal WHERE id = ? AND stage_id = ? AND result = 'open'`)
	sqlAfter    = db.SQL(`
		SELECT position FROM deal WHERE stage_id = ? AND result = 'open' AND (position, id) > (?, ?) AND id <> ? ORDER BY position, id LIMIT 1`)
	sqlColumn      = db.SQL(`SELECT id FROM deal WHERE stage_id = ? AND result = 'open' AND id <> ? ORDER BY position, id`)
	sqlSetPosition = db.SQL(`UPDATE deal SET position = ? WHERE id = ?`)
	sqlTicked      = db.SQL(`SELECT item FROM deal_check WHERE deal_id = ? AND stage_id = ?`)
	sqlTick        = db.SQL(`INSERT INTO deal_check (deal_id, stage_id, item, user_id, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`)
	sqlUntick      = db.SQL(`DELETE FROM deal_check WHERE deal_id = ? AND stage_id = ? AND item = ?`)
	sqlStays       = db.SQL(`
		SELECT m.stage_id, s.name AS stage, m.at, u.name AS who FROM deal_move m JOIN deal_stage s ON s.id = m.stage_id LEFT JOIN user u ON u.id = m.user_id
		WHERE m.deal_id = ? ORDER BY m.at, m.id LIMIT 200`)
)

// Stay is one of the stages that a deal came to.
type Stay struct {
	StageID int64   `db:"stage_id"`
	Stage   string  `db:"stage"`
	At      db.Time `db:"at"`
	Who     db.Null `db:"who"`
}

func stays(ctx context.Context, q db.Q, deal int64) ([]Stay, error) {
	out := []Stay{}
	if err := q.Select(ctx, &out, sqlStays, deal); err != nil {
		return nil, fmt.Errorf("read the stages of deal %d: %w", deal, err)
	}
	return out, nil
}

func noteMove(ctx context.Context, tx *db.Tx, d Deal, user db.ID) error {
	if _, err := tx.Insert(ctx, sqlNoteMove, d.ID, d.StageID, user, d.MovedAt); err != nil {
		return fmt.Errorf("note the move of deal %d: %w", d.ID, err)
	}
	return nil
}

// below is a place right under another deal of a column, or on top. A deal that
// has left the column meanwhile means the top.
func below(ctx context.Context, tx *db.Tx, stage, after, self int64) (float64, error) {
	var at, next float64
	if after == 0 {
		return top(ctx, tx, stage)
	}
	found, err := db.Found(tx.Get(ctx, &at, sqlAt, after, stage))
	if err != nil {
		return 0, fmt.Errorf("find deal %d in its column: %w", after, err)
	}
	if !found {
		return top(ctx, tx, stage)
	}
	found, err = db.Found(tx.Get(ctx, &next, sqlAfter, stage, at, after, self))
	if err != nil {
		return 0, fmt.Errorf("find what stands below deal %d: %w", after, err)
	}
	if !found {
		return at + 1, nil
	}
	if mid := at + (next-at)/2; mid > at && mid < next {
		return mid, nil
	}
	return respace(ctx, tx, stage, after, self)
}

// respace gives the deals of a column whole numbers again, when there is no room
// left between two, and finds the place under one of them.
func respace(ctx context.Context, tx *db.Tx, stage, after, self int64) (float64, error) {
	var ids []int64
	if err := tx.Select(ctx, &ids, sqlColumn, stage, self); err != nil {
		return 0, fmt.Errorf("read the column of stage %d: %w", stage, err)
	}
	for i, id := range ids {
		if err := setPosition(ctx, tx, id, float64(i)); err != nil {
			return 0, err
		}
	}
	return float64(slices.Index(ids, after)) + .5, nil
}

func setPosition(ctx context.Context, tx *db.Tx, id int64, at float64) error {
	if _, err := tx.Exec(ctx, sqlSetPosition, at, id); err != nil {
		return fmt.Errorf("place deal %d: %w", id, err)
	}
	return nil
}

func ticked(ctx context.Context, q db.Q, deal, stage int64) ([]string, error) {
	out := []string{}
	if err := q.Select(ctx, &out, sqlTicked, deal, stage); err != nil {
		return nil, fmt.Errorf("read what is ticked off for deal %d: %w", deal, err)
	}
	return out, nil
}

// tick ticks off an item that the deal's stage has on its list.
func tick(ctx context.Context, tx *db.Tx, d Deal, item string, done bool) error {
	st, err := stageOf(ctx, tx, d.StageID)
	if err != nil {
		return err
	}
	if !slices.Contains(st.Checklist, item) {
		c := &errs.Check{}
		c.Add("item", "error.choice")
		return c.Err()
	}
	if done {
		_, err = tx.Exec(ctx, sqlTick, d.ID, d.StageID, item, db.ID(auth.From(ctx).UserID), db.At(tx.Now))
	} else {
		_, err = tx.Exec(ctx, sqlUntick, d.ID, d.StageID, item)
	}
	if err != nil {
		return fmt.Errorf("tick off for deal %d: %w", d.ID, err)
	}
	return nil
}
