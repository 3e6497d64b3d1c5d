package order

import (
	"context"
	"strconv"

	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/event"
	"regulars/app/sys/setting"
	"regulars/app/sys/web"
)

// Module is what the slice offers the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:   "order",
		Routes: s.routes,
		API:    s.api,
		Permissions: []auth.Permission{
			{Name: Read, Roles: auth.Everyone}, {Name: Write, Roles: auth.Everyone}, {Name: Delete, Roles: auth.Leads},
			{Name: Settings, Roles: auth.Leads},
		},
		Nav:         []web.Nav{{Group: "nav.group.sell", Order: 50, Key: "nav.orders", Icon: "receipt", Href: "/orders", Permission: Read, Shortcut: "g o"}},
		Settings:    []web.SettingsEntry{{Group: "order.settings.group", Order: 40, Key: "order.settings", Icon: "receipt", Href: "/settings/orders", Permission: Settings}},
		Timeline:    kinds,
		Journal:     s.journal(),
		Jobs:        s.jobs(),
		Subscribers: []event.Subscriber{s.subscriber()},
		Moments:     s.moments(),
		Subjects:    []web.Subject{{Kind: "order", Path: path}},
		Fields:      []custom.Subject{s.subject()},
		Panels: []web.Panel{
			{Zone: web.ZonePrint, Order: 20, Permission: Read, Page: "sales/print-orders", Load: s.panel},
			{Zone: web.ZoneComposer, Order: 10, Permission: Read, Page: "sales/rhythm", Load: s.panel},
			{Zone: web.ZoneRight, Order: 30, Permission: Read, Page: "sales/purchases", Load: s.panel},
		},
	}
}

func path(id int64) string { return "/orders/" + strconv.FormatInt(id, 10) }

// panel is the purchase part of a customer's record.
func (s *Service) panel(ctx context.Context, customer int64) (any, error) {
	b, err := setting.ReadBusiness(ctx, s.db.Reader(ctx))
	if err != nil {
		return nil, err
	}
	zone := auth.From(ctx).Zone
	if zone == nil {
		zone = b.Zone()
	}
	h, err := s.HabitsOf(ctx, customer, b.Currency, s.db.Now(), zone)
	if err != nil {
		return nil, err
	}
	return &h, nil
}
