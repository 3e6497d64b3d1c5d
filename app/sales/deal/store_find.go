package deal

import (
	"context"
	"encoding/json"
	"fmt"

	"regulars/app/sys/db"
)

var (
	sqlTouched = db.SQL(`
		SELECT t.deal_id AS id, d.id IS NOT NULL AS there, coalesce(d.name, '') AS name, d.owner_id, d.external_id,
			(SELECT json_group_array(user_id) FROM deal_collaborator WHERE deal_id = t.deal_id) AS joined
		FROM deal_touched t LEFT JOIN deal d ON d.id = t.deal_id LIMIT ?`)
	sqlAnyTouched = db.SQL(`SELECT EXISTS (SELECT 1 FROM deal_touched)`)
	sqlUntouch    = db.SQL(`DELETE FROM deal_touched WHERE deal_id IN (SELECT value FROM json_each(?))`)
)

// change is a deal that search has to learn anew.
type change struct {
	ID         int64   `db:"id"`
	There      bool    `db:"there"`
	Name       string  `db:"name"`
	OwnerID    db.ID   `db:"owner_id"`
	ExternalID db.Null `db:"external_id"`
	Joined     string  `db:"joined"`
	Shared     []int64 `db:"-"`
}

func touched(ctx context.Context, tx *db.Tx, limit int) ([]change, error) {
	var out []change
	if err := tx.Select(ctx, &out, sqlTouched, limit); err != nil {
		return nil, fmt.Errorf("list deals that search has to learn: %w", err)
	}
	for i := range out {
		if err := json.Unmarshal([]byte(out[i].Joined), &out[i].Shared); err != nil {
			return nil, fmt.Errorf("read who works on deal %d: %w", out[i].ID, err)
		}
	}
	return out, nil
}

func untouch(ctx context.Context, tx *db.Tx, list []change) error {
	done := make([]int64, len(list))
	for i, d := range list {
		done[i] = d.ID
	}
	raw, err := json.Marshal(done)
	if err != nil {
		return fmt.Errorf("note that search has learned deals: %w", err)
	}
	if _, err := tx.Exec(ctx, sqlUntouch, string(raw)); err != nil {
		return fmt.Errorf("note that search has learned deals: %w", err)
	}
	return nil
}
