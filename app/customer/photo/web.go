package photo

import (
	"context"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"regulars/app/customer/customer"
	"regulars/app/sys/auth"
	"regulars/app/sys/journal"
	"regulars/app/sys/web"
)

// Module offers the slice to the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name: "photo",
		Routes: func(r *web.Router) {
			r.Get("/customers/:customer/photo", customer.Read, s.show)
			r.Upload("/customers/:customer/photo", customer.Write, MaxSize+1<<20, s.upload)
			r.Post("/customers/:customer/photo/delete", customer.Write, s.remove)
		},
		API:     s.api,
		Journal: []journal.Table{{Name: "customer_photo", Customer: "SELECT customer_id FROM customer_photo WHERE id = ?"}},
		Panels:  []web.Panel{{Zone: web.ZoneLeft, Order: 95, Permission: customer.Read, Page: "customer/photo", Load: s.panel}},
	}
}

// PanelBody feeds the photo on the record page.
type PanelBody struct {
	CustomerID int64
	Photo      string // its hash, "" when there is none
	MayWrite   bool
}

func (s *Service) panel(ctx context.Context, id int64) (any, error) {
	sha, err := s.Of(ctx, id)
	return PanelBody{CustomerID: id, Photo: sha, MayWrite: auth.From(ctx).Can(customer.Write)}, err
}

func (s *Service) show(c *fiber.Ctx) error {
	id, err := web.ID(c, "customer")
	if err != nil {
		return err
	}
	_, jpeg, err := s.Get(web.Ctx(c), id)
	if err != nil {
		return err
	}
	c.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	c.Set(fiber.HeaderContentType, "image/jpeg")
	c.Set(fiber.HeaderCacheControl, "private, max-age=3600") // its address changes with it
	return c.Send(jpeg)
}

func (s *Service) upload(c *fiber.Ctx) error {
	id, err := web.ID(c, "customer")
	if err != nil {
		return err
	}
	head, err := c.FormFile("photo")
	if err != nil || head.Size == 0 {
		return refused("photo.error.none")
	}
	f, err := head.Open()
	if err != nil {
		return fmt.Errorf("open the upload: %w", err)
	}
	defer func() { _ = f.Close() }()
	if err := s.Set(web.Ctx(c), id, f); err != nil {
		return err
	}
	return web.Done(c, fmt.Sprintf("/customers/%d", id), "photo.saved")
}

func (s *Service) remove(c *fiber.Ctx) error {
	id, err := web.ID(c, "customer")
	if err != nil {
		return err
	}
	if err := s.Drop(web.Ctx(c), id); err != nil {
		return err
	}
	return web.Done(c, fmt.Sprintf("/customers/%d", id), "photo.removed")
}
