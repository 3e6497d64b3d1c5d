package deal

import (
	"context"
	"strconv"

	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/job"
	"regulars/app/sys/journal"
	"regulars/app/sys/web"
)

const home = "/deals"

func path(id int64) string { return home + "/" + strconv.FormatInt(id, 10) }

// Path is a deal's page.
func Path(id int64) string { return path(id) }

// Module is what the slice offers the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:   "deal",
		Routes: s.routes,
		API:    s.api,
		Permissions: []auth.Permission{
			{Name: Read, Roles: auth.Everyone}, {Name: Write, Roles: auth.Everyone}, {Name: Delete, Roles: auth.Leads},
			{Name: Assign, Roles: auth.Leads}, {Name: Settings, Roles: auth.Leads},
		},
		Nav:      []web.Nav{{Group: "nav.group.sell", Order: 40, Key: "nav.deals", Icon: "board", Href: home, Permission: Read, Shortcut: "g d"}},
		Settings: []web.SettingsEntry{{Group: "order.settings.group", Order: 41, Key: "deal.settings", Icon: "board", Href: waysPath, Permission: Settings}},
		Jobs:     []job.Spec{{Name: "deals_waiting", Schedule: job.Daily(7, 10), Run: s.Warn}},
		Timeline: kinds,
		Journal:  s.journal(),
		Moments:  moments(),
		Subjects: []web.Subject{{Kind: "deal", Path: path}},
		Fields:   []custom.Subject{s.subject()},
		Panels:   []web.Panel{{Zone: web.ZoneRight, Order: 25, Permission: Read, Page: "sales/deals-of", Load: s.panel}},
	}
}

func (s *Service) journal() []journal.Table {
	return []journal.Table{
		{Name: "deal_pipeline"}, {Name: "deal_stage"}, {Name: "deal_stage_file"}, {Name: "deal_reason"},
		{Name: "deal", Customer: sqlDealCustomer},
		{Name: "deal_line", Customer: `SELECT d.customer_id FROM deal_line l JOIN deal d ON d.id = l.deal_id WHERE l.id = ?`},
		{Name: "deal_move", Customer: `SELECT d.customer_id FROM deal_move l JOIN deal d ON d.id = l.deal_id WHERE l.id = ?`},
		{Name: "deal_check", Customer: `SELECT d.customer_id FROM deal_check l JOIN deal d ON d.id = l.deal_id WHERE l.id = ?`},
		{Name: "deal_collaborator", Customer: `SELECT d.customer_id FROM deal_collaborator l JOIN deal d ON d.id = l.deal_id WHERE l.id = ?`},
		{Name: "deal_rival", Customer: `SELECT d.customer_id FROM deal_rival l JOIN deal d ON d.id = l.deal_id WHERE l.id = ?`},
	}
}

// OfPage feeds a customer's deals beside their record.
type OfPage struct {
	CustomerID int64
	Deals      []Deal
	OpenCount  int
	MayWrite   bool
}

func (s *Service) panel(ctx context.Context, id int64) (any, error) {
	b := OfPage{CustomerID: id, MayWrite: auth.From(ctx).Can(Write)}
	var err error
	if b.Deals, err = s.OfCustomer(ctx, id); err != nil {
		return nil, err
	}
	for _, d := range b.Deals {
		if d.IsOpen() {
			b.OpenCount++
		}
	}
	const shown = 5
	b.Deals = b.Deals[:min(len(b.Deals), shown)]
	return b, nil
}
