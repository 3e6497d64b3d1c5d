package customer

import (
	"github.com/gofiber/fiber/v2"

	"regulars/app/sys/web"
)

// profiling switches scores and grades of a customer off or on again.
func (p pages) profiling(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := p.s.SetProfiling(web.Ctx(c), id, c.FormValue("off") == "1"); err != nil {
		return err
	}
	return web.Done(c, path(id), "common.saved")
}
