package channel

import (
	"regulars/app/sys/auth"
	"regulars/app/sys/journal"
	"regulars/app/sys/timeline"
	"regulars/app/sys/web"
)

// Module is what the slice offers the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:   "channel",
		Routes: s.routes,
		API:    s.api,
		Jobs:   s.inbox.Jobs(),
		Permissions: []auth.Permission{
			{Name: "channel.write", Roles: auth.OwnerOnly},
			{Name: "outbox.read", Roles: auth.Leads},
			{Name: "outbox.write", Roles: auth.Leads},
		},
		Settings: []web.SettingsEntry{
			{Group: "settings.group.connections", Order: 400, Key: "settings.mail", Icon: "mail", Href: mailPath, Permission: "channel.write"},
			{Group: "settings.group.connections", Order: 402, Key: "settings.inbox", Icon: "reply", Href: inboxPath, Permission: "channel.write"},
			{Group: "settings.group.connections", Order: 405, Key: "settings.outbox", Icon: "send", Href: outboxPath, Permission: "outbox.read"},
			{Group: "settings.group.connections", Order: 407, Key: "settings.bounces", Icon: "warn", Href: bouncesPath, Permission: "outbox.read"},
		},
		Banners:  s.banners,
		Checks:   []web.Check{{Name: "channel.check", Run: s.check}, {Name: "inbox.check", Run: s.checkInbox}},
		Journal:  []journal.Table{{Name: "outbox_suppression", Customer: "SELECT customer_id FROM outbox_suppression WHERE id = ?"}},
		Timeline: []timeline.Kind{{Event: "mail.bounced", Icon: "warn", Tone: "warm"}},
		Panels:   []web.Panel{{Zone: web.ZoneRight, Order: 35, Permission: "customer.read", Page: "settings/bounced", Load: s.panel}},
	}
}
