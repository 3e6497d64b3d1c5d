package attachment

import (
	"context"
	"fmt"
	"mime"

	"github.com/gofiber/fiber/v2"

	"regulars/app/customer/customer"
	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/journal"
	"regulars/app/sys/timeline"
	"regulars/app/sys/web"
)

// PanelBody feeds the list of files on the record page.
type PanelBody struct {
	CustomerID int64
	Files      []Attachment
	MayWrite   bool
}

// Module offers the slice to the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name: "attachment",
		Routes: func(r *web.Router) {
			r.Upload("/customers/:customer/attachments", customer.Write, MaxSize+1<<20, s.upload)
			r.Get("/attachments/:id", customer.Read, s.download)
			r.Post("/attachments/:id/delete", customer.Write, s.drop)
		},
		API:      s.api,
		Journal:  []journal.Table{{Name: "attachment", Customer: "SELECT customer_id FROM attachment WHERE id = ?"}},
		Timeline: []timeline.Kind{{Event: "attachment.added", Icon: "clip"}},
		Subjects: []web.Subject{{Kind: "attachment", Path: func(id int64) string { return fmt.Sprintf("/attachments/%d", id) }}},
		Panels:   []web.Panel{{Zone: web.ZoneRight, Order: 90, Permission: customer.Read, Page: "customer/files", Load: s.panel}},
	}
}

func (s *Service) panel(ctx context.Context, id int64) (any, error) {
	files, err := s.Of(ctx, id)
	if err != nil {
		return nil, err
	}
	return PanelBody{CustomerID: id, Files: files, MayWrite: auth.From(ctx).Can(customer.Write)}, nil
}

func (s *Service) upload(c *fiber.Ctx) error {
	id, err := web.ID(c, "customer")
	if err != nil {
		return err
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
	if _, err := s.Add(web.Ctx(c), id, head.Filename, f); err != nil {
		return err
	}
	return web.Done(c, fmt.Sprintf("/customers/%d", id), "attachment.added")
}

// download sends the bytes as a file, never shown by the browser inside our
// own origin.
func (s *Service) download(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	a, f, err := s.Open(web.Ctx(c), id)
	if err != nil {
		return err
	}
	c.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	c.Set(fiber.HeaderContentType, a.Mime)
	c.Set(fiber.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": a.Name}))
	return c.SendStream(f, int(a.Size))
}

func (s *Service) drop(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	a, err := s.Get(web.Ctx(c), id)
	if err != nil {
		return err
	}
	if err := s.Remove(web.Ctx(c), id); err != nil {
		return err
	}
	return web.Done(c, fmt.Sprintf("/customers/%d", a.CustomerID), "attachment.removed")
}
