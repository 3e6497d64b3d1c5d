package followup

import (
	"context"
	"fmt"

	"regulars/app/sys/auth"
	"regulars/app/sys/event"
	"regulars/app/sys/journal"
	"regulars/app/sys/timeline"
	"regulars/app/sys/web"
)

// Module is what the slice offers the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:        "followup",
		Routes:      s.routes,
		API:         s.api,
		Permissions: []auth.Permission{{Name: Read, Roles: auth.Everyone}, {Name: Write, Roles: auth.Everyone}, {Name: Delete, Roles: auth.Everyone}},
		Nav:         []web.Nav{{Order: 22, Key: "nav.follow_ups", Icon: "phone", Href: "/follow-ups", Permission: Read, Tab: true, Shortcut: "g f"}},
		Settings: []web.SettingsEntry{{Group: "settings.group.business", Order: 150, Key: "settings.rhythm", Icon: "loop", Href: "/settings/rhythm",
			Permission: "settings.write"}},
		Timeline: []timeline.Kind{{Event: "followup.happened", Icon: "phone", Human: true}},
		Moments:  []event.Moment{visited()},
		Journal:  []journal.Table{{Name: "followup", Customer: "SELECT customer_id FROM followup WHERE id = ?"}},
		Subjects: []web.Subject{{Kind: "follow_up", Path: func(id int64) string { return fmt.Sprintf("/follow-ups/%d", id) }}},
		Panels:   []web.Panel{{Zone: web.ZoneComposer, Order: 10, Permission: Write, Page: "work/composer", Load: s.panel}},
	}
}

// panel is the composer above a customer's timeline.
func (s *Service) panel(ctx context.Context, customer int64) (any, error) {
	ref, err := s.customers.MustSee(ctx, customer)
	if err != nil {
		return nil, err
	}
	contacts, err := contactsOf(ctx, s.db.Reader(ctx), customer)
	if err != nil {
		return nil, err
	}
	people, err := s.people.Colleagues(ctx)
	return &logBody{Customer: ref, Contacts: contacts, Colleagues: people, Typed: form{Kind: "call", Owner: fmt.Sprint(auth.From(ctx).UserID)}, MayPromise: s.mayPromise(ctx)}, err
}
