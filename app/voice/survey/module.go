package survey

import (
	"context"
	"fmt"
	"math"
	"time"

	"regulars/app/sys/auth"
	"regulars/app/sys/job"
	"regulars/app/sys/journal"
	"regulars/app/sys/timeline"
	"regulars/app/sys/web"
)

// Module is what the slice offers the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:   "survey",
		Routes: s.routes,
		API:    s.api,
		Jobs: []job.Spec{{Name: "survey_waves", Schedule: job.Every(5 * time.Minute), Timeout: time.Hour, Run: s.Wave},
			{Name: "survey_ballots", Schedule: job.Daily(3, 40), Run: s.Flush}},
		Permissions: []auth.Permission{
			{Name: Read, Roles: auth.Everyone},
			{Name: Ask, Roles: auth.Everyone},
			{Name: Write, Roles: auth.Leads},
			{Name: Delete, Roles: auth.Leads},
		},
		Nav: []web.Nav{{Group: "nav.group.listen", Order: 310, Key: "nav.surveys", Icon: "smile", Href: "/surveys", Permission: Read, Shortcut: "g v"}},
		Journal: []journal.Table{
			{Name: "survey"},
			{Name: "survey_program"},
			{Name: "survey_invitation", Customer: "SELECT customer_id FROM survey_invitation WHERE id = ?"},
			{Name: "survey_reply", Customer: "SELECT customer_id FROM survey_reply WHERE id = ?"},
			{Name: "survey_response", Customer: "SELECT customer_id FROM survey_response WHERE id = ?"},
		},
		Timeline: []timeline.Kind{
			{Event: "response.given", Icon: "smile", Tone: "accent", Human: true},
			{Event: "response.changed", Icon: "smile"},
			{Event: "response.claimed", Icon: "smile"},
			{Event: "invitation.sent", Icon: "send"},
			{Event: "invitation.replied", Icon: "mail", Tone: "accent", Human: true},
		},
		Subjects: []web.Subject{
			{Kind: "survey", Path: func(id int64) string { return fmt.Sprintf("/surveys/%d", id) }},
			{Kind: "survey_program", Path: func(id int64) string { return fmt.Sprintf("/survey-programs/%d", id) }},
			{Kind: "invitation", Path: func(id int64) string { return fmt.Sprintf("/invitations/%d", id) }},
			{Kind: "response", Path: func(id int64) string { return fmt.Sprintf("/responses/%d", id) }},
		},
		Panels:  []web.Panel{{Zone: web.ZoneRight, Order: 40, Permission: Read, Page: "voice/panel", Load: s.panel}},
		Banners: s.banners,
	}
}

// panelBody is the slice's part of a customer's record.
type panelBody struct {
	CustomerID int64
	Latest     []Response
	Why        []Why
	MayAsk     bool
}

func (s *Service) panel(ctx context.Context, customer int64) (any, error) {
	why, err := s.Why(ctx, customer)
	if err != nil {
		return nil, err
	}
	b := panelBody{CustomerID: customer, Why: why, MayAsk: auth.From(ctx).Can(Ask)}
	if err := s.db.Reader(ctx).Select(ctx, &b.Latest, sqlLastOf, customer); err != nil {
		return nil, fmt.Errorf("read the answers of customer %d: %w", customer, err)
	}
	return b, nil
}

// Held tells whether a wave waits after a long absence.
func (s *Service) Held(ctx context.Context) (bool, error) {
	w, err := readWave(ctx, s.db.Reader(ctx))
	return w.HeldUntil.After(s.db.Now()), err
}

func (s *Service) banners(ctx context.Context) ([]web.Banner, error) {
	if !auth.From(ctx).Can(Write) {
		return nil, nil
	}
	w, err := readWave(ctx, s.db.Reader(ctx))
	if err != nil || !w.HeldUntil.After(s.db.Now()) {
		return nil, err
	}
	n, err := s.dueCount(ctx)
	if err != nil || n == 0 {
		return nil, err
	}
	return []web.Banner{{Kind: "info", Key: "survey.banner.held", Args: []any{"n", n, "hours", int(math.Ceil(w.HeldUntil.Sub(s.db.Now()).Hours()))},
		Press: []web.Press{{Href: "/surveys/go-on", Action: "survey.go_on"},
			{Href: "/surveys/skip", Action: "survey.skip", Ask: "survey.skip_question", Effect: "survey.skip_effect"}}}}, nil
}
