package deal

import (
	"context"
	"fmt"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/sys/db"
)

var (
	sqlRotting = db.List(`
		SELECT ` + columns + ` FROM ` + from + `
		WHERE d.result = 'open' AND d.stage_id IN (SELECT x.id FROM deal_stage x WHERE x.warn = 1 AND x.rot_days > 0)
			AND d.moved_at <= ? - s.rot_days * 86400000 AND NOT EXISTS (SELECT 1 FROM deal_warned w WHERE w.deal_id = d.id AND w.moved_at = d.moved_at)
		ORDER BY d.id LIMIT 200`)
	sqlWarned = db.SQL(`INSERT INTO deal_warned (deal_id, moved_at) VALUES (?, ?) ON CONFLICT (deal_id) DO UPDATE SET moved_at = excluded.moved_at`)
	sqlRivals = db.SQL(`SELECT id, deal_id, name, note FROM deal_rival WHERE deal_id = ? ORDER BY id LIMIT 50`)
	sqlRival  = db.SQL(`INSERT INTO deal_rival (deal_id, name, note, created_at) VALUES (?, ?, ?, ?)`)
	sqlNoMore = db.SQL(`DELETE FROM deal_rival WHERE id = ? AND deal_id = ?`)
)

// rotting reads open deals that stood too long and of which nobody was told yet.
func rotting(ctx context.Context, q db.Q, now time.Time) ([]Deal, error) {
	var out []Deal
	if err := q.Select(ctx, &out, sqlRotting, now.UnixMilli()); err != nil {
		return nil, fmt.Errorf("look for deals that stand too long: %w", err)
	}
	return out, nil
}

func warned(ctx context.Context, tx *db.Tx, deal int64, stay db.Time) error {
	if _, err := tx.Exec(ctx, sqlWarned, deal, stay); err != nil {
		return fmt.Errorf("note the warning of deal %d: %w", deal, err)
	}
	return nil
}

// Rival is somebody else who offers.
type Rival struct {
	ID     int64  `db:"id"`
	DealID int64  `db:"deal_id"`
	Name   string `db:"name"`
	Note   string `db:"note"`
}

func rivals(ctx context.Context, q db.Q, deal int64) ([]Rival, error) {
	out := []Rival{}
	if err := q.Select(ctx, &out, sqlRivals, deal); err != nil {
		return nil, fmt.Errorf("list the competitors of deal %d: %w", deal, err)
	}
	return out, nil
}

func addRival(ctx context.Context, tx *db.Tx, deal int64, name, note string) (int64, error) {
	id, err := tx.Insert(ctx, sqlRival, deal, name, note, db.At(tx.Now))
	if err != nil {
		return 0, fmt.Errorf("add a competitor to deal %d: %w", deal, err)
	}
	return id, nil
}

func dropRival(ctx context.Context, tx *db.Tx, deal, id int64) error {
	n, err := tx.Exec(ctx, sqlNoMore, id, deal)
	if err != nil {
		return fmt.Errorf("take competitor %d off deal %d: %w", id, deal, err)
	}
	if n == 0 {
		return errs.NotVisible()
	}
	return nil
}
