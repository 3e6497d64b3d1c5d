package channel

import (
	"regulars/app/sys/auth"
	"regulars/app/sys/web"
)

// Module is what the slice offers the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:   "channel",
		Routes: s.routes,
		API:    s.api,
		Permissions: []auth.Permission{
			{Name: "channel.write", Roles: auth.OwnerOnly},
			{Name: "outbox.read", Roles: auth.Leads},
			{Name: "outbox.write", Roles: auth.Leads},
		},
		Settings: []web.SettingsEntry{
			{Group: "settings.group.connections", Order: 400, Key: "settings.mail", Icon: "mail", Href: mailPath, Permission: "channel.write"},
			{Group: "settings.group.connections", Order: 405, Key: "settings.outbox", Icon: "send", Href: outboxPath, Permission: "outbox.read"},
		},
		Banners: s.banners,
		Checks:  []web.Check{{Name: "channel.check", Run: s.check}},
	}
}
