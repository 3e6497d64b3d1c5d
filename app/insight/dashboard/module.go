package dashboard

import (
	"regulars/app/sys/auth"
	"regulars/app/sys/journal"
	"regulars/app/sys/web"
)

// Module is what the slice offers the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:        "dashboard",
		Routes:      s.routes,
		API:         s.api,
		Permissions: []auth.Permission{{Name: Read, Roles: auth.Everyone}, {Name: Write, Roles: auth.Everyone}, {Name: Share, Roles: auth.Leads}},
		Nav:         []web.Nav{{Group: "nav.group.insight", Order: 400, Key: "nav.dashboards", Icon: "cols", Href: home, Permission: Read}},
		Journal:     []journal.Table{{Name: "dashboard"}, {Name: "dashboard_tile"}},
		Subjects:    []web.Subject{{Kind: "dashboard", Path: func(id int64) string { return path(Dashboard{ID: id}, "", Ask{}) }}},
	}
}
