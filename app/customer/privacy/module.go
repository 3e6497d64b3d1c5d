package privacy

import (
	"regulars/app/sys/auth"
	"regulars/app/sys/job"
	"regulars/app/sys/web"
)

// Module is what the slice offers the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:   "privacy",
		Routes: s.routes,
		API:    s.api,
		Permissions: []auth.Permission{
			{Name: auth.Detail, Roles: auth.Everyone},
			{Name: auth.Reveal, Roles: auth.Everyone},
			{Name: Export, Roles: auth.Leads},
			{Name: Erase, Roles: auth.OwnerOnly},
		},
		Jobs: []job.Spec{{Name: "privacy_scrub", Schedule: job.Daily(3, 50), Run: s.Scrub}},
	}
}
