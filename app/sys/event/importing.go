package event

import (
	"context"
	"time"
)

// History tells whether something that happened then is history that is being
// brought in: like a stale fact, it starts no task and no notification.
func History(ctx context.Context, now, at time.Time) bool {
	importing, _ := ctx.Value(importKey{}).(bool)
	return importing && now.Sub(at) > freshFor
}
