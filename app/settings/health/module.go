package health

import (
	"regulars/app/sys/auth"
	"regulars/app/sys/web"
)

// Module is what the slice offers the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:   "health",
		Routes: s.routes,
		API:    s.api,
		Jobs:   s.Backups.Jobs(),
		Permissions: []auth.Permission{
			{Name: "health.read", Roles: auth.Leads},
			{Name: "health.write", Roles: auth.OwnerOnly},
			{Name: "backup.export", Roles: auth.OwnerOnly},
		},
		Settings: []web.SettingsEntry{
			{Group: "settings.group.system", Order: 520, Key: "settings.health", Icon: "pulse", Href: path, Permission: "health.read"},
		},
		Banners: s.banners,
		Checks:  s.checks(),
	}
}
