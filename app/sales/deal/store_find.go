package deal

import (
	"context"
	"encoding/json"
	"fmt"

	"regulars/app/sys/db"
)

var sqlNamed = db.SQL(`
	SELECT id, name, owner_id, external_id, (SELECT json_group_array(user_id) FROM deal_collaborator WHERE deal_id = deal.id) AS joined
	FROM deal WHERE id IN (SELECT value FROM json_each(?))`)

// findable is what search knows of a deal.
type findable struct {
	ID         int64   `db:"id"`
	Name       string  `db:"name"`
	OwnerID    db.ID   `db:"owner_id"`
	ExternalID db.Null `db:"external_id"`
	Joined     string  `db:"joined"`
	Shared     []int64 `db:"-"`
}

func named(ctx context.Context, tx *db.Tx, ids []int64) ([]findable, error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	var out []findable
	if err := tx.Select(ctx, &out, sqlNamed, string(list)); err != nil {
		return nil, fmt.Errorf("list deals for search: %w", err)
	}
	for i := range out {
		if err := json.Unmarshal([]byte(out[i].Joined), &out[i].Shared); err != nil {
			return nil, fmt.Errorf("read who works on deal %d: %w", out[i].ID, err)
		}
	}
	return out, nil
}
