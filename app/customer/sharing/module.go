package sharing

import (
	"regulars/app/sys/auth"
	"regulars/app/sys/event"
	"regulars/app/sys/job"
	"regulars/app/sys/journal"
	"regulars/app/sys/web"
)

// Module offers the slice to the house.
func (s *Service) Module(staff Staff) web.Module {
	p := pages{s, staff}
	return web.Module{
		Name:        "sharing",
		Routes:      p.routes,
		API:         s.api,
		Permissions: []auth.Permission{{Name: Write, Roles: auth.Everyone}, {Name: Admin, Roles: auth.Leads}},
		Settings:    []web.SettingsEntry{{Group: "settings.group.people", Order: 242, Key: "settings.hand_over", Icon: "people", Href: "/settings/hand-over", Permission: Admin}},
		Journal: []journal.Table{
			{Name: "sharing", Customer: "SELECT customer_id FROM sharing WHERE id = ?"},
			{Name: "sharing_request", Customer: "SELECT customer_id FROM sharing_request WHERE id = ?"},
			{Name: "sharing_parcel"}, {Name: "sharing_content"},
		},
		Subjects: []web.Subject{{Kind: "sharing_request", Path: func(int64) string { return "/sharing/requests" }}},
		Panels:   []web.Panel{{Zone: web.ZoneLeft, Order: 15, Page: "customer/sharing_panel", Load: p.panel}},
		Subscribers: []event.Subscriber{{Name: "sharing", Fresh: true, Handle: s.tell,
			Kinds: []string{"followup.happened", "note.written", "response.given", "case.opened"}}},
		Jobs: []job.Spec{{Name: "sharing_return", Schedule: job.Daily(2, 20), Run: s.Return}},
	}
}
