package team

import (
	"regulars/app/sys/journal"
	"regulars/app/sys/web"
)

// Module is what the slice offers the house. Its permissions are staff/user's.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:    "team",
		Routes:  s.routes,
		API:     s.api,
		Journal: []journal.Table{{Name: "team"}},
	}
}
