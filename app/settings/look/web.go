package look

import (
	"fmt"
	"io"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// Module is what the slice offers the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:     "look",
		Routes:   s.routes,
		Settings: []web.SettingsEntry{{Group: "settings.group.business", Order: 115, Key: "settings.look", Icon: "eye", Href: "/settings/look", Permission: Write}},
	}
}

func (s *Service) routes(r *web.Router) {
	r.Get("/settings/look", Write, s.show)
	r.Upload("/settings/look", Write, MaxUpload, s.save)
	r.Get("/s/look/:mark", web.Public, s.sheet)
	r.Get("/s/logo/:mark", web.Public, s.logo)
}

// body feeds the page.
type body struct {
	Settings []view.NavGroup
	Logo     string // mark of the logo, "" for none
	Near     string // the nearest colour that can be read, when the typed one cannot
}

func (s *Service) show(c *fiber.Ctx) error {
	ctx := web.Ctx(c)
	l, err := Read(ctx, s.db.Reader(ctx))
	if err != nil {
		return err
	}
	return s.render(c, Input{Colour: l.Colour}, nil)
}

func (s *Service) render(c *fiber.Ctx, in Input, problem error) error {
	b := body{Settings: web.SettingsNav(c), Logo: web.Business(c).Logo}
	if colour, ok := Parse(in.Colour); ok && !colour.Passes() {
		b.Near = colour.Near().String()
	}
	return web.Render(c, web.Page{Name: "settings/look", Title: "settings.look", Body: b, Form: in, Err: problem})
}

func (s *Service) save(c *fiber.Ctx) error {
	in := Input{Colour: c.FormValue("colour"), NoLogo: c.FormValue("no_logo") != ""}
	if c.FormValue("own") == "" {
		in.Colour = ""
	}
	if near := c.FormValue("near"); near != "" {
		in.Colour = near
	}
	if head, err := c.FormFile("logo"); err == nil && head.Size > 0 {
		f, err := head.Open()
		if err != nil {
			return errs.New(errs.Malformed, "error.invalid")
		}
		defer f.Close()
		if in.Logo, err = io.ReadAll(io.LimitReader(f, MaxUpload)); err != nil {
			return fmt.Errorf("read the logo: %w", err)
		}
	}
	if err := s.Save(web.Ctx(c), in); err != nil {
		return s.render(c, in, err)
	}
	return web.Done(c, "/settings/look", "common.saved")
}

// kept sends what never changes under its address.
func kept(c *fiber.Ctx, kind string, content []byte) error {
	web.NoSession(c)
	c.Set("Cache-Control", "public, max-age=31536000, immutable")
	c.Set(fiber.HeaderContentType, kind)
	return c.Send(content)
}

func (s *Service) sheet(c *fiber.Ctx) error {
	l, err := Read(c.UserContext(), s.db.Reader(c.UserContext()))
	if err != nil {
		return err
	}
	colour, ok := Parse(l.Colour)
	if !ok || c.Params("mark") != mark([]byte(l.Colour))+".css" {
		return errs.NotVisible()
	}
	return kept(c, "text/css; charset=utf-8", []byte(colour.sheet()))
}

func (s *Service) logo(c *fiber.Ctx) error {
	l, err := Read(c.UserContext(), s.db.Reader(c.UserContext()))
	if err != nil {
		return err
	}
	if l.Logo == nil || c.Params("mark") != mark(l.Logo)+".jpg" {
		return errs.NotVisible()
	}
	return kept(c, "image/jpeg", l.Logo)
}
