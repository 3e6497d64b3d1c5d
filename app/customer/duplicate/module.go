package duplicate

import (
	"context"
	"strconv"
	"time"

	"regulars/app/sys/auth"
	"regulars/app/sys/job"
	"regulars/app/sys/journal"
	"regulars/app/sys/timeline"
	"regulars/app/sys/web"
)

// Module offers the slice to the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:        "duplicate",
		Routes:      s.routes,
		API:         s.api,
		Permissions: []auth.Permission{{Name: Permission, Roles: auth.Leads}},
		Journal: []journal.Table{
			{Name: "duplicate_apart", Customer: "SELECT a_id FROM duplicate_apart WHERE id = ?", Refresh: afterUndo},
			{Name: "duplicate_merge", Customer: "SELECT survivor_id FROM duplicate_merge WHERE id = ?", Refresh: s.split},
		},
		Timeline: []timeline.Kind{{Event: "customer.merged", Icon: "merge"}},
		Panels:   []web.Panel{{Zone: web.ZoneLeft, Order: 5, Permission: Permission, Page: "duplicate/hint", Load: s.hint}},
		Jobs: []job.Spec{
			{Name: "duplicate_check", Schedule: job.Every(time.Minute), Timeout: 30 * time.Minute, Run: s.Drain},
			{Name: "duplicate_scan", Schedule: job.Daily(3, 25), Timeout: 2 * time.Hour, Run: s.Scan},
		},
	}
}

// Hint is what a customer's record says of those that may be the same.
type Hint struct {
	ID   int64
	N    int
	Href string // of the page that compares them
}

func (s *Service) hint(ctx context.Context, customer int64) (any, error) {
	others, err := s.Of(ctx, customer)
	if err != nil || len(others) == 0 {
		return nil, err
	}
	h := Hint{ID: customer, N: len(others), Href: "/duplicates?filter[customer_id][eq]=" + strconv.FormatInt(customer, 10)}
	if len(others) < MaxRecords {
		ids := []int64{customer}
		for _, id := range others {
			ok, err := visible(ctx, s.db.Reader(ctx), id)
			if err != nil {
				return nil, err
			}
			if ok {
				ids = append(ids, id)
			}
		}
		if len(ids) > 1 {
			h.Href = compareHref(ids)
		}
	}
	return h, nil
}
