package history

import (
	"regulars/app/sys/auth"
	"regulars/app/sys/web"
)

// Module is what the slice offers the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:   "history",
		Routes: s.routes,
		API:    s.api,
		Permissions: []auth.Permission{
			{Name: "history.read", Roles: auth.Leads},
			{Name: "history.undo_all", Roles: auth.Leads},
			{Name: "audit.read", Roles: auth.Leads},
		},
		Settings: []web.SettingsEntry{
			{Group: "settings.group.data", Order: 320, Key: "settings.history", Icon: "undo", Href: path, Permission: web.Self},
		},
	}
}
