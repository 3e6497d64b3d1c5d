package product

import (
	"context"
	"encoding/json"
	"fmt"

	"regulars/app/sys/db"
)

var sqlNamed = db.SQL(`SELECT id, name, code, external_id FROM product WHERE id IN (SELECT value FROM json_each(?))`)

// findable is what search knows of a product.
type findable struct {
	ID         int64   `db:"id"`
	Name       string  `db:"name"`
	Code       db.Null `db:"code"`
	ExternalID db.Null `db:"external_id"`
}

func named(ctx context.Context, tx *db.Tx, ids []int64) ([]findable, error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	var out []findable
	if err := tx.Select(ctx, &out, sqlNamed, string(list)); err != nil {
		return nil, fmt.Errorf("list products for search: %w", err)
	}
	return out, nil
}
