package contact

import (
	"regulars/app/customer/customer"
	"regulars/app/sys/custom"
	"regulars/app/sys/journal"
	"regulars/app/sys/web"
)

// Module offers the slice to the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:    "contact",
		Routes:  s.routes,
		API:     s.api,
		Nav:     []web.Nav{{Order: 20, Key: "contact.all", Icon: "book", Href: "/contacts", Permission: customer.Read}},
		Journal: []journal.Table{{Name: "contact", Customer: "SELECT customer_id FROM contact WHERE id = ?"}},
		Fields:  []custom.Subject{s.subject()},
		Panels: []web.Panel{{Zone: web.ZoneLeft, Order: 10, Permission: customer.Read, Page: "customer/people", Load: s.panel},
			{Zone: web.ZonePrint, Order: 10, Permission: customer.Read, Page: "customer/print-people", Load: s.panel}},
	}
}
