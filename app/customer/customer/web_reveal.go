package customer

import (
	"github.com/gofiber/fiber/v2"

	"regulars/app/sys/web"
)

// reveal answers with the numbers themselves; nothing keeps the page.
func (p pages) reveal(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	who, err := p.s.Reveal(web.Ctx(c), id)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return web.Render(c, web.Page{Name: "customer/reveal", Heading: who.Name, Body: who})
}
