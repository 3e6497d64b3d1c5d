package deal

import (
	"github.com/gofiber/fiber/v2"

	"regulars/app/sys/web"
)

func (s *Service) postRival(c *fiber.Ctx) error {
	d, err := s.byParam(c)
	if err != nil {
		return err
	}
	if _, err := s.AddRival(web.Ctx(c), d.ID, c.FormValue("rival"), c.FormValue("rival_note")); err != nil {
		return s.showDeal(c, d, linesOf(d), err)
	}
	return web.Done(c, path(d.ID), "common.saved")
}

func (s *Service) dropRival(c *fiber.Ctx) error {
	d, err := s.byParam(c)
	if err != nil {
		return err
	}
	id, err := web.ID(c, "rival")
	if err != nil {
		return err
	}
	if err := s.DropRival(web.Ctx(c), d.ID, id); err != nil {
		return err
	}
	return web.Done(c, path(d.ID), "common.saved")
}
