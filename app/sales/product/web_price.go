package product

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/sys/web"
)

func (s *Service) priceRoutes(r *web.Router) {
	r.Get("/price-lists", Read, s.priceIndex)
	r.Get("/price-lists/new", Write, s.priceBlank)
	r.Post("/price-lists", Write, s.priceCreate)
	r.Get("/price-lists/:id", Read, s.priceShow)
	r.Post("/price-lists/:id", Write, s.priceChange)
	r.Post("/price-lists/:id/delete", Write, s.priceDrop)
}

// PriceListsPage feeds the list of price lists.
type PriceListsPage struct {
	Lists    []PriceList
	Today    cal.Date
	MayWrite bool
}

// State is the i18n key of whether a list counts today.
func (p PriceListsPage) State(l PriceList) string {
	switch {
	case !l.Active:
		return "price_list.off"
	case l.StartsOn != "" && l.StartsOn > p.Today:
		return "price_list.soon"
	case l.EndsOn != "" && l.EndsOn < p.Today:
		return "price_list.over"
	}
	return "price_list.on"
}

// Tone is the pill of that.
func (p PriceListsPage) Tone(l PriceList) string {
	return map[string]string{"price_list.on": "good", "price_list.soon": "info"}[p.State(l)]
}

// PriceListForm is a price list as it was typed.
type PriceListForm struct {
	Version                        int64
	Name, Levels, StartsOn, EndsOn string
	Active                         bool
	Rows                           []PriceRow
}

// Has tells whether a level is ticked.
func (f PriceListForm) Has(level string) bool { return strings.Contains(f.Levels, level) }

// PriceRow is one price as it was typed.
type PriceRow struct {
	I                     int
	Product, Least, Price string
}

// N is the number shown.
func (r PriceRow) N() int { return r.I + 1 }

// Key is the name that a mistake in this row is noted under.
func (r PriceRow) Key(field string) string { return fmt.Sprintf("items[%d].%s", r.I, field) }

// Blank is the rows with room for more.
func (f PriceListForm) Blank() []PriceRow {
	rows := append([]PriceRow{}, f.Rows...)
	for range 8 {
		rows = append(rows, PriceRow{I: len(rows)})
	}
	return rows
}

// PriceListPage feeds the form.
type PriceListPage struct {
	ID       int64
	Name     string
	Currency string
	Levels   []string
	Products []Product
	MayWrite bool
}

func (s *Service) priceIndex(c *fiber.Ctx) error {
	lists, err := s.PriceLists(web.Ctx(c))
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "sales/price-lists", Title: "price_list.title", Body: PriceListsPage{Lists: lists,
		Today: cal.Today(s.db.Now(), web.Business(c).Zone()), MayWrite: web.Actor(c).Can(Write)}})
}

func (s *Service) priceBlank(c *fiber.Ctx) error {
	return s.priceEdit(c, PriceList{}, PriceListForm{Active: true}, nil)
}

func (s *Service) priceShow(c *fiber.Ctx) error {
	l, err := s.priceByParam(c)
	if err != nil {
		return err
	}
	return s.priceEdit(c, l, priceForm(l, web.Business(c).Currency), nil)
}

func (s *Service) priceCreate(c *fiber.Ctx) error {
	f := priceFormOf(c)
	in, err := s.priceInput(c, f)
	if err == nil {
		_, err = s.CreatePriceList(web.Ctx(c), in)
	}
	if err != nil {
		return s.priceEdit(c, PriceList{}, f, err)
	}
	return web.Done(c, "/price-lists", "common.saved")
}

func (s *Service) priceChange(c *fiber.Ctx) error {
	l, err := s.priceByParam(c)
	if err != nil {
		return err
	}
	f := priceFormOf(c)
	in, err := s.priceInput(c, f)
	if err == nil {
		_, err = s.UpdatePriceList(web.Ctx(c), l.ID, f.Version, in)
	}
	if errs.Is(err, errs.Conflict) { // saving again takes what was typed
		f.Version = l.Version
	}
	if err != nil {
		return s.priceEdit(c, l, f, err)
	}
	return web.Done(c, "/price-lists", "common.saved")
}

func (s *Service) priceDrop(c *fiber.Ctx) error {
	l, err := s.priceByParam(c)
	if err != nil {
		return err
	}
	if err := s.DeletePriceList(web.Ctx(c), l.ID); err != nil {
		return err
	}
	return web.Done(c, "/price-lists", "price_list.deleted", "name", l.Name)
}

func (s *Service) priceByParam(c *fiber.Ctx) (PriceList, error) {
	id, err := web.ID(c, "id")
	if err != nil {
		return PriceList{}, err
	}
	return s.PriceList(web.Ctx(c), id)
}

func (s *Service) priceEdit(c *fiber.Ctx, l PriceList, f PriceListForm, problem error) error {
	const most = 1000
	products, err := s.Offered(web.Ctx(c), most)
	if err != nil {
		return err
	}
	pg := web.Page{Name: "sales/price-list", Heading: l.Name, Form: f, Err: problem, Body: PriceListPage{ID: l.ID, Name: l.Name,
		Currency: web.Business(c).Currency, Levels: []string{"A", "B", "C", "D"}, Products: products, MayWrite: web.Actor(c).Can(Write)}}
	if l.ID == 0 {
		pg.Title = "price_list.new"
	}
	return web.Render(c, pg)
}

func priceForm(l PriceList, currency string) PriceListForm {
	f := PriceListForm{Version: l.Version, Name: l.Name, Levels: l.Levels, StartsOn: string(l.StartsOn), EndsOn: string(l.EndsOn), Active: l.Active}
	for i, item := range l.Items {
		row := PriceRow{I: i, Product: item.Name, Price: money.Decimal(item.Price, currency)}
		if item.Least > 0 {
			row.Least = item.Least.String()
		}
		f.Rows = append(f.Rows, row)
	}
	return f
}

func priceFormOf(c *fiber.Ctx) PriceListForm {
	f := PriceListForm{Name: c.FormValue("name"), Levels: strings.Join(typedRow(c, "level"), ""), StartsOn: strings.TrimSpace(c.FormValue("starts_on")),
		EndsOn: strings.TrimSpace(c.FormValue("ends_on")), Active: c.FormValue("active") != ""}
	f.Version, _ = strconv.ParseInt(c.FormValue("version"), 10, 64)
	least, prices := typedRow(c, "item_least"), typedRow(c, "item_price")
	for i, product := range typedRow(c, "item_product") {
		r := PriceRow{I: len(f.Rows), Product: product, Least: nth(least, i), Price: nth(prices, i)}
		if r.Product != "" || r.Least != "" || r.Price != "" {
			f.Rows = append(f.Rows, r)
		}
	}
	return f
}

// priceInput reads the form; products are named by code or name.
func (s *Service) priceInput(c *fiber.Ctx, f PriceListForm) (PriceListInput, error) {
	in := PriceListInput{Name: f.Name, Levels: f.Levels, Active: f.Active}
	check := &errs.Check{}
	var first, last error
	in.StartsOn, first = cal.ParseDate(f.StartsOn)
	check.That(first == nil, "starts_on", "error.date")
	in.EndsOn, last = cal.ParseDate(f.EndsOn)
	check.That(last == nil, "ends_on", "error.date")
	for _, row := range f.Rows {
		p, found, err := s.Named(web.Ctx(c), oneLine(row.Product))
		if err != nil {
			return in, err
		}
		check.That(found, row.Key("product"), "order.error.no_product")
		item := PriceItem{ProductID: p.ID}
		if row.Least != "" {
			var bad error
			item.Least, bad = ParseQuantity(row.Least)
			check.That(bad == nil, row.Key("least"), "error.number")
		}
		var bad error
		if row.Price == "" {
			bad = errors.New("nothing typed")
		} else {
			item.Price, bad = ParsePrice(row.Price, web.Business(c).Currency)
		}
		check.That(bad == nil, row.Key("price"), "error.money")
		in.Items = append(in.Items, item)
	}
	return in, check.Err()
}
