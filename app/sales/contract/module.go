package contract

import (
	"context"
	"strconv"

	"regulars/app/kit/cal"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
	"regulars/app/sys/web"
)

const (
	home    = "/contracts"
	subject = "contract"
)

func path(id int64) string { return home + "/" + strconv.FormatInt(id, 10) }

// Module is what the slice offers the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:   "contract",
		Routes: s.routes,
		API:    s.api,
		Jobs:   s.jobs(),
		Permissions: []auth.Permission{
			{Name: Read, Roles: auth.Everyone}, {Name: Write, Roles: auth.Everyone}, {Name: Delete, Roles: auth.Leads},
		},
		Nav:      []web.Nav{{Group: "nav.group.sell", Order: 58, Key: "nav.contracts", Icon: "note", Href: home, Permission: Read, Count: s.navCount}},
		Timeline: kinds,
		Journal:  []journal.Table{{Name: "contract", Customer: sqlCustomer}},
		Fields:   []custom.Subject{s.subject()},
		Subjects: []web.Subject{{Kind: subject, Path: path}},
		Panels:   []web.Panel{{Zone: web.ZoneRight, Order: 33, Permission: Read, Page: "sales/contracts-panel", Load: s.panel}},
	}
}

// navCount is how many contracts somebody has to decide about soon.
func (s *Service) navCount(ctx context.Context) (int, bool, error) {
	business, err := setting.ReadBusiness(ctx, s.DB.Reader(ctx))
	if err != nil {
		return 0, false, err
	}
	var n int
	args := append([]any{string(cal.Today(s.DB.Now(), business.Zone()))}, auth.From(ctx).Scope().Args()...)
	err = s.DB.Reader(ctx).Get(ctx, &n, sqlSoon, args...)
	return n, n > 0, err
}

// PanelBody feeds the contracts on a customer's record.
type PanelBody struct {
	CustomerID int64
	Contracts  []Contract
	Today      cal.Date
	MayWrite   bool
}

func (s *Service) panel(ctx context.Context, customer int64) (any, error) {
	q := s.DB.Reader(ctx)
	b := PanelBody{CustomerID: customer, MayWrite: auth.From(ctx).Can(Write)}
	business, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return nil, err
	}
	b.Today = cal.Today(s.DB.Now(), business.Zone())
	return b, q.Select(ctx, &b.Contracts, sqlOf, customer)
}
