package handover

import (
	"regulars/app/sys/auth"
	"regulars/app/sys/journal"
	"regulars/app/sys/web"
)

// Module is what the slice offers the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:        "handover",
		Routes:      s.routes,
		API:         s.api,
		Permissions: []auth.Permission{{Name: Write, Roles: auth.Everyone}, {Name: Admin, Roles: auth.Leads}},
		Journal:     []journal.Table{{Name: "handover", Customer: sqlCustomer}},
	}
}
