package consent

import (
	"regulars/app/sys/auth"
	"regulars/app/sys/journal"
	"regulars/app/sys/timeline"
	"regulars/app/sys/web"
)

// Module is what the slice offers the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:   "consent",
		Routes: s.routes,
		API:    s.api,
		Permissions: []auth.Permission{
			{Name: Read, Roles: auth.Everyone},
			{Name: Write, Roles: auth.Everyone},
			{Name: Setup, Roles: auth.Leads},
		},
		Settings: []web.SettingsEntry{{Group: "settings.group.business", Order: 150, Key: "settings.consent", Icon: "check", Href: "/settings/consent", Permission: Setup}},
		Journal: []journal.Table{
			{Name: "consent", Customer: "SELECT customer_id FROM consent WHERE id = ?"},
			{Name: "consent_link"}, {Name: "consent_purpose"}, {Name: "consent_wording"},
		},
		Subjects: []web.Subject{{Kind: "consent_purpose", Path: purposePath}},
		Timeline: []timeline.Kind{
			{Event: "consent.given", Icon: "check"},
			{Event: "consent.withdrawn", Icon: "lock", Tone: "warm"},
			{Event: "consent.asked", Icon: "mail"},
		},
		Panels: []web.Panel{{Zone: web.ZoneLeft, Order: 60, Permission: Read, Page: "voice/consent-panel", Load: s.panel}},
	}
}
