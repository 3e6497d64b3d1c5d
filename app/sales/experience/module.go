package experience

import (
	"regulars/app/sys/journal"
	"regulars/app/sys/web"
)

const home = "/experience"

// Module is what the slice offers the house; whoever may read deals may read what
// they taught.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:    "experience",
		Routes:  s.routes,
		API:     s.api,
		Journal: []journal.Table{{Name: "experience", Customer: sqlCustomer}},
	}
}
