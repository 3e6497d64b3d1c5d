package lead

import (
	"context"
	"strconv"

	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/web"
)

const home = "/leads"

func path(id int64) string { return home + "/" + strconv.FormatInt(id, 10) }

// Path is a lead's page.
func Path(id int64) string { return path(id) }

// Module is what the slice offers the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:   "lead",
		Routes: s.routes,
		API:    s.api,
		Permissions: []auth.Permission{
			{Name: Read, Roles: auth.Everyone}, {Name: Write, Roles: auth.Everyone}, {Name: Delete, Roles: auth.Leads},
			{Name: Assign, Roles: auth.Leads}, {Name: Settings, Roles: auth.Leads},
		},
		Nav: []web.Nav{{Group: "nav.group.sell", Order: 35, Key: "nav.leads", Icon: "target", Href: home, Permission: Read, Shortcut: "g l", Count: s.navCount}},
		Settings: []web.SettingsEntry{{Group: "order.settings.group", Order: 44, Key: "lead.settings", Icon: "target", Href: "/settings/leads", Permission: Settings},
			{Group: "order.settings.group", Order: 45, Key: "lead.score.title", Icon: "rise", Href: scoreHome, Permission: Settings},
			{Group: "order.settings.group", Order: 46, Key: "lead.forms", Icon: "globe", Href: "/settings/lead-forms", Permission: Settings}},
		Timeline: kinds,
		Journal:  s.journal(),
		Subjects: []web.Subject{{Kind: "lead", Path: path}},
		Fields:   []custom.Subject{s.subject()},
		Jobs:     s.jobs(),
	}
}

func (s *Service) journal() []journal.Table {
	return []journal.Table{
		{Name: "lead_reason"}, {Name: "lead_form"},
		{Name: "lead_score_rule", Refresh: s.afterRules},
		{Name: "lead_route", Derived: []string{"last_id"}},
		{Name: "lead", Customer: `SELECT customer_id FROM lead WHERE id = ?`, Derived: []string{"score"}, Refresh: s.afterLeads},
		{Name: "lead_event", Customer: `SELECT l.customer_id FROM lead_event e JOIN lead l ON l.id = e.lead_id WHERE e.id = ?`},
	}
}

// navCount is how many wait too long for their first answer, or how many are
// open.
func (s *Service) navCount(ctx context.Context) (int, bool, error) {
	q, args := s.db.Reader(ctx), visibleArgs(auth.From(ctx).Scope())
	late, err := counts(ctx, q, sqlLateN, append([]any{db.At(s.db.Now())}, args...)...)
	if err != nil || late > 0 {
		return late, true, err
	}
	n, err := counts(ctx, q, sqlFresh, args...)
	return n, false, err
}
