package product

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/kit/tabular"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/listing"
	"regulars/app/sys/web"
)

func (s *Service) routes(r *web.Router) {
	r.Get("/products", Read, s.index)
	r.Get("/products/columns", Read, listOf(s).Panel)
	r.Get("/products/filter", Read, listOf(s).Filter)
	r.Get("/products/new", Write, s.blank)
	r.Post("/products", Write, s.create)
	r.Get("/products/:id", Read, s.show)
	r.Post("/products/:id", Write, s.change)
	r.Post("/products/:id/delete", Delete, s.drop)
	s.besideRoutes(r)
	s.priceRoutes(r)
}

// ListPage feeds the list.
type ListPage struct {
	listing.Page
	Q          string
	Category   string
	Active     string
	Any        bool // some filter or search is on
	Categories []string
	MayWrite   bool
}

func (s *Service) index(c *fiber.Ctx) error {
	req, conds, err := listing.Request(c)
	if err != nil {
		return err
	}
	ctx := web.Ctx(c)
	found, err := listOf(s).Page(c, req, conds)
	if err != nil {
		return err
	}
	if found.Opens != "" {
		return web.Redirect(c, found.Opens)
	}
	groups, err := s.Categories(ctx)
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "sales/products", Title: "nav.products", Fragment: "result", Body: ListPage{
		Page: found, Q: req.Q, Category: c.Query("filter[category][eq]"), Active: c.Query("filter[active][eq]"),
		Any: req.Q != "" || len(conds) > 0, Categories: groups, MayWrite: web.Actor(c).Can(Write)}})
}

// Form is the product as it was typed.
type Form struct {
	Version                                           int64
	Code, Name, Unit, Price, Category, UseUp, Foreign string
	Tax, Cost, Stock, Warranty                        string
	Parent                                            int64
	Active, Once                                      bool
	Units                                             []UnitForm

	Fields custom.Typed // of the added fields
}

// EditPage feeds the form, for a new product and for one that exists.
type EditPage struct {
	ID                  int64 // 0 is a new one
	Name                string
	Theirs              []web.Clash // what somebody else saved meanwhile
	Units, Categories   []string
	Currency            string
	MayWrite, MayDelete bool
	MayCost             bool
	Picture             string // its hash
	Beside              Beside
	Together            any            // what is bought with it, see OnTogether
	Asked               []custom.Asked // the added fields
	Told                []custom.Told  // those that the form cannot show in an input
}

func (s *Service) blank(c *fiber.Ctx) error {
	f := Form{Name: c.Query("name"), Active: true}
	if id, err := strconv.ParseInt(c.Query("parent"), 10, 64); err == nil && id > 0 { // a variant starts as its parent
		p, err := s.Get(web.Ctx(c), id)
		if err != nil {
			return err
		}
		f = formFrom(p, web.Business(c).Currency)
		f.Version, f.Code, f.Foreign, f.Parent = 0, "", "", id
	}
	return s.edit(c, Product{ParentID: db.ID(f.Parent)}, f, nil)
}

func (s *Service) create(c *fiber.Ctx) error {
	f := formOf(c)
	in, err := f.input(web.Business(c).Currency, web.Actor(c).Can(Cost))
	if err == nil {
		_, err = s.Create(web.Ctx(c), in)
	}
	if err != nil {
		return s.edit(c, Product{ParentID: db.ID(f.Parent)}, f, err)
	}
	return web.Done(c, "/products", "product.created", "name", in.Name)
}

func (s *Service) show(c *fiber.Ctx) error {
	p, err := s.byParam(c)
	if err != nil {
		return err
	}
	return s.edit(c, p, formFrom(p, web.Business(c).Currency), nil)
}

func (s *Service) change(c *fiber.Ctx) error {
	p, err := s.byParam(c)
	if err != nil {
		return err
	}
	f := formOf(c)
	in, err := f.input(web.Business(c).Currency, web.Actor(c).Can(Cost))
	if err == nil {
		in.ExternalSource, in.ParentID = p.ExternalSource, int64(p.ParentID)
		_, err = s.Update(web.Ctx(c), p.ID, f.Version, in)
	}
	if err != nil {
		return s.edit(c, p, f, err)
	}
	return web.Done(c, "/products", "common.saved")
}

func (s *Service) drop(c *fiber.Ctx) error {
	p, err := s.byParam(c)
	if err != nil {
		return err
	}
	if err := s.Delete(web.Ctx(c), p.ID); err != nil {
		return err
	}
	return web.Done(c, "/products", "product.deleted", "name", p.Name)
}

func (s *Service) byParam(c *fiber.Ctx) (Product, error) {
	id, err := web.ID(c, "id")
	if err != nil {
		return Product{}, err
	}
	return s.Get(web.Ctx(c), id)
}

func (s *Service) edit(c *fiber.Ctx, p Product, f Form, problem error) error {
	ctx := web.Ctx(c)
	b := EditPage{ID: p.ID, Name: p.Name, Currency: web.Business(c).Currency, MayWrite: web.Actor(c).Can(Write), MayDelete: web.Actor(c).Can(Delete)}
	var err error
	if b.Categories, err = s.Categories(ctx); err != nil {
		return err
	}
	if b.Units, err = s.suggestUnits(c); err != nil {
		return err
	}
	record, err := s.fields.Record(ctx, s.db.Reader(ctx), "product")
	if err != nil {
		return err
	}
	if b.Asked, err = record.Asked(ctx, s.db.Reader(ctx), f.Fields, Input{Category: f.Category}.facts(), web.Locale(c)); err != nil {
		return err
	}
	b.Told = custom.Aside(web.Told(c, p.Added))
	b.MayCost = web.Actor(c).Can(Cost)
	if b.Beside, err = s.Beside(ctx, p); err != nil {
		return err
	}
	if s.together != nil {
		if b.Together, err = s.together(ctx, p.ID); err != nil {
			return err
		}
	}
	if b.Picture, err = picture(ctx, s.db.Reader(ctx), p.ID); err != nil {
		return err
	}
	if e, ok := errs.As(problem); ok && e.Kind == errs.Conflict {
		if now, ok := e.Current.(Product); ok { // saving again takes what was typed
			b.Theirs, f.Version = clashes(c, f, formFrom(now, b.Currency)), now.Version
		}
	}
	pg := web.Page{Name: "sales/product", Heading: p.Name, Body: b, Form: f, Err: problem}
	if p.ID == 0 {
		pg.Title = "product.new"
	}
	return web.Render(c, pg)
}

// clashes shows what two editors want of one product.
func clashes(c *fiber.Ctx, ours, theirs Form) []web.Clash {
	return web.Clashes(web.Locale(c),
		web.Clash{Name: "name", Label: "common.name", Ours: ours.Name, Theirs: theirs.Name},
		web.Clash{Name: "code", Label: "product.code", Ours: ours.Code, Theirs: theirs.Code},
		web.Clash{Name: "price", Label: "product.price", Ours: ours.Price, Theirs: theirs.Price},
		web.Clash{Name: "unit", Label: "product.unit", Ours: ours.Unit, Theirs: theirs.Unit},
		web.Clash{Name: "category", Label: "product.category", Ours: ours.Category, Theirs: theirs.Category},
		web.Clash{Name: "use_up_days", Label: "product.use_up", Ours: ours.UseUp, Theirs: theirs.UseUp},
		web.Clash{Name: "tax_rate", Label: "product.tax", Ours: ours.Tax, Theirs: theirs.Tax},
		web.Clash{Name: "cost", Label: "product.cost", Ours: ours.Cost, Theirs: theirs.Cost},
		web.Clash{Name: "stock_note", Label: "product.stock", Ours: ours.Stock, Theirs: theirs.Stock},
		web.Clash{Name: "warranty_months", Label: "product.warranty", Ours: ours.Warranty, Theirs: theirs.Warranty},
		web.Clash{Name: "once", Label: "product.once", Ours: web.Ticked(ours.Once), Theirs: web.Ticked(theirs.Once), Show: web.Answered(web.Locale(c))},
		web.Clash{Name: "active", Label: "product.active", Ours: web.Ticked(ours.Active), Theirs: web.Ticked(theirs.Active), Show: web.Answered(web.Locale(c))})
}

// suggestUnits offers the units in use and those that suit the shop's trade.
func (s *Service) suggestUnits(c *fiber.Ctx) ([]string, error) {
	units, err := s.Units(web.Ctx(c))
	if err != nil {
		return nil, err
	}
	l := web.Locale(c)
	key := "product.units." + web.Business(c).Pack
	if !l.Has(key) {
		key = "product.units.other"
	}
	seen := map[string]bool{}
	for _, u := range units {
		seen[u] = true
	}
	for _, u := range strings.Fields(l.T(key)) {
		if !seen[u] {
			units = append(units, u)
		}
	}
	return units, nil
}

// ParsePrice reads money as people type it: 12.30, 12,30, ¥1,234.50, １２.
func ParsePrice(typed, currency string) (int64, error) {
	n, err := money.Parse(typed, currency)
	if err == nil {
		return n, nil
	}
	plain, ok := tabular.ParseDecimal(typed)
	if !ok {
		return 0, err
	}
	return money.Parse(plain, currency)
}
