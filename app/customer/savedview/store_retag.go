package savedview

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"regulars/app/sys/db"
)

var (
	sqlAskTags = db.SQL(`SELECT id, query FROM saved_view WHERE kind = 'customers' AND query LIKE '%tag_id%' ORDER BY id`)
	sqlRequery = db.SQL(`UPDATE saved_view SET query = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
)

// Retag makes the views that ask for one tag ask for another, whosever they
// are: the first goes into the second, in the caller's transaction.
func (s *Service) Retag(ctx context.Context, tx *db.Tx, from, to int64) error {
	var views []struct {
		ID    int64  `db:"id"`
		Query string `db:"query"`
	}
	if err := tx.Select(ctx, &views, sqlAskTags); err != nil {
		return fmt.Errorf("look for views that ask for a tag: %w", err)
	}
	for _, v := range views {
		now := retagged(v.Query, strconv.FormatInt(from, 10), strconv.FormatInt(to, 10))
		if now == v.Query {
			continue
		}
		if _, err := tx.Exec(ctx, sqlRequery, now, db.At(tx.Now), v.ID); err != nil {
			return fmt.Errorf("change what view %d asks for: %w", v.ID, err)
		}
	}
	return nil
}

// retagged is a query that asks for one tag where it asked for another.
func retagged(query, from, to string) string {
	q, err := url.ParseQuery(query)
	if err != nil {
		return query
	}
	changed := false
	for name, values := range q {
		if !strings.Contains(name, "[tag_id]") {
			continue
		}
		for i, v := range values {
			ids := strings.Split(v, ",")
			at := slices.Index(ids, from)
			if at < 0 {
				continue
			}
			if ids[at] = to; slices.Index(ids, to) != at || slices.Contains(ids[at+1:], to) {
				ids = slices.Delete(ids, at, at+1) // asked for both
			}
			values[i], changed = strings.Join(ids, ","), true
		}
	}
	if !changed {
		return query
	}
	return q.Encode()
}
