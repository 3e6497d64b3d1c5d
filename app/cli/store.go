package cli

import (
	"context"
	"fmt"

	"regulars/app/sys/db"
)

var (
	sqlUnindexed = db.SQL(`
		SELECT count(*) FROM customer c WHERE NOT EXISTS (SELECT 1 FROM search_doc d WHERE d.kind = 'customer' AND d.subject_id = c.id)`)
	sqlOrphans = db.SQL(`
		SELECT count(*) FROM search_doc d WHERE d.kind = 'customer' AND NOT EXISTS (SELECT 1 FROM customer c WHERE c.id = d.subject_id)`)
	sqlNewestSet = db.SQL(`SELECT coalesce(max(at), 0) FROM journal_set`)
)

// searchGaps counts customers that search does not know, and entries of
// customers that are gone.
func searchGaps(ctx context.Context, q db.Q) (missing, orphans int, err error) {
	if err := q.Get(ctx, &missing, sqlUnindexed); err != nil {
		return 0, 0, fmt.Errorf("compare the search index: %w", err)
	}
	if err := q.Get(ctx, &orphans, sqlOrphans); err != nil {
		return 0, 0, fmt.Errorf("compare the search index: %w", err)
	}
	return missing, orphans, nil
}

// newestChange is when the journal's last set was written.
func newestChange(ctx context.Context, q db.Q) (db.Time, error) {
	var ms int64
	if err := q.Get(ctx, &ms, sqlNewestSet); err != nil {
		return db.Time{}, fmt.Errorf("read the newest change: %w", err)
	}
	var t db.Time
	return t, t.Scan(ms)
}
