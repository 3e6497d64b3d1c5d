package web

import (
	"fmt"

	"github.com/gofiber/fiber/v2"
)

// Part tells that htmx asks for a part of a page; without script the browser
// asks for the whole.
func Part(c *fiber.Ctx) bool {
	return c.Get("HX-Request") == "true" && c.Get("HX-Boosted") != "true"
}

// Swap is Done for a form that htmx sent: it answers with the page's fragment,
// whose toast says at once what was done and how to take it back. The fragment
// shows the toasts of its page (partials/swapped-toasts).
func Swap(c *fiber.Ctx, p Page, key string, args ...any) error {
	s := From(c)
	d := s.data(c)
	d.Body, d.Toasts = p.Body, append(d.Toasts, noteOf(c, key, args...).toast(d.Locale))
	return s.send(c, fiber.StatusOK, p, d)
}

// Peek registers a page that an open page asks for by itself. It is no use of
// the session: who went away is signed out as if nothing had asked.
func (r *Router) Peek(path, access string, h fiber.Handler) {
	mark := func(c *fiber.Ctx) error {
		c.Locals(peekLocal, true)
		return c.Next()
	}
	r.server.App.Get(path, mark)
	r.Get(path, access, func(c *fiber.Ctx) error {
		NoSession(c) // nor does it take a toast away that waits for the next page
		if err := h(c); err != nil {
			return fmt.Errorf("look at %s: %w", path, err)
		}
		c.Set(fiber.HeaderCacheControl, "no-store")
		return nil
	})
}

const peekLocal = "web.peek"
