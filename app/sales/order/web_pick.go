package order

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/customer/customer"
	"regulars/app/kit/page"
	"regulars/app/sys/web"
)

// PickPage asks whose order it is: the first step of a new one, or of moving
// one that exists.
type PickPage struct {
	ID     int64 // 0 is a new one
	Number string
	Q      string
	Rows   []PickRow
}

// PickRow is a customer to choose, and where choosing them leads.
type PickRow struct {
	customer.Row
	Href string
}

// pickOther asks who an order that exists should belong to.
func (s *Service) pickOther(c *fiber.Ctx) error {
	o, err := s.byParam(c)
	if err != nil {
		return err
	}
	return s.pick(c, o, path(o.ID)+"/edit")
}

func (s *Service) pick(c *fiber.Ctx, o Order, next string) error {
	b := PickPage{ID: o.ID, Number: o.Number, Q: strings.TrimSpace(c.Query("q"))}
	found, err := s.customers.List(web.Ctx(c), page.Request{Q: b.Q, Limit: candidates}, nil)
	if err != nil {
		return err
	}
	for _, r := range found.Items {
		if r.ID != o.CustomerID {
			b.Rows = append(b.Rows, PickRow{r, next + "?customer=" + strconv.FormatInt(r.ID, 10)})
		}
	}
	return web.Render(c, web.Page{Name: "sales/pick", Title: "order.new", Heading: o.Number, Body: b, Fragment: "result"})
}
