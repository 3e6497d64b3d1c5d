package photo

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"regulars/app/customer/customer"
	"regulars/app/kit/errs"
	"regulars/app/sys/api"
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

type uploadForm struct {
	Photo huma.FormFile `form:"photo" required:"true" doc:"JPEG, PNG or GIF; kept as a JPEG of at most 400 pixels, without what the camera noted"`
}

type putIn struct {
	api.Path
	RawBody huma.MultipartFormFiles[uploadForm]
}

type picture struct {
	Type string `header:"Content-Type"`
	Body []byte
}

const tagName = "customers"

func (s *Service) api(a *api.API) {
	api.Register(a, api.Op{Method: api.Get, Path: "/customers/{id}/photo", Tag: tagName, Summary: "Read a customer's photo, a JPEG"}, s.apiGet)
	api.Register(a, api.Op{Method: api.Post, Path: "/customers/{id}/photo", Tag: tagName, Summary: "Set a customer's photo", Status: http.StatusNoContent, MaxBody: MaxSize + 1<<20}, s.apiSet)
	api.Remove(a, "/customers/{id}/photo", tagName, "Remove a customer's photo, undoable through history", s.Drop)
}

func (s *Service) apiGet(ctx context.Context, in *api.Path) (*picture, error) {
	_, jpeg, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &picture{Type: "image/jpeg", Body: jpeg}, nil
}

func (s *Service) apiSet(ctx context.Context, in *putIn) (*struct{}, error) {
	form := in.RawBody.Data()
	defer func() { _ = form.Photo.Close() }()
	raw, err := io.ReadAll(io.LimitReader(form.Photo, MaxSize+1))
	if err != nil {
		return nil, errs.New(errs.Malformed, "error.malformed")
	}
	return nil, s.Set(ctx, in.ID, bytes.NewReader(raw))
}
