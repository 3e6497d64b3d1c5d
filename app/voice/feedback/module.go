package feedback

import (
	"context"
	"fmt"

	"regulars/app/sys/auth"
	"regulars/app/sys/journal"
	"regulars/app/sys/timeline"
	"regulars/app/sys/web"
)

// Module is what the slice offers the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:   "feedback",
		Routes: s.routes,
		API:    s.api,
		Jobs:   s.jobs(),
		Permissions: []auth.Permission{
			{Name: Read, Roles: auth.Everyone},
			{Name: Write, Roles: auth.Everyone},
			{Name: Decide, Roles: auth.Leads},
		},
		Nav: []web.Nav{{Group: "nav.group.listen", Order: 320, Key: "nav.feedback", Icon: "flag", Href: "/feedback-cases", Permission: Read, Count: s.navCount}},
		Timeline: []timeline.Kind{
			{Event: "case.opened", Icon: "flag", Tone: "warm"},
			{Event: "case.complained", Icon: "flag", Tone: "warm", Human: true},
			{Event: "case.resolved", Icon: "check", Human: true},
			{Event: "case.recovered", Icon: "smile", Tone: "accent"},
			{Event: "case.improved", Icon: "rise", Tone: "accent"},
			{Event: "case.unchanged", Icon: "flag"},
			{Event: "case.worse", Icon: "fall", Tone: "bad"},
			{Event: "case.no_answer", Icon: "flag"},
			{Event: "case.dismissed", Icon: "x"},
		},
		Journal: []journal.Table{
			{Name: "feedback_case", Customer: `SELECT customer_id FROM feedback_case WHERE id = ?`},
			{Name: "feedback_caller", Customer: `SELECT k.customer_id FROM feedback_caller y JOIN feedback_case k ON k.id = y.case_id WHERE y.id = ?`},
			{Name: "feedback_cause"}, {Name: "feedback_route"}, {Name: "feedback_team"}, {Name: "feedback_reply"},
			{Name: "feedback_event", Customer: `SELECT k.customer_id FROM feedback_event e JOIN feedback_case k ON k.id = e.case_id WHERE e.id = ?`},
		},
		Subscribers: s.subscribers(),
		Subjects: []web.Subject{{Kind: subject, Path: path},
			{Kind: "feedback_cause", Path: func(id int64) string { return fmt.Sprintf("%s/%d", causesHome, id) }},
			{Kind: "feedback_route", Path: func(id int64) string { return fmt.Sprintf("%s/%d", routesHome, id) }},
			{Kind: "feedback_reply", Path: func(id int64) string { return fmt.Sprintf("%s/%d", readyHome, id) }}},
		Panels: []web.Panel{{Zone: web.ZoneRight, Order: 20, Permission: Read, Page: "feedback/panel", Load: s.panel}},
	}
}

func path(id int64) string { return fmt.Sprintf("/feedback-cases/%d", id) }

// Path is a case's page.
func Path(id int64) string { return path(id) }

// navCount is warm when a case is late.
func (s *Service) navCount(ctx context.Context) (int, bool, error) {
	open, late, err := s.Count(ctx)
	return open, late > 0, err
}
