package customer

import (
	"context"
	"fmt"

	"regulars/app/sys/db"
)

// choice is a record that a filter or a bulk change names.
type choice struct {
	ID     int64  `db:"id"`
	Name   string `db:"name"`
	Colour int    `db:"colour"`
}

var (
	sqlTagChoices  = db.SQL(`SELECT id, name, colour FROM tag ORDER BY name LIMIT 5000`)
	sqlTeamChoices = db.SQL(`SELECT id, name, 0 AS colour FROM team ORDER BY name LIMIT 300`)
)

func choicesOf(ctx context.Context, q db.Q, sql string) ([]choice, error) {
	var out []choice
	if err := q.Select(ctx, &out, sql); err != nil {
		return nil, fmt.Errorf("list what can be chosen: %w", err)
	}
	return out, nil
}
