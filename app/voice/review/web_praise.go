package review

import (
	"github.com/gofiber/fiber/v2"

	"regulars/app/sys/auth"
	"regulars/app/sys/web"
	"regulars/app/voice/survey"
)

func (s *Service) praiseRoutes(r *web.Router) {
	r.Get("/praise", survey.Read, s.showWall)
	r.Get("/praise/print", survey.Read, s.printWall)
	r.Post("/praise/publish", survey.Write, s.postPublish)
	r.Post("/praise/:id", survey.Ask, s.postHide)
	r.Get("/s/praise/:token", web.Public, s.showPublic)
}

// wallBody is the wall for those who work here.
type wallBody struct {
	Quotes  []Quote
	Address string // of the public page, "" while it is shut
	Reach   reach
	MayHide bool
	MayOpen bool
}

// reach says where the public page can be opened.
type reach struct {
	Base string
	Far  web.Range
	May  bool
}

func (s *Service) showWall(c *fiber.Ctx) error {
	ctx := web.Ctx(c)
	b := wallBody{MayHide: web.Actor(c).Can(survey.Ask), MayOpen: web.Actor(c).Can(survey.Write)}
	var err error
	if b.Quotes, err = s.Praise(ctx, true); err != nil {
		return err
	}
	at, err := s.Path(ctx)
	if err != nil {
		return err
	}
	if at != "" {
		base, _ := web.BaseURL(c)
		b.Address, b.Reach = base+at, reach{base, web.RangeOf(base), web.Actor(c).Can("settings.write")}
	}
	return web.Render(c, web.Page{Name: "voice/praise", Title: "praise.title", Body: b})
}

func (s *Service) printWall(c *fiber.Ctx) error {
	quotes, err := s.Praise(web.Ctx(c), false)
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "voice/praise-print", Title: "praise.title", Body: wallBody{Quotes: quotes}})
}

func (s *Service) postPublish(c *fiber.Ctx) error {
	on := c.FormValue("on") != ""
	if err := s.Publish(web.Ctx(c), on, c.FormValue("renew") != ""); err != nil {
		return err
	}
	done := "praise.shut"
	if on {
		done = "praise.opened"
	}
	return web.Done(c, "/praise", done)
}

func (s *Service) postHide(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := s.Hide(web.Ctx(c), id, c.FormValue("hide") != ""); err != nil {
		return err
	}
	return web.Done(c, "/praise", "common.saved")
}

// showPublic is the page that everybody can see who has its address. It keeps
// nothing of who looks.
func (s *Service) showPublic(c *fiber.Ctx) error {
	ctx := web.Ctx(c)
	token := c.Params("token")
	ok, err := s.opens(ctx, token)
	if err != nil {
		return err
	}
	if !ok {
		return s.Surveys.Wrong(c)
	}
	web.NoSession(c)
	c.Set("X-Robots-Tag", "noindex, nofollow")
	quotes, err := s.wall(ctx, auth.System("praise").Scope(), false)
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Layout: "public", Name: "public/praise", Title: "praise.public_title", Body: wallBody{Quotes: quotes}})
}
