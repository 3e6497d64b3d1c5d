package invoicetitle

import (
	"context"

	"regulars/app/customer/customer"
	"regulars/app/sys/auth"
	"regulars/app/sys/journal"
	"regulars/app/sys/web"
)

// Module offers the slice to the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:    "invoice_title",
		Routes:  s.routes,
		API:     s.api,
		Journal: []journal.Table{{Name: "invoice_title", Customer: "SELECT customer_id FROM invoice_title WHERE id = ?"}},
		Panels:  []web.Panel{{Zone: web.ZoneLeft, Order: 20, Permission: customer.Read, Page: "customer/invoice-titles", Load: s.panel}},
	}
}

// PanelBody feeds the titles on the record page.
type PanelBody struct {
	CustomerID int64
	Titles     []Title
	MayWrite   bool
}

func (s *Service) panel(ctx context.Context, id int64) (any, error) {
	list, err := s.Of(ctx, id)
	if err != nil {
		return nil, err
	}
	return PanelBody{CustomerID: id, Titles: list, MayWrite: auth.From(ctx).Can(customer.Write)}, nil
}
