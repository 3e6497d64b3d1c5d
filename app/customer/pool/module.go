package pool

import (
	"context"
	"time"

	"regulars/app/sys/auth"
	"regulars/app/sys/job"
	"regulars/app/sys/journal"
	"regulars/app/sys/timeline"
	"regulars/app/sys/web"
)

// Module offers the slice to the house.
func (s *Service) Module(staff Staff, teams Teams) web.Module {
	p := pages{s, staff, teams}
	of := func(table string) journal.Table {
		return journal.Table{Name: table, Customer: "SELECT customer_id FROM " + table + " WHERE id = ?"}
	}
	return web.Module{
		Name:   "pool",
		Routes: p.routes,
		API:    s.api,
		Permissions: []auth.Permission{{Name: Read, Roles: auth.Everyone}, {Name: Take, Roles: auth.Everyone}, {Name: Admin, Roles: auth.Leads},
			{Name: Teamwork, Roles: auth.OwnerOnly}},
		Nav: []web.Nav{{Order: 21, Key: "nav.pools", Icon: "loop", Href: "/pools", Permission: Read, Count: s.navCount}},
		Settings: []web.SettingsEntry{
			{Group: "settings.group.people", Order: 240, Key: "settings.teamwork", Icon: "people", Href: "/settings/teamwork", Permission: Teamwork},
			{Group: "settings.group.people", Order: 245, Key: "settings.pools", Icon: "loop", Href: "/settings/pools", Permission: Admin},
		},
		Journal: []journal.Table{{Name: "pool"}, {Name: "pool_member"}, {Name: "pool_admin"}, {Name: "pool_rule"}, of("pool_hold"), of("pool_ledger")},
		Timeline: []timeline.Kind{{Event: "customer.claimed", Icon: "check"}, {Event: "customer.released", Icon: "loop"},
			{Event: "customer.recycled", Icon: "loop"}, {Event: "customer.handed", Icon: "people"}},
		Subjects: []web.Subject{{Kind: "pool", Path: func(int64) string { return "/pools/soon" }}},
		Panels:   []web.Panel{{Zone: web.ZoneLeft, Order: 8, Permission: Read, Page: "customer/pool_panel", Load: p.panel}},
		Jobs:     []job.Spec{{Name: "pool_recycle", Schedule: job.Daily(2, 40), Timeout: time.Hour, Run: s.Night}},
	}
}

// navCount is how many of the reader's own go back soon.
func (s *Service) navCount(ctx context.Context) (int, bool, error) {
	n, err := countSoon(ctx, s.db.Reader(ctx), auth.From(ctx).UserID, s.db.Now())
	return n, n > 0, err
}
