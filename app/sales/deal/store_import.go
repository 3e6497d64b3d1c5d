package deal

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"regulars/app/kit/cal"
	"regulars/app/sys/db"
)

var (
	sqlKnownIDs = db.SQL(`
		SELECT id, name, coalesce(customer_id, 0) AS customer_id, opened_on, external_id FROM deal
		WHERE external_src = '' AND external_id IN (SELECT value FROM json_each(?)) AND external_id IS NOT NULL`)
	sqlKnownNames = db.SQL(`
		SELECT id, name, coalesce(customer_id, 0) AS customer_id, opened_on, external_id FROM deal
		WHERE name COLLATE NOCASE IN (SELECT value FROM json_each(?))`)
)

func keyOf(name string, customer int64, opened cal.Date) string {
	return fmt.Sprintf("%s\x00%d\x00%s", strings.ToLower(name), customer, opened)
}

// known finds the deals that the rows of a file may mean, by what they are known
// by.
func known(ctx context.Context, q db.Q, ids, names []string) (map[string]int64, error) {
	out := map[string]int64{}
	for query, list := range map[string][]string{sqlKnownIDs: ids, sqlKnownNames: names} {
		raw, err := json.Marshal(list)
		if err != nil {
			return nil, fmt.Errorf("look for deals: %w", err)
		}
		var rows []struct {
			ID         int64    `db:"id"`
			Name       string   `db:"name"`
			CustomerID int64    `db:"customer_id"`
			OpenedOn   cal.Date `db:"opened_on"`
			ExternalID db.Null  `db:"external_id"`
		}
		if err := q.Select(ctx, &rows, query, string(raw)); err != nil {
			return nil, fmt.Errorf("look for deals: %w", err)
		}
		for _, r := range rows {
			if r.ExternalID != "" {
				out["id:"+string(r.ExternalID)] = r.ID
				continue
			}
			out[keyOf(r.Name, r.CustomerID, r.OpenedOn)] = r.ID
		}
	}
	return out, nil
}
