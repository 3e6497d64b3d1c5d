package promise

import (
	"context"
	"strconv"

	"regulars/app/kit/cal"
	"regulars/app/sys/auth"
	"regulars/app/sys/event"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
	"regulars/app/sys/web"
)

const (
	home    = "/promises"
	subject = "promise"
)

func path(id int64) string { return home + "/" + strconv.FormatInt(id, 10) }

// Module is what the slice offers the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:   "promise",
		Routes: s.routes,
		API:    s.api,
		Jobs:   s.jobs(),
		Permissions: []auth.Permission{
			{Name: Read, Roles: auth.Everyone}, {Name: Write, Roles: auth.Everyone}, {Name: Delete, Roles: auth.Leads},
		},
		Nav:         []web.Nav{{Group: "nav.group.sell", Order: 57, Key: "nav.promises", Icon: "clock", Href: home, Permission: Read, Count: s.navCount}},
		Timeline:    kinds,
		Journal:     []journal.Table{{Name: "promise", Customer: sqlCustomer}},
		Subscribers: []event.Subscriber{s.subscriber()},
		Subjects:    []web.Subject{{Kind: subject, Path: path}},
		Panels:      []web.Panel{{Zone: web.ZoneRight, Order: 32, Permission: Read, Page: "sales/promises-panel", Load: s.panel}},
	}
}

// navCount is how many promises are overdue.
func (s *Service) navCount(ctx context.Context) (int, bool, error) {
	business, err := setting.ReadBusiness(ctx, s.DB.Reader(ctx))
	if err != nil {
		return 0, false, err
	}
	var n int
	args := append([]any{cal.Today(s.DB.Now(), business.Zone())}, auth.From(ctx).Scope().Args()...)
	err = s.DB.Reader(ctx).Get(ctx, &n, sqlOverdue, args...)
	return n, n > 0, err
}

// PanelBody feeds the promises on a customer's record.
type PanelBody struct {
	CustomerID   int64
	Open         []Promise
	Theirs, Ours Rate
	Today        cal.Date
	MayWrite     bool
}

func (s *Service) panel(ctx context.Context, customer int64) (any, error) {
	q := s.DB.Reader(ctx)
	b := PanelBody{CustomerID: customer, MayWrite: auth.From(ctx).Can(Write)}
	business, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return nil, err
	}
	b.Today = cal.Today(s.DB.Now(), business.Zone())
	if b.Theirs, b.Ours, err = ratesOf(ctx, q, customer); err != nil {
		return nil, err
	}
	return b, q.Select(ctx, &b.Open, sqlOpenOf, customer)
}
