package consent

import (
	"context"

	"regulars/app/sys/auth"
	"regulars/app/sys/journal"
	"regulars/app/sys/timeline"
	"regulars/app/sys/web"
)

// Module is what the slice offers the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:   "consent",
		Routes: s.routes,
		API:    s.api,
		Permissions: []auth.Permission{
			{Name: Read, Roles: auth.Everyone},
			{Name: Write, Roles: auth.Everyone},
		},
		Journal: []journal.Table{
			{Name: "consent", Customer: "SELECT customer_id FROM consent WHERE id = ?"},
			{Name: "consent_link"},
		},
		Timeline: []timeline.Kind{
			{Event: "consent.given", Icon: "check"},
			{Event: "consent.withdrawn", Icon: "lock", Tone: "warm"},
		},
		Panels: []web.Panel{{Zone: web.ZoneLeft, Order: 60, Permission: Read, Page: "voice/consent-panel", Load: s.panel}},
	}
}

func (s *Service) panel(ctx context.Context, customer int64) (any, error) {
	list, ledger, err := s.Of(ctx, customer)
	if err != nil {
		return nil, err
	}
	b := panelBody{CustomerID: customer, List: list, Ledger: ledger, MayWrite: auth.From(ctx).Can(Write), MayProfile: auth.From(ctx).Can("customer.write")}
	err = s.d.DB.Reader(ctx).Get(ctx, &b.NoProfiling, sqlNoProfiling, customer)
	return b, err
}
