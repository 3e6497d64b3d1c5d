package savedview

import (
	"github.com/gofiber/fiber/v2"

	"regulars/app/sys/auth"
	"regulars/app/sys/journal"
	"regulars/app/sys/web"
)

// Module offers the slice to the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name: "savedview",
		Routes: func(r *web.Router) {
			r.Post("/saved-views", web.Self, s.create)
			r.Post("/saved-views/:id/delete", web.Self, s.drop)
		},
		API:         s.api,
		Permissions: []auth.Permission{{Name: Share, Roles: auth.Leads}},
		Journal:     []journal.Table{{Name: "saved_view"}},
	}
}

func (s *Service) create(c *fiber.Ctx) error {
	v, err := s.Create(web.Ctx(c), Input{Kind: c.FormValue("kind"), Name: c.FormValue("name"), Query: c.FormValue("query"), Shared: c.FormValue("shared") != ""})
	if err != nil {
		return err
	}
	return web.Done(c, "/"+v.Kind+"?"+v.Query, "view.saved", "name", v.Name)
}

func (s *Service) drop(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	v, err := s.Get(web.Ctx(c), id)
	if err != nil {
		return err
	}
	if err := s.Delete(web.Ctx(c), id); err != nil {
		return err
	}
	return web.Done(c, "/"+v.Kind, "view.deleted", "name", v.Name)
}
