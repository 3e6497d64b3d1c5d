package channel

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/outbox"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// outboxBody is the page of everything that leaves the house.
type outboxBody struct {
	Settings []view.NavGroup
	Status   outbox.Status
	Tabs     []tab
	Entries  []entryRow
	Next     string
	Q        string
	MayWrite bool
	MayOwn   bool
	NoSMTP   bool
	Held     bool // some were set aside and wait for a decision
}

// tab is one state with how many messages are in it.
type tab struct {
	State   outbox.State // "" is all
	N       int
	Current bool
	Warm    bool
}

// entryRow is a message with what can be done about it.
type entryRow struct {
	Entry
	Explain    string // i18n key of what went wrong, or ""
	MayRetry   bool
	MayDiscard bool
	Href       string
}

func (s *Service) showOutbox(c *fiber.Ctx) error { return s.outboxPage(c, nil) }

func (s *Service) outboxPage(c *fiber.Ctx, problem error) error {
	ctx := web.Ctx(c)
	state := outbox.State(c.Query("state"))
	var conds []filter.Cond
	if state != "" {
		conds = append(conds, filter.Cond{Field: "state", Op: "eq", Value: string(state)})
	}
	found, err := s.Find(ctx, page.Request{Limit: page.DefaultLimit, Cursor: c.Query("cursor"), Q: c.Query("q")}, conds)
	if err != nil {
		return err
	}
	status, err := s.outbox.Status(ctx)
	if err != nil {
		return err
	}
	counts, err := s.outbox.Counts(ctx)
	if err != nil {
		return err
	}
	b := outboxBody{Settings: web.SettingsNav(c), Status: status, Next: found.Next, Q: c.Query("q"), Held: counts[outbox.Held] > 0,
		MayWrite: web.Actor(c).Can("outbox.write"), MayOwn: web.Actor(c).Can("channel.write"), Tabs: tabs(counts, state)}
	for _, ch := range status.Channels {
		b.NoSMTP = b.NoSMTP || ch.Reason == NoSMTP
	}
	l := web.Locale(c)
	for _, e := range found.Items {
		row := entryRow{Entry: e, Href: web.PathOf(c, "customer", int64(e.CustomerID)),
			MayRetry:   e.State == outbox.Failed || e.State == outbox.Unknown || e.State == outbox.Held,
			MayDiscard: e.State == outbox.Queued || e.State == outbox.Deferred || e.State == outbox.Held}
		if key := mailKeys + e.ErrorCode; e.ErrorCode != "" && l.Has(key) {
			row.Explain = l.T(key)
		} else if key := "outbox.reason." + e.Reason; e.Reason != "" && l.Has(key) {
			row.Explain = l.T(key)
		} else {
			row.Explain = e.Error
		}
		if e.Purpose == outbox.Security {
			row.Subject = l.T("outbox.purpose.security")
		}
		b.Entries = append(b.Entries, row)
	}
	return web.Render(c, web.Page{Name: "settings/channel_outbox", Title: "settings.outbox", Body: b, Err: problem})
}

func tabs(counts map[outbox.State]int, current outbox.State) []tab {
	all := 0
	for _, n := range counts {
		all += n
	}
	out := []tab{{N: all, Current: current == ""}}
	for _, name := range states {
		st := outbox.State(name)
		if counts[st] > 0 || st == current {
			out = append(out, tab{State: st, N: counts[st], Current: st == current,
				Warm: st == outbox.Failed || st == outbox.Unknown || st == outbox.Held})
		}
	}
	return out
}

// one runs something about the message in the address.
func (s *Service) one(c *fiber.Ctx, said string, do func(ctx context.Context, id int64) error) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if problem := do(web.Ctx(c), id); problem != nil {
		return s.outboxPage(c, problem)
	}
	return web.Said(c, web.SafePath(c.FormValue("next"), outboxPath), said)
}

func (s *Service) postRetry(c *fiber.Ctx) error { return s.one(c, "outbox.queued_again", s.Retry) }

func (s *Service) postDiscard(c *fiber.Ctx) error { return s.one(c, "outbox.discarded", s.Discard) }

func (s *Service) all(c *fiber.Ctx, said string, do func(ctx context.Context) error) error {
	if err := do(web.Ctx(c)); err != nil {
		return err
	}
	return web.Said(c, outboxPath, said)
}

func (s *Service) postRelease(c *fiber.Ctx) error { return s.all(c, "outbox.released", s.Release) }

func (s *Service) postHold(c *fiber.Ctx) error { return s.all(c, "outbox.held_now", s.Hold) }

func (s *Service) postDiscardHeld(c *fiber.Ctx) error {
	return s.all(c, "outbox.discarded", s.DiscardHeld)
}
