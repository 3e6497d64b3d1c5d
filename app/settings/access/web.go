package access

import (
	"github.com/gofiber/fiber/v2"
	"github.com/skip2/go-qrcode"

	"regulars/app/kit/errs"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

func (s *Service) routes(r *web.Router) {
	r.Get("/settings/access", "settings.write", s.showAccess)
	r.Post("/settings/access", "settings.write", s.postAccess)
	r.Post("/settings/access/address", "settings.write", s.postAddress)
	r.Get("/settings/access/:id/qr.png", "settings.write", s.picture)
}

// body is the page.
type body struct {
	Settings []view.NavGroup
	State
	Here string // the address that this request came by
}

// link is an address with its place in the list, for its picture.
type link struct {
	N   int
	URL string
}

// Numbered are the addresses for phones.
func (b body) Numbered() []link {
	var out []link
	for i, url := range b.Links {
		out = append(out, link{i + 1, url})
	}
	return out
}

func (s *Service) showAccess(c *fiber.Ctx) error { return s.show(c, nil, nil) }

// form is the address as it was typed.
type form struct{ BaseURL string }

func (s *Service) show(c *fiber.Ctx, typed *form, problem error) error {
	st, err := s.State(web.Ctx(c))
	if err != nil {
		return err
	}
	here, _ := web.BaseURL(c)
	if typed == nil {
		typed = &form{st.BaseURL}
	}
	return web.Render(c, web.Page{Name: "settings/access", Title: "access.title", Body: body{web.SettingsNav(c), st, here}, Form: *typed, Err: problem})
}

func (s *Service) postAccess(c *fiber.Ctx) error {
	if sent, err := web.ProveFirst(c, "/settings/access"); sent || err != nil {
		return err
	}
	if err := s.Open(web.Ctx(c), c.FormValue("listen")); err != nil {
		return s.show(c, nil, err)
	}
	return web.Done(c, "/settings/access", "common.saved")
}

func (s *Service) postAddress(c *fiber.Ctx) error {
	if sent, err := web.ProveFirst(c, "/settings/access"); sent || err != nil {
		return err
	}
	in := form{c.FormValue("base_url")}
	if err := s.SetBase(web.Ctx(c), in.BaseURL); err != nil {
		return s.show(c, &in, err)
	}
	return web.Done(c, "/settings/access", "common.saved")
}

// picture is the QR code of one of our own addresses, by its place in the
// list: nobody can have another address drawn in our name.
func (s *Service) picture(c *fiber.Ctx) error {
	n, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	st, err := s.State(web.Ctx(c))
	if err != nil {
		return err
	}
	if n > int64(len(st.Links)) {
		return errs.NotVisible()
	}
	png, err := qrcode.Encode(st.Links[n-1], qrcode.Medium, 320)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "image/png")
	return c.Send(png)
}
