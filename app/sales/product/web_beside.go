package product

import (
	"fmt"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/web"
)

// What stands beside the form of a product: its picture and what goes well with it.
func (s *Service) besideRoutes(r *web.Router) {
	r.Get("/products/:id/picture", Read, s.showPicture)
	r.Upload("/products/:id/picture", Write, maxPicture+1<<20, s.takePicture)
	r.Post("/products/:id/picture/delete", Write, s.removePicture)
	r.Post("/products/:id/related", Write, s.addRelated)
	r.Post("/products/:id/related/:other/delete", Write, s.dropRelated)
}

func (s *Service) showPicture(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	jpeg, err := s.Picture(web.Ctx(c), id)
	if err != nil {
		return err
	}
	c.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	c.Set(fiber.HeaderContentType, "image/jpeg")
	c.Set(fiber.HeaderCacheControl, "private, max-age=3600") // its address changes with it
	return c.Send(jpeg)
}

func (s *Service) takePicture(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	head, err := c.FormFile("picture")
	if err != nil || head.Size == 0 {
		check := &errs.Check{}
		check.Add("picture", "photo.error.none")
		return check.Err()
	}
	f, err := head.Open()
	if err != nil {
		return fmt.Errorf("open the upload: %w", err)
	}
	defer func() { _ = f.Close() }()
	if err := s.SetPicture(web.Ctx(c), id, f); err != nil {
		return err
	}
	return web.Done(c, path(id), "common.saved")
}

func (s *Service) removePicture(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := s.DropPicture(web.Ctx(c), id); err != nil {
		return err
	}
	return web.Done(c, path(id), "common.saved")
}

func (s *Service) addRelated(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := s.Relate(web.Ctx(c), id, c.FormValue("related")); err != nil {
		if !errs.Is(err, errs.Invalid) {
			return err
		}
		p, read := s.Get(web.Ctx(c), id)
		if read != nil {
			return read
		}
		return s.edit(c, p, formFrom(p, web.Business(c).Currency), err)
	}
	return web.Done(c, path(id), "common.saved")
}

func (s *Service) dropRelated(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	other, err := web.ID(c, "other")
	if err != nil {
		return err
	}
	if err := s.Unrelate(web.Ctx(c), id, other); err != nil {
		return err
	}
	return web.Done(c, path(id), "common.saved")
}
