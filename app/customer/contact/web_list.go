package contact

import (
	"github.com/gofiber/fiber/v2"

	"regulars/app/customer/customer"
	"regulars/app/sys/listing"
	"regulars/app/sys/web"
)

// ListPage feeds the list of all contacts.
type ListPage struct {
	listing.Page
	Q         string
	Any       bool // some filter or search is on
	MayImport bool
}

func (s *Service) index(c *fiber.Ctx) error {
	req, conds, err := listing.Request(c)
	if err != nil {
		return err
	}
	found, err := listOf(s).Page(c, req, conds)
	if err != nil {
		return err
	}
	if found.Opens != "" {
		return web.Redirect(c, found.Opens)
	}
	return web.Render(c, web.Page{Name: "customer/contacts", Title: "contact.all", Fragment: "result", Body: ListPage{Page: found, Q: req.Q,
		Any: req.Q != "" || len(conds) > 0, MayImport: web.Actor(c).Can(customer.Write)}})
}
