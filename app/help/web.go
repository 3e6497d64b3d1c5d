package help

import (
	"github.com/gofiber/fiber/v2"

	"regulars/app/sys/web"
)

// Module offers the guides to the house. Everybody may read them.
func (s *Shelf) Module() web.Module {
	return web.Module{Name: "help", Routes: func(r *web.Router) {
		for _, g := range guides {
			r.Get("/help/"+g.Path, web.Visitor, func(c *fiber.Ctx) error { return s.show(c, g) })
		}
	}}
}

func (s *Shelf) show(c *fiber.Ctx, g Guide) error {
	return web.Render(c, web.Page{Name: "help/guide", Layout: "plain", Title: g.Title, Body: s.texts[g.Path+web.Locale(c).Tag()]})
}
