package task

import (
	"context"
	"fmt"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/sys/auth"
	"regulars/app/sys/job"
	"regulars/app/sys/journal"
	"regulars/app/sys/timeline"
	"regulars/app/sys/web"
)

// Module is what the slice offers the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:   "task",
		Routes: s.routes,
		API:    s.api,
		Jobs: []job.Spec{
			{Name: "reminders", Schedule: job.Every(30 * time.Second), Run: s.Remind},
			{Name: "digests", Schedule: job.Every(time.Minute), Run: s.Digests},
		},
		Permissions: []auth.Permission{{Name: Read, Roles: auth.Everyone}, {Name: Write, Roles: auth.Everyone}, {Name: Delete, Roles: auth.Everyone}},
		Nav: []web.Nav{{Order: 24, Key: "nav.tasks", Icon: "check", Href: "/tasks", Permission: Read, Shortcut: "g k",
			Count: s.navCount}},
		Settings: []web.SettingsEntry{{Group: "settings.group.you", Order: 40, Key: "settings.calendar", Icon: "today", Href: "/profile/calendar",
			Permission: web.Self}},
		Timeline: []timeline.Kind{{Event: "task.done", Icon: "check", Tone: "accent"}},
		Journal:  []journal.Table{{Name: "task", Customer: "SELECT customer_id FROM task WHERE id = ?", Refresh: s.refresh}},
		Subjects: []web.Subject{{Kind: "task", Path: func(id int64) string { return fmt.Sprintf("/tasks/%d", id) }}},
		Panels: []web.Panel{{Zone: web.ZoneRight, Order: 10, Permission: Read, Page: "work/open", Load: s.panel},
			{Zone: web.ZonePrint, Order: 30, Permission: Read, Page: "work/print-tasks", Load: s.panel}},
	}
}

// navCount is how much of one's own is overdue or due today.
func (s *Service) navCount(ctx context.Context) (int, bool, error) {
	actor, now := auth.From(ctx), s.db.Now()
	n, first, err := dueCount(ctx, s.db.Reader(ctx), actor.UserID, cal.Today(now, actor.Zone).AddDays(1).Time(actor.Zone))
	return n, n > 0 && first.Before(now), err
}
