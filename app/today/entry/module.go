package entry

import "regulars/app/sys/web"

// Module offers the slice to the house. It owns no table and no permission:
// each part needs the right to make that part.
func (s *Service) Module() web.Module {
	return web.Module{Name: "entry", Routes: s.routes, API: s.api}
}
