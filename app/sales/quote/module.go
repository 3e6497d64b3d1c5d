package quote

import (
	"context"
	"strconv"

	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/job"
	"regulars/app/sys/journal"
	"regulars/app/sys/web"
)

// Module is what the slice offers the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:   "quote",
		Routes: s.routes,
		API:    s.api,
		Jobs:   []job.Spec{{Name: "quote_expire", Schedule: job.Daily(0, 20), Run: s.Expire}},
		Permissions: []auth.Permission{
			{Name: Read, Roles: auth.Everyone}, {Name: Write, Roles: auth.Everyone}, {Name: Delete, Roles: auth.Leads},
		},
		Nav:      []web.Nav{{Group: "nav.group.sell", Order: 45, Key: "nav.quotes", Icon: "note", Href: "/quotes", Permission: Read}},
		Timeline: kinds,
		Journal: []journal.Table{{Name: "quote", Customer: sqlCustomer}, {Name: "quote_line", Customer: sqlLineCustomer},
			{Name: "quote_template"}},
		Subjects: []web.Subject{{Kind: "quote", Path: path}},
		Fields:   []custom.Subject{s.subject()},
		Panels:   []web.Panel{{Zone: web.ZoneRight, Order: 28, Permission: Read, Page: "sales/quote-panel", Load: s.panel}},
	}
}

func path(id int64) string { return "/quotes/" + strconv.FormatInt(id, 10) }

// PanelBody feeds the quotes on a customer's record.
type PanelBody struct {
	CustomerID int64
	Quotes     []Quote
	MayWrite   bool
}

func (s *Service) panel(ctx context.Context, customer int64) (any, error) {
	list, err := s.OfCustomer(ctx, customer)
	return PanelBody{customer, list, auth.From(ctx).Can(Write)}, err
}
