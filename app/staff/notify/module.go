package notify

import (
	"context"
	"time"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/job"
	"regulars/app/sys/web"
)

// keepFor is how long a notification is kept.
const keepFor = 180 * 24 * time.Hour

// Module is what the slice offers the house. Everybody has their own
// notifications, so there is no permission to give.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:        "notification",
		Routes:      s.routes,
		API:         s.api,
		Subscribers: []event.Subscriber{s.subscriber()},
		Jobs:        []job.Spec{{Name: "notification_sweep", Schedule: job.Daily(3, 40), Run: s.sweep}},
		Settings: []web.SettingsEntry{{Group: "settings.group.you", Order: 30, Key: "settings.notifications", Icon: "bell",
			Href: "/profile/notifications", Permission: web.Self}},
	}
}

// sweep forgets what is half a year old.
func (s *Service) sweep(ctx context.Context) error {
	ctx = auth.With(ctx, auth.System("job"))
	return s.db.Write(ctx, "notification.sweep", func(ctx context.Context, tx *db.Tx) error {
		return forget(ctx, tx, tx.Now.Add(-keepFor))
	})
}
