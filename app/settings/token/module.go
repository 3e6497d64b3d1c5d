package token

import (
	"regulars/app/sys/auth"
	"regulars/app/sys/web"
)

// Module is what the slice offers the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:        "token",
		Routes:      s.routes,
		Permissions: []auth.Permission{{Name: "token.write", Roles: auth.Leads}},
		Settings:    []web.SettingsEntry{{Group: "settings.group.connections", Order: 410, Key: "settings.tokens", Icon: "lock", Href: "/settings/tokens", Permission: "token.write"}},
	}
}
