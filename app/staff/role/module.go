package role

import (
	"regulars/app/sys/auth"
	"regulars/app/sys/journal"
	"regulars/app/sys/web"
)

// Module is what the slice offers the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:        "role",
		Routes:      s.routes,
		API:         s.api,
		Permissions: []auth.Permission{{Name: "role.write", Roles: auth.OwnerOnly}},
		Settings:    []web.SettingsEntry{{Group: "settings.group.people", Order: 220, Key: "settings.roles", Icon: "shield", Href: "/settings/roles", Permission: "role.write"}},
		Journal:     []journal.Table{{Name: "role"}, {Name: "role_permission"}},
	}
}
