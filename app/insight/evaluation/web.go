package evaluation

import (
	"context"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/setting"
	"regulars/app/sys/web"
)

func (s *Service) routes(r *web.Router) {
	r.Get("/insight/evaluation", Read, s.showOverview)
	r.Get("/customers/:id/evaluation", Read, s.showOne)
	r.Get("/customers/:id/grade", Override, s.showHeld)
	r.Post("/customers/:id/grade", Override, s.setHeld)
	r.Post("/customers/:id/grade/release", Override, s.release)
	s.modelRoutes(r)
	s.wholeRoutes(r)
	s.ownRoutes(r)
}

// overviewBody is the page that says how scoring works and who is where.
type overviewBody struct {
	tabs
	Overview
	Rows  []Row
	Next  string
	Grade string
	Quad  string
	Q     string
	Wide  bool // the search looks only among some of those who match
}

// Narrow tells whether only some of all are asked for.
func (b overviewBody) Narrow() bool { return b.Q != "" || b.Grade != "" || b.Quad != "" }

// Among is how many customers a search looks among.
func (overviewBody) Among() int { return maxNamed }

func (s *Service) showOverview(c *fiber.Ctx) error {
	ctx := web.Ctx(c)
	o, err := s.Overview(ctx)
	if err != nil {
		return err
	}
	query, err := url.ParseQuery(string(c.Request().URI().QueryString()))
	if err != nil {
		return errs.New(errs.Malformed, "error.malformed")
	}
	conds, err := filter.Parse(query)
	if err != nil {
		return err
	}
	p, err := s.List(ctx, page.Request{Limit: 50, Cursor: c.Query("cursor"), Sort: c.Query("sort"), Q: c.Query("q")}, conds)
	if err != nil {
		return err
	}
	b := overviewBody{tabs: s.tabsAt(c, "scores"), Overview: o, Rows: p.Items, Next: p.Next, Grade: query.Get("filter[grade][eq]"), Quad: query.Get("filter[quadrant][eq]"), Q: query.Get("q")}
	if b.Wide, err = s.Wide(ctx, b.Q); err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "insight/overview", Title: "evaluation.title", Body: b, Fragment: "results"})
}

func (s *Service) showOne(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	b, err := s.body(web.Ctx(c), id)
	if err != nil {
		return err
	}
	b.path = func(kind string, id int64) string { return web.PathOf(c, kind, id) }
	if b.Peers, err = s.Peers(web.Ctx(c), b.Evaluation); err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "insight/customer", Heading: b.Name, Body: b})
}

func (s *Service) body(ctx context.Context, customer int64) (body, error) {
	var b body
	var err error
	if b.Evaluation, b.Name, err = s.judged(ctx, customer); err != nil {
		return b, err
	}
	if b.NoProfiling {
		return b, nil
	}
	if b.ByHand() {
		if b.Held, err = s.Held(ctx, customer); err != nil {
			return b, err
		}
	}
	b.MayHold = auth.From(ctx).Can(Override)
	if b.Shop, err = s.knownShop(ctx, s.db.Reader(ctx)); err != nil {
		return b, err
	}
	if b.Model, err = modelOf(ctx, s.db.Reader(ctx), b.Shop); err != nil {
		return b, err
	}
	if b.History, err = s.History(ctx, customer); err != nil {
		return b, err
	}
	if b.Listed, err = s.listed(ctx); err != nil {
		return b, err
	}
	if b.Numbers, err = numbersOf(ctx, s.db.Reader(ctx), b.orders()); err != nil {
		return b, err
	}
	business, err := setting.ReadBusiness(ctx, s.db.Reader(ctx))
	b.Currency = business.Currency
	return b, err
}

// panel is the judgement on a customer's record.
func (s *Service) panel(ctx context.Context, customer int64) (any, error) {
	b, err := s.body(ctx, customer)
	if err != nil {
		return nil, err
	}
	return b, nil
}
