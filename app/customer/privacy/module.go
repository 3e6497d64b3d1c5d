package privacy

import (
	"regulars/app/sys/auth"
	"regulars/app/sys/web"
)

// Module is what the slice offers the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name: "privacy",
		Permissions: []auth.Permission{
			{Name: auth.Detail, Roles: auth.Everyone},
			{Name: auth.Reveal, Roles: auth.Everyone},
		},
	}
}
