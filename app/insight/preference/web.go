package preference

import (
	"context"
	"strconv"
	"time"

	"regulars/app/customer/customer"
	"regulars/app/sys/custom"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// Module offers the slice to the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name: "preference", API: s.api,
		Panels: []web.Panel{{Zone: web.ZoneRight, Order: 25, Permission: customer.Read, Page: "insight/preferences", Load: s.panel}},
	}
}

// Panel feeds the record page's part.
type Panel struct{ Preferences }

func (s *Service) panel(ctx context.Context, id int64) (any, error) {
	p, err := s.Of(ctx, id)
	if err != nil || p.Empty() {
		return nil, err
	}
	return Panel{p}, nil
}

// Said are the ticked fields in words.
func (p Panel) Said(page view.Data) []custom.Told { return p.Added.Told(page.Locale) }

// Title is a finding in words.
func (f Finding) Title(page view.Data) string {
	switch f.Kind {
	case Weekday:
		n, _ := strconv.Atoi(f.Name)
		return page.Locale.Weekday(time.Date(2026, 2, 1+n, 12, 0, 0, 0, time.UTC)) // a Sunday
	case Channel:
		return page.Locale.T("followup.channel." + f.Name)
	}
	return f.Name
}
