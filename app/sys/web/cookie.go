package web

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/id"
)

// sessionCookie is the cookie's name: the __Host- form where the browser
// accepts it (https), the plain one on a local network without TLS.
func (s *Server) sessionCookie(c *fiber.Ctx) string {
	if s.secureScheme(c) {
		return "__Host-rg"
	}
	return "rg"
}

func (s *Server) setCookie(c *fiber.Ctx, name, value string, keep bool) {
	ck := &fiber.Cookie{Name: name, Value: value, Path: "/", HTTPOnly: true, Secure: s.secureScheme(c), SameSite: "Lax", SessionOnly: !keep}
	if keep {
		ck.Expires = s.Clock.Now().Add(keepLimit)
	}
	c.Cookie(ck)
}

func (s *Server) clearCookie(c *fiber.Ctx, name string) {
	c.Cookie(&fiber.Cookie{Name: name, Path: "/", HTTPOnly: true, Secure: s.secureScheme(c), SameSite: "Lax", Expires: time.Unix(1, 0)})
}

const visitorCookie = "rg_visit"

// visitor is the random name of a browser without a session; the forms of
// login and setup are bound to it.
func (s *Server) visitor(c *fiber.Ctx) string {
	v := c.Cookies(visitorCookie)
	if len(v) != 22 {
		v = id.Token(16)
		s.setCookie(c, visitorCookie, v, false)
		c.Request().Header.SetCookie(visitorCookie, v) // the same within this request
	}
	return v
}
