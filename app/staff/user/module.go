package user

import (
	"context"
	"fmt"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/journal"
	"regulars/app/sys/web"
)

// Module is what the slice offers the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:   "user",
		Routes: s.routes,
		API:    s.api,
		Permissions: []auth.Permission{
			{Name: "staff.read", Roles: auth.Everyone},
			{Name: "staff.write", Roles: auth.OwnerOnly},
			{Name: "staff.owner", Roles: auth.OwnerOnly}, // change owners; never given to another role
		},
		Settings: []web.SettingsEntry{
			{Group: "settings.group.you", Order: 10, Key: "settings.profile", Icon: "people", Href: "/profile", Permission: web.Self},
			{Group: "settings.group.people", Order: 210, Key: "settings.staff", Icon: "people", Href: "/settings/staff", Permission: "staff.read"},
		},
		Subscribers: []event.Subscriber{s.alarm()},
		Journal:     []journal.Table{{Name: "user", Refresh: afterUndo}},
		Subjects:    []web.Subject{{Kind: "user", Path: func(id int64) string { return fmt.Sprintf("/settings/staff/%d", id) }}},
	}
}

// afterUndo refuses an undo that would leave the house without an owner.
func afterUndo(ctx context.Context, tx *db.Tx, _ []int64) error { return keepAnOwner(ctx, tx) }
