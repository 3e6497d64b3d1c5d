package product

import (
	"strconv"

	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/journal"
	"regulars/app/sys/web"
)

// Module is what the slice offers the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:   "product",
		Routes: s.routes,
		API:    s.api,
		Permissions: []auth.Permission{
			{Name: Read, Roles: auth.Everyone}, {Name: Write, Roles: auth.Everyone}, {Name: Delete, Roles: auth.Leads},
			{Name: Cost, Roles: auth.Leads},
		},
		Nav:    []web.Nav{{Group: "nav.group.sell", Order: 60, Key: "nav.products", Icon: "box", Href: "/products", Permission: Read}},
		Fields: []custom.Subject{s.subject()},
		Journal: []journal.Table{{Name: "product"}, {Name: "product_unit"}, {Name: "product_relation"}, {Name: "product_picture"},
			{Name: "product_price_list"}, {Name: "product_list_price"}},
		Subjects: []web.Subject{{Kind: "product", Path: path}},
	}
}

func path(id int64) string { return "/products/" + strconv.FormatInt(id, 10) }
