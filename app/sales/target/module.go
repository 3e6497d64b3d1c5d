package target

import (
	"regulars/app/sys/auth"
	"regulars/app/sys/journal"
	"regulars/app/sys/web"
)

const home = "/targets"

// Module is what the slice offers the house. What was forecast is not journaled:
// nobody decided it.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:        "target",
		Routes:      s.routes,
		API:         s.api,
		Jobs:        s.jobs(),
		Permissions: []auth.Permission{{Name: Read, Roles: auth.Everyone}, {Name: Write, Roles: auth.Leads}},
		Nav:         []web.Nav{{Group: "nav.group.sell", Order: 59, Key: "nav.targets", Icon: "rise", Href: home, Permission: Read}},
		Journal:     []journal.Table{{Name: "target"}, {Name: "commission_rule"}, {Name: "commission_sheet"}},
		Subjects:    []web.Subject{{Kind: "target", Path: func(int64) string { return home }}, {Kind: "commission_rule", Path: func(int64) string { return "/commission" }}},
	}
}
