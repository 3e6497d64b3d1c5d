package recommend

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"regulars/app/insight/prediction"
	"regulars/app/sys/i18n"
	"regulars/app/sys/view"
	"regulars/app/sys/view/chart"
	"regulars/app/sys/web"
)

const home = "/insight/recommendations"

// Module is what the slice offers the house. Its table is derived.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:   "recommend",
		Routes: func(r *web.Router) { r.Get(home, prediction.Read, s.show) },
		API:    s.api,
		Nav:    []web.Nav{{Group: "nav.group.back", Order: 121, Key: "nav.recommend", Icon: "tag", Href: home, Permission: prediction.Read}},
		Panels: []web.Panel{{Zone: web.ZoneRight, Order: 14, Permission: "order.read", Page: "insight/recommend-panel", Load: s.panel}},
	}
}

// body is the page.
type body struct {
	Model
	Made bool
	Rows []Pair
}

func (s *Service) show(c *fiber.Ctx) error {
	var b body
	var err error
	if b.Model, b.Made, err = s.Read(web.Ctx(c)); err != nil {
		return err
	}
	if b.Rows, err = s.Best(web.Ctx(c)); err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "insight/recommend", Title: "recommend.title", Body: b})
}

// Why says in words why nothing is shown.
func (m Model) Why(d view.Data) string {
	return d.Locale.T("recommend.reason."+m.Reason(), "n", m.Customers, "min", minimum, "hits", m.Hits, "popular", m.Popular)
}

// Told is what the trial came to.
func (m Model) Told(d view.Data) string {
	return d.Locale.T("recommend.trial", "n", m.Customers, "hits", m.Hits, "popular", m.Popular)
}

// Bar is how often one way of offering would have hit.
type Bar struct {
	Key   string
	Share float64
	Meter chart.Meter
}

// Bars are the two of them.
func (m Model) Bars() []Bar {
	share := func(n int) float64 { return float64(n) / float64(max(1, m.Customers)) }
	return []Bar{{"ours", share(m.Hits), chart.Meter{Parts: []chart.Segment{{Class: "fg", Share: share(m.Hits)}}}},
		{"popular", share(m.Popular), chart.Meter{Parts: []chart.Segment{{Class: "mid", Share: share(m.Popular)}}}}}
}

// Because is what an offer rests on.
func (p Pair) Because(d view.Data) string { return because(d.Locale, p) }

func because(l *i18n.Locale, p Pair) string {
	return l.T("recommend.because", "both", p.Together, "n", p.Ours, "with", p.WithName, "lift", l.Decimal(p.Lift, 1), "low", l.Decimal(p.Low, 1), "high", l.Decimal(p.High, 1))
}

// Panel is what to offer a customer next, on their record.
type Panel struct{ Rows []Pair }

func (s *Service) panel(ctx context.Context, customer int64) (any, error) {
	list, err := s.For(ctx, customer)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return Panel{list}, nil
}

// Together is what goes with a product, for its page.
func (s *Service) Together(ctx context.Context, product int64) (any, error) {
	list, err := s.Beside(ctx, product)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return Panel{list}, nil
}
