package evaluation

import (
	"fmt"
	"time"

	"regulars/app/sys/auth"
	"regulars/app/sys/event"
	"regulars/app/sys/job"
	"regulars/app/sys/journal"
	"regulars/app/sys/web"
)

// Attach makes the slice forget in the very transaction in which somebody says
// that they are not to be judged.
func (s *Service) Attach(bus *event.Bus) { bus.InTx(s.profiling, "customer.profiling") }

// Stands is what nobody takes back, and why.
var Stands = map[string]string{Published: "evaluation.error.stands", "evaluation.hurry": "evaluation.error.stands"}

// Module is what the slice offers the house. What is derived is not journaled:
// an undo marks its customers through MarkDirty.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:        "evaluation",
		Routes:      s.routes,
		API:         s.api,
		Jobs:        []job.Spec{{Name: "evaluation_nightly", Schedule: job.Daily(2, 30), Timeout: 30 * time.Minute, Run: s.Nightly}},
		Permissions: []auth.Permission{{Name: Read, Roles: auth.Everyone}, {Name: Write, Roles: auth.Leads}, {Name: Override, Roles: auth.Leads}, {Name: Fill, Roles: auth.Everyone}},
		Settings:    []web.SettingsEntry{{Group: "settings.group.business", Order: 146, Key: "settings.evaluation", Icon: "target", Href: home + "/model", Permission: Write}},
		Journal: []journal.Table{{Name: "evaluation_model"},
			{Name: "evaluation_override", Customer: "SELECT customer_id FROM evaluation_override WHERE id = ?"},
			{Name: "evaluation_dimension"}, {Name: "evaluation_check", Customer: "SELECT customer_id FROM evaluation_check WHERE id = ?"}},
		Subjects: []web.Subject{{Kind: "evaluation_model", Path: func(id int64) string { return fmt.Sprintf("%s/versions/%d", home, id) }},
			{Kind: "evaluation_dimension", Path: func(id int64) string { return fmt.Sprintf("%s/own/%d", home, id) }},
			{Kind: "evaluation_check", Path: func(id int64) string { return fmt.Sprintf("%s/checks/%d", home, id) }}},
		Nav:         []web.Nav{{Group: "nav.group.insight", Order: 430, Key: "nav.evaluation", Icon: "target", Href: "/insight/evaluation", Permission: Read}},
		Subscribers: []event.Subscriber{s.subscriber()},
		Panels:      []web.Panel{{Zone: web.ZoneRight, Order: 10, Permission: Read, Page: "insight/panel", Load: s.panel}},
	}
}
