package tag

import (
	"fmt"

	"regulars/app/customer/customer"
	"regulars/app/sys/auth"
	"regulars/app/sys/web"
)

// Module offers the slice to the house; the journal of the table stands with
// the customers that carry tags.
func (s *Service) Module() web.Module {
	return web.Module{
		Name: "tag", Routes: s.routes, API: s.api,
		Permissions: []auth.Permission{{Name: Manage, Roles: auth.Leads}},
		Settings:    []web.SettingsEntry{{Group: "settings.group.business", Order: 146, Key: "settings.tags", Icon: "tag", Href: "/settings/tags", Permission: customer.Read}},
		Subjects:    []web.Subject{{Kind: "tag", Path: func(id int64) string { return fmt.Sprintf("/settings/tags/%d", id) }}},
	}
}
