package customer

import (
	"github.com/gofiber/fiber/v2"

	"regulars/app/sys/web"
)

// instead leads an old address to the customer that lives on.
func (p pages) instead(c *fiber.Ctx, id int64, missing error) error {
	to, err := p.s.mergedInto(web.Ctx(c), id, missing)
	if err != nil {
		return err
	}
	return web.Redirect(c, path(to))
}
