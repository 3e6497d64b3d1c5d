package order

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/web"
)

// together answers the form of an order while its lines are typed: what those who
// bought the same often bought too.
func (s *Service) together(c *fiber.Ctx) error {
	who, err := strconv.ParseInt(c.Query("customer"), 10, 64)
	if err != nil {
		return errs.NotVisible()
	}
	ctx := web.Ctx(c)
	if _, err := s.customers.MustSee(ctx, who); err != nil {
		return err
	}
	order, err := strconv.ParseInt(c.Query("order"), 10, 64)
	if err != nil {
		order = 0 // not written yet
	}
	var names []string
	for _, name := range c.Context().QueryArgs().PeekMulti("name") {
		if len(names) < relatedLines {
			names = append(names, plain(string(name)))
		}
	}
	list, err := relatedTo(ctx, s.db.Reader(ctx), order, who, names)
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "sales/related", Title: "order.related", Body: list, Fragment: "related"})
}
