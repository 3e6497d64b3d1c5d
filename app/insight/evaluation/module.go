package evaluation

import (
	"time"

	"regulars/app/sys/auth"
	"regulars/app/sys/event"
	"regulars/app/sys/job"
	"regulars/app/sys/web"
)

// Attach makes the slice forget in the very transaction in which somebody says
// that they are not to be judged.
func (s *Service) Attach(bus *event.Bus) { bus.InTx(s.profiling, "customer.profiling") }

// Module is what the slice offers the house. Its tables are derived and not
// journaled: an undo marks its customers through MarkDirty.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:        "evaluation",
		Routes:      s.routes,
		API:         s.api,
		Jobs:        []job.Spec{{Name: "evaluation_nightly", Schedule: job.Daily(2, 30), Timeout: 30 * time.Minute, Run: s.Nightly}},
		Permissions: []auth.Permission{{Name: Read, Roles: auth.Everyone}},
		Nav:         []web.Nav{{Group: "nav.group.listen", Order: 340, Key: "nav.evaluation", Icon: "target", Href: "/insight/evaluation", Permission: Read}},
		Subscribers: []event.Subscriber{s.subscriber()},
		Panels:      []web.Panel{{Zone: web.ZoneRight, Order: 10, Permission: Read, Page: "insight/panel", Load: s.panel}},
	}
}
