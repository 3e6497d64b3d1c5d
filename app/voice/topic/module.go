package topic

import (
	"context"
	"fmt"
	"time"

	"regulars/app/sys/db"
	"regulars/app/sys/job"
	"regulars/app/sys/journal"
	"regulars/app/sys/web"
)

// Module is what the slice offers the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:     "topic",
		Routes:   s.routes,
		API:      s.api,
		Jobs:     []job.Spec{{Name: "topics", Schedule: job.Every(time.Minute), Timeout: 10 * time.Minute, Run: s.Drain}},
		Journal:  []journal.Table{{Name: "topic", Refresh: func(ctx context.Context, tx *db.Tx, _ []int64) error { return again(ctx, tx) }}},
		Subjects: []web.Subject{{Kind: "topic", Path: func(id int64) string { return fmt.Sprintf("/topics/%d", id) }}},
	}
}
