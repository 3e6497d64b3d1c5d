package note

import (
	"context"
	"fmt"
	"strconv"

	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/journal"
	"regulars/app/sys/timeline"
	"regulars/app/sys/web"
)

// printed is how many notes stand on a customer's sheet of paper.
const printed = 5

// latest reads what is printed of a customer's notes.
func (s *Service) latest(ctx context.Context, customer int64) (any, error) {
	p, err := s.List(ctx, page.Request{Limit: printed}, []filter.Cond{{Field: "customer_id", Op: "eq", Value: strconv.FormatInt(customer, 10)}})
	return p.Items, err
}

// panelBody feeds the notes on top of the record.
type panelBody struct {
	Notes    []Note
	MayWrite bool
}

func (s *Service) panel(ctx context.Context, customer int64) (any, error) {
	list, err := s.Pins(ctx, customer)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return panelBody{Notes: list, MayWrite: auth.From(ctx).Can(Write)}, nil
}

// Module is what the slice offers the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:        "note",
		Routes:      s.routes,
		API:         s.api,
		Permissions: []auth.Permission{{Name: Read, Roles: auth.Everyone}, {Name: Write, Roles: auth.Everyone}, {Name: Delete, Roles: auth.Everyone}},
		Timeline:    []timeline.Kind{{Event: "note.written", Icon: "note", Human: true}},
		Journal:     []journal.Table{{Name: "note", Customer: "SELECT customer_id FROM note WHERE id = ?"}},
		Panels: []web.Panel{{Zone: web.ZonePrint, Order: 40, Permission: Read, Page: "work/print-notes", Load: s.latest},
			{Zone: web.ZoneComposer, Order: 5, Permission: Read, Page: "customer/pinned", Load: s.panel}},
		Subjects: []web.Subject{{Kind: "note", Path: func(id int64) string { return fmt.Sprintf("/notes/%d", id) }}},
	}
}
