package payment

import (
	"strconv"

	"regulars/app/sys/auth"
	"regulars/app/sys/journal"
	"regulars/app/sys/web"
)

// Module is what the slice offers the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:   "payment",
		Routes: s.routes,
		API:    s.api,
		Permissions: []auth.Permission{
			{Name: Read, Roles: auth.Everyone}, {Name: Write, Roles: auth.Everyone}, {Name: Delete, Roles: auth.Leads},
			{Name: Settings, Roles: auth.Leads},
		},
		Nav:      []web.Nav{{Group: "nav.group.sell", Order: 55, Key: "nav.payments", Icon: "wallet", Href: "/payments", Permission: Read}},
		Jobs:     s.jobs(),
		Timeline: kinds,
		Journal:  []journal.Table{{Name: "payment", Customer: sqlCustomer}},
		Subjects: []web.Subject{{Kind: "payment", Path: path}},
	}
}

func path(id int64) string { return "/payments/" + strconv.FormatInt(id, 10) }
