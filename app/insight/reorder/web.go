package reorder

import (
	"context"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/cal"
	"regulars/app/sys/api"
	"regulars/app/sys/setting"
	"regulars/app/sys/view"
	"regulars/app/sys/view/chart"
	"regulars/app/sys/web"
)

const home = "/insight/reorder"

// Module is what the slice offers the house. Its table is derived.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:   "reorder",
		Routes: func(r *web.Router) { r.Get(home, "order.read", s.show) },
		API:    s.api,
		Panels: []web.Panel{{Zone: web.ZoneRight, Order: 15, Permission: "order.read", Page: "insight/reorder-panel", Load: s.panel}},
	}
}

// body is the page.
type body struct {
	Model
	Made     bool
	Now      []Row // due today or before, the newest first
	Ahead    []Row // of the coming week, the nearest first
	Next     string
	Newest   bool // this is the first page
	Today    cal.Date
	MayOrder bool
}

func (s *Service) show(c *fiber.Ctx) error {
	ctx := web.Ctx(c)
	b := body{Today: cal.DateOf(web.Locale(c).Now(), web.Locale(c).Zone()), MayOrder: web.Actor(c).Can("order.write")}
	var err error
	if b.Model, b.Made, err = s.Read(ctx); err != nil {
		return err
	}
	b.Newest = c.Query("after") == ""
	if b.Now, b.Next, err = due(ctx, s.db.Reader(ctx), web.Actor(c).Scope(), b.Today, c.Query("after")); err != nil {
		return err
	}
	if b.Newest {
		if b.Ahead, err = coming(ctx, s.db.Reader(ctx), web.Actor(c).Scope(), b.Today); err != nil {
			return err
		}
	}
	return web.Render(c, web.Page{Name: "insight/reorder", Title: "reorder.title", Body: b})
}

// Why says in words why nothing is shown.
func (m Model) Why(d view.Data) string {
	return d.Locale.T("reorder.reason."+m.Reason(), "n", m.N, "min", minimum, "own", d.Locale.Decimal(m.Own, 1), "base", d.Locale.Decimal(m.Base, 1))
}

// Told is what the trial came to.
func (m Model) Told(d view.Data) string {
	return d.Locale.T("reorder.trial", "n", m.N, "own", d.Locale.Decimal(m.Own, 1), "base", d.Locale.Decimal(m.Base, 1))
}

// Bar is the error of one way to foretell.
type Bar struct {
	Key   string
	Days  float64
	Meter chart.Meter
}

// Bars are both.
func (m Model) Bars() []Bar {
	top := max(m.Own, m.Base, 1e-9)
	return []Bar{{"own", m.Own, chart.Meter{Parts: []chart.Segment{{Class: "fg", Share: m.Own / top}}}},
		{"base", m.Base, chart.Meter{Parts: []chart.Segment{{Class: "mid", Share: m.Base / top}}}}}
}

// When says how a due day lies to today, no finer than the trial was: within the
// usual error it is about now, beyond it weeks or months are told. Only a clock
// that hardly erred tells days.
func (m Model) When(d view.Data, c Clock, today cal.Date) string {
	l, n := d.Locale, c.DueOn.Sub(today)
	far, weeks, months := n, "reorder.weeks_in", "reorder.months_in"
	if n < 0 {
		far, weeks, months = -n, "reorder.weeks_late", "reorder.months_late"
	}
	switch {
	case m.Own < exact && n < 0:
		return l.T("reorder.days_late", "n", far)
	case m.Own < exact && n == 0:
		return l.T("reorder.today")
	case m.Own < exact:
		return l.T("reorder.in_days", "n", far)
	case float64(far) <= max(m.Own, 7):
		return l.T("reorder.about_now")
	case far < 60:
		return l.T(weeks, "n", (far+3)/7)
	}
	return l.T(months, "n", (far+15)/30)
}

// Rough is how far a day is off by the trial, said beside the list.
func (m Model) Rough(d view.Data) string {
	if m.Own < exact {
		return d.Locale.T("reorder.now_note")
	}
	return d.Locale.T("reorder.rough", "n", int(m.Own+.5))
}

// Beyond tells whether a clock is late by more than its usual error.
func (m Model) Beyond(c Clock, today cal.Date) bool {
	if m.Own < exact {
		return c.DueOn < today
	}
	return float64(today.Sub(c.DueOn)) > max(m.Own, 7)
}

// Rhythm is what a clock rests on.
func (c Clock) Rhythm(d view.Data) string {
	l := d.Locale
	return l.T("reorder.rhythm", "days", l.Decimal(c.GapDays, 0), "n", c.Times, "shop", l.Decimal(c.ShopDays, 0))
}

// Order is where the next order is written.
func (c Clock) Order() string { return fmt.Sprintf("/orders/new?customer=%d", c.CustomerID) }

// More is the next page.
func (b body) More() string { return home + "?after=" + b.Next }

// Panel is when a customer buys what again, on their record.
type Panel struct {
	Model
	Rows  []Row
	Today cal.Date
}

func (s *Service) panel(ctx context.Context, customer int64) (any, error) {
	list, err := s.Of(ctx, customer)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	m, _, err := s.Read(ctx)
	if err != nil {
		return nil, err
	}
	b, err := setting.ReadBusiness(ctx, s.db.Reader(ctx))
	return Panel{m, list[:min(5, len(list))], cal.Today(s.db.Now(), b.Zone())}, err
}

// Object is a clock as the API shows it.
type Object struct {
	CustomerID int64   `json:"customer_id"`
	Customer   string  `json:"customer"`
	ProductID  int64   `json:"product_id"`
	Product    string  `json:"product"`
	LastOn     string  `json:"last_on"`
	Times      int     `json:"times" doc:"days on which they bought it"`
	GapDays    float64 `json:"gap_days" doc:"their usual gap, leaning on everybody's"`
	ShopDays   float64 `json:"shop_days" doc:"everybody's"`
	DueOn      string  `json:"due_on"`
}

// ModelObject is how well the clocks would have done.
type ModelObject struct {
	AsOf    string  `json:"as_of" doc:"empty before the first night"`
	Shown   bool    `json:"shown"`
	Reason  string  `json:"reason,omitempty" enum:"few,not_better"`
	N       int     `json:"n" doc:"last gaps that were foretold"`
	Measure string  `json:"measure" enum:"mean_absolute_days"`
	Model   float64 `json:"model"`
	Base    float64 `json:"base" doc:"everybody's usual gap of that product"`
	P       float64 `json:"p"`
	Clocks  int     `json:"clocks"`
}

func objects(list []Row) []Object {
	out := []Object{}
	for _, r := range list {
		out = append(out, Object{r.CustomerID, r.Name, r.ProductID, r.Product, string(r.LastOn), r.Times, r.GapDays, r.ShopDays, string(r.DueOn)})
	}
	return out
}

func (s *Service) api(a *api.API) {
	type ask struct {
		After string `query:"cursor" doc:"next_cursor of the page before"`
	}
	api.Register(a, api.Op{Method: api.Get, Path: "/reorders", Tag: "insight", Summary: "Who is due to buy which product again, within a week or overdue"},
		func(ctx context.Context, in *ask) (*api.Body[api.Items[Object]], error) {
			list, next, err := s.Due(ctx, in.After)
			return &api.Body[api.Items[Object]]{Body: api.Items[Object]{Items: objects(list), Next: next}}, err
		})
	api.Register(a, api.Op{Method: api.Get, Path: "/reorders/model", Tag: "insight", Summary: "How well the reorder clock would have done"},
		func(ctx context.Context, _ *struct{}) (*api.Body[ModelObject], error) {
			m, made, err := s.Read(ctx)
			o := ModelObject{AsOf: string(m.Day), Shown: m.Shown, N: m.N, Measure: "mean_absolute_days", Model: m.Own, Base: m.Base, P: m.P, Clocks: m.Clocks}
			if made {
				o.Reason = m.Reason()
			}
			return &api.Body[ModelObject]{Body: o}, err
		})
	api.Register(a, api.Op{Method: api.Get, Path: "/customers/{id}/reorders", Tag: "customers", Summary: "When a customer usually buys which product again"},
		func(ctx context.Context, in *api.Path) (*api.Body[api.Items[Object]], error) {
			list, err := s.Of(ctx, in.ID)
			return &api.Body[api.Items[Object]]{Body: api.Items[Object]{Items: objects(list)}}, err
		})
}
