package business

import (
	"regulars/app/sys/auth"
	"regulars/app/sys/web"
)

// Module is what the slice offers the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:        "business",
		Routes:      s.routes,
		Permissions: []auth.Permission{{Name: "settings.write", Roles: auth.OwnerOnly}},
		Nav:         []web.Nav{{Group: "nav.group.house", Order: 900, Key: "nav.settings", Icon: "gear", Href: "/settings"}},
		Settings:    []web.SettingsEntry{{Group: "settings.group.business", Order: 110, Key: "settings.business", Icon: "home", Href: "/settings/business", Permission: "settings.write"}},
	}
}
