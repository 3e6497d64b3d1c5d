package task

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/kit/id"
	"regulars/app/sys/db"
	"regulars/app/sys/web"
)

// calendarBody is the page where a person makes, renews or ends their feed.
type calendarBody struct {
	Settings any
	Since    db.Time
	Address  string // right after it was made, never again
	Local    bool   // made without a base address: it works where this page works
}

func (s *Service) showCalendar(c *fiber.Ctx) error {
	since, err := s.FeedSince(web.Ctx(c))
	if err != nil {
		return err
	}
	return s.renderCalendar(c, calendarBody{Since: since})
}

func (s *Service) renderCalendar(c *fiber.Ctx, body calendarBody) error {
	body.Settings = web.SettingsNav(c)
	c.Set(fiber.HeaderCacheControl, "no-store")
	return web.Render(c, web.Page{Name: "work/calendar", Title: "calendar.title", Body: body})
}

// postCalendar shows the address once, on the page that answers the form.
func (s *Service) postCalendar(c *fiber.Ctx) error {
	token, err := s.NewFeed(web.Ctx(c))
	if err != nil {
		return err
	}
	base, public := web.BaseURL(c)
	return s.renderCalendar(c, calendarBody{Since: db.At(s.db.Now()), Address: base + "/calendar/" + token + ".ics", Local: !public})
}

func (s *Service) deleteCalendar(c *fiber.Ctx) error {
	if err := s.DropFeed(web.Ctx(c)); err != nil {
		return err
	}
	return web.Said(c, "/profile/calendar", "calendar.ended")
}

// serveFeed answers calendar programs. Everything that is not a living feed is
// the same 404.
func (s *Service) serveFeed(c *fiber.Ctx) error {
	web.NoSession(c)
	token, ok := strings.CutSuffix(c.Params("file"), ".ics")
	if !ok || len(token) > 100 {
		return errs.NotVisible()
	}
	body, err := s.Feed(c.UserContext(), token)
	if err != nil {
		return err
	}
	etag := `"` + id.Hash(string(body))[:32] + `"`
	c.Set(fiber.HeaderETag, etag)
	c.Set(fiber.HeaderCacheControl, "private, max-age=300")
	if c.Get(fiber.HeaderIfNoneMatch) == etag {
		return c.SendStatus(fiber.StatusNotModified)
	}
	c.Set(fiber.HeaderContentType, "text/calendar; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, `inline; filename="regulars.ics"`)
	return c.Send(body)
}
