package customer

import (
	"context"
	"strconv"

	"regulars/app/sys/api"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/job"
	"regulars/app/sys/journal"
	"regulars/app/sys/timeline"
	"regulars/app/sys/web"
)

// Module offers the slice to the house.
func (s *Service) Module(staff Staff, stages Stages, tl func() *timeline.Timeline) web.Module {
	own := func(table string) journal.Table {
		return journal.Table{Name: table, Customer: "SELECT customer_id FROM " + table + " WHERE id = ?"}
	}
	return web.Module{
		Name:   "customer",
		Routes: func(r *web.Router) { pages{s, staff, stages, tl()}.routes(r) },
		API:    func(a *api.API) { s.api(a); s.apiTimeline(a, tl()) },
		Permissions: []auth.Permission{
			{Name: Read, Roles: auth.Everyone}, {Name: Write, Roles: auth.Everyone}, {Name: Twice, Roles: auth.Everyone},
			{Name: Delete, Roles: auth.Leads}, {Name: Export, Roles: auth.Leads},
		},
		Nav: []web.Nav{{Order: 20, Key: "nav.customers", Icon: "people", Href: "/customers", Permission: Read, Tab: true, Shortcut: "g c"}},
		Journal: []journal.Table{
			{Name: "tag"}, {Name: "customer", Customer: "SELECT id FROM customer WHERE id = ?", Refresh: s.forget},
			own("customer_phone"), own("customer_email"), own("customer_tag"), own("timeline_entry"),
		},
		Timeline: []timeline.Kind{{Event: "customer.created", Icon: "people"}},
		Fields:   []custom.Subject{s.subject()},
		Subjects: []web.Subject{{Kind: "customer", Path: func(id int64) string { return "/customers/" + strconv.FormatInt(id, 10) }}},
		Jobs:     []job.Spec{{Name: "customer_figures", Schedule: job.Daily(3, 10), Run: s.RebuildStats}},
	}
}

// forget drops the search entries of customers that an undo removed.
func (s *Service) forget(ctx context.Context, tx *db.Tx, ids []int64) error {
	return s.indexAll(ctx, tx, ids)
}

// Attach subscribes to every fact about a customer, inside its transaction.
func (s *Service) Attach(bus *event.Bus) {
	bus.InTx(s.onFact)
	s.db.Hook(atCommit{s})
}
