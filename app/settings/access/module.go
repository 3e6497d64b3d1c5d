package access

import "regulars/app/sys/web"

// Module is what the slice offers the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:     "access",
		Routes:   s.routes,
		Settings: []web.SettingsEntry{{Group: "settings.group.system", Order: 510, Key: "settings.access", Icon: "mobile", Href: "/settings/access", Permission: "settings.write"}},
	}
}
