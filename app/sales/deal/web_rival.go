package deal

import (
	"fmt"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
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

// upload keeps a document with the deal and its customer.
func (s *Service) upload(c *fiber.Ctx) error {
	d, err := s.byParam(c)
	if err == nil {
		_, err = workable(web.Ctx(c), s.db.Reader(web.Ctx(c)), web.Actor(c).Scope(), d.ID)
	}
	if err != nil {
		return err
	}
	if d.CustomerID == 0 {
		return errs.New(errs.Invalid, "deal.error.no_files")
	}
	head, err := c.FormFile("file")
	if err != nil {
		return errs.New(errs.Invalid, "attachment.error.none")
	}
	f, err := head.Open()
	if err != nil {
		return fmt.Errorf("open the upload: %w", err)
	}
	defer f.Close()
	if _, err := s.files.AddTo(web.Ctx(c), int64(d.CustomerID), "deal", d.ID, head.Filename, f); err != nil {
		return err
	}
	return web.Done(c, path(d.ID), "attachment.added")
}
