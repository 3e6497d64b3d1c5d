package relation

import (
	"regulars/app/customer/customer"
	"regulars/app/sys/journal"
	"regulars/app/sys/web"
)

// Module offers the slice to the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:    "relation",
		Routes:  s.routes,
		API:     s.api,
		Journal: []journal.Table{{Name: "relation", Customer: "SELECT from_id FROM relation WHERE id = ?1 UNION ALL SELECT to_id FROM relation WHERE id = ?1"}},
		Panels:  []web.Panel{{Zone: web.ZoneLeft, Order: 20, Permission: customer.Read, Page: "customer/relation-panel", Load: s.panel}},
	}
}
