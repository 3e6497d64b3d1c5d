package asking

import (
	"regulars/app/sys/auth"
	"regulars/app/sys/web"
)

// Module offers the slice to the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:        "asking",
		Routes:      s.routes,
		API:         s.api,
		Permissions: []auth.Permission{{Name: Read, Roles: auth.Leads}, {Name: Write, Roles: auth.Leads}},
		Settings:    []web.SettingsEntry{{Group: "settings.group.business", Order: 140, Key: "settings.asking", Icon: "send", Href: "/settings/asking", Permission: Write}},
	}
}
