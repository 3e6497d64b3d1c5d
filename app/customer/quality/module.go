package quality

import (
	"time"

	"regulars/app/sys/auth"
	"regulars/app/sys/job"
	"regulars/app/sys/journal"
	"regulars/app/sys/web"
)

// Module offers the slice to the house.
func (s *Service) Module(staff Staff) web.Module {
	return web.Module{
		Name:        "quality",
		Routes:      pages{s, staff}.routes,
		API:         s.api,
		Permissions: []auth.Permission{{Name: Permission, Roles: auth.Leads}},
		Nav:         []web.Nav{{Order: 21, Key: "nav.quality", Icon: "pulse", Href: "/quality", Permission: Permission}},
		Journal:     []journal.Table{{Name: "quality_right", Customer: "SELECT customer_id FROM quality_right WHERE id = ?"}},
		Jobs: []job.Spec{
			{Name: "quality_check", Schedule: job.Every(time.Minute), Timeout: 30 * time.Minute, Run: s.Drain},
			{Name: "quality_scan", Schedule: job.Daily(3, 50), Timeout: 2 * time.Hour, Run: s.Scan},
		},
	}
}
