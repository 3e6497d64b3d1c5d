package notify

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/cal"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/web"
)

func (s *Service) routes(r *web.Router) {
	r.Get("/notifications", web.Self, s.showList)
	r.Peek("/notifications/unread", web.Self, s.showUnread)
	r.Post("/notifications/read", web.Self, s.postReadAll)
	r.Post("/notifications/:id/read", web.Self, s.postRead)
	r.Post("/notifications/:id/snooze", web.Self, s.postSnooze)
	r.Get("/profile/notifications", web.Self, s.showSwitches)
	r.Post("/profile/notifications", web.Self, s.postSwitches)
}

type listBody struct {
	Page   page.Page[Notification]
	Days   []Day
	Unread int
}

func (s *Service) showList(c *fiber.Ctx) error {
	ctx := web.Ctx(c)
	var conds []filter.Cond
	if c.Query("unread") == "1" {
		conds = []filter.Cond{{Field: "read", Op: "eq", Value: "false"}}
	}
	p, err := s.List(ctx, page.Request{Limit: page.DefaultLimit, Cursor: c.Query("cursor")}, conds)
	if err != nil {
		return err
	}
	n, err := s.Unread(ctx)
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "work/notifications", Title: "nav.notifications", Body: listBody{p, byDay(web.Locale(c), p.Items), n}})
}

// showUnread is the number beside the bell alone, for a page that stays open.
func (s *Service) showUnread(c *fiber.Ctx) error {
	n, err := s.Unread(web.Ctx(c))
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "work/notifications", Title: "nav.notifications", Fragment: "unread", Body: listBody{Unread: n}})
}

// postRead marks one as read and goes to what it is about.
func (s *Service) postRead(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	n, err := s.Read(web.Ctx(c), id)
	if err != nil {
		return err
	}
	var also []int64
	for _, v := range c.Request().PostArgs().PeekMulti("also") {
		if id, err := strconv.ParseInt(string(v), 10, 64); err == nil {
			also = append(also, id)
		}
	}
	if len(also) > 0 {
		if err := s.ReadThese(web.Ctx(c), also); err != nil {
			return err
		}
	}
	return web.Redirect(c, place(c, n))
}

// postSnooze puts one off until tomorrow morning.
func (s *Service) postSnooze(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	l := web.Locale(c)
	tomorrow := cal.At(cal.Today(l.Now(), l.Zone()).AddDays(1), 8, 0, l.Zone())
	if _, err := s.Snooze(web.Ctx(c), id, tomorrow); err != nil {
		return err
	}
	return web.Said(c, "/notifications", "notification.snoozed")
}

// place is the page of the record that a notification is about: its own, else
// its customer's.
func place(c *fiber.Ctx, n Notification) string {
	if n.SubjectKind == "customer" && n.SubjectID == 0 {
		return "/customers?filter%5Bowner_id%5D%5Beq%5D=" + strconv.FormatInt(web.Actor(c).UserID, 10)
	}
	if n.Kind == Besieged {
		return "/profile"
	}
	if path := web.PathOf(c, n.SubjectKind, int64(n.SubjectID)); path != "" {
		return path
	}
	if n.CustomerID != 0 {
		return "/customers/" + strconv.FormatInt(int64(n.CustomerID), 10)
	}
	return "/notifications"
}

func (s *Service) postReadAll(c *fiber.Ctx) error {
	if err := s.ReadAll(web.Ctx(c)); err != nil {
		return err
	}
	return web.Said(c, "/notifications", "notification.all_read")
}

type switchesBody struct {
	Settings any
	Switches []Switch
	Digest   []Switch // the sections of the daily mail
}

func (s *Service) showSwitches(c *fiber.Ctx) error {
	list, err := s.Switches(web.Ctx(c))
	if err != nil {
		return err
	}
	digest, err := s.DigestSwitches(web.Ctx(c))
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "work/switches", Title: "notification.switches", Body: switchesBody{web.SettingsNav(c), list, digest}})
}

func (s *Service) postSwitches(c *fiber.Ctx) error {
	var wanted []string
	sections := []string{}
	for _, k := range c.Context().PostArgs().PeekMulti("kind") {
		wanted = append(wanted, string(k))
	}
	for _, k := range c.Context().PostArgs().PeekMulti("digest") {
		sections = append(sections, string(k))
	}
	if err := s.SetSwitches(web.Ctx(c), wanted, sections); err != nil {
		return err
	}
	return web.Done(c, "/profile/notifications", "common.saved")
}
