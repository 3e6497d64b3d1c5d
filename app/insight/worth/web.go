package worth

import (
	"context"
	"math"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/insight/prediction"
	"regulars/app/kit/btyd"
	"regulars/app/kit/errs"
	"regulars/app/sys/view"
	"regulars/app/sys/view/chart"
	"regulars/app/sys/web"
)

const home = "/insight/worth"

// Module is what the slice offers the house. What is foreseen is not journaled:
// nobody decided it. What the owner set is.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:   "worth",
		Routes: s.routes,
		API:    s.api,
		Jobs:   s.jobs(),
		Panels: []web.Panel{{Zone: web.ZoneRight, Order: 13, Permission: "customer.read", Page: "insight/worth-panel", Load: s.panel}},
	}
}

func (s *Service) routes(r *web.Router) {
	r.Get(home, prediction.Read, func(c *fiber.Ctx) error { return s.show(c, nil, nil) })
	r.Post(home, prediction.Write, s.save)
}

// form is what the owner typed.
type form struct{ Margin, Discount string }

// body is the page of lifetime value.
type body struct {
	Model
	Made     bool
	Rows     []Row
	Next     string
	Currency string
	MayWrite bool
}

func (s *Service) show(c *fiber.Ctx, typed *form, problem error) error {
	ctx := web.Ctx(c)
	b := body{Currency: web.Business(c).Currency, MayWrite: web.Actor(c).Can(prediction.Write)}
	var err error
	if b.Model, _, b.Made, err = s.Read(ctx); err != nil {
		return err
	}
	if b.Rows, b.Next, err = s.Best(ctx, c.Query("after")); err != nil {
		return err
	}
	if typed == nil {
		t, err := s.Terms(ctx)
		if err != nil {
			return err
		}
		typed = &form{Discount: strconv.FormatFloat(t.Discount, 'f', -1, 64)}
		if t.Margin != nil {
			typed.Margin = strconv.FormatFloat(*t.Margin, 'f', -1, 64)
		}
	}
	return web.Render(c, web.Page{Name: "insight/worth", Title: "worth.title", Body: b, Form: *typed, Err: problem})
}

func (s *Service) save(c *fiber.Ctx) error {
	f := form{strings.TrimSpace(c.FormValue("margin")), strings.TrimSpace(c.FormValue("discount"))}
	check := &errs.Check{}
	var t Terms
	percent := func(name, text string) float64 {
		v, err := strconv.ParseFloat(strings.TrimSuffix(strings.Replace(text, ",", ".", 1), "%"), 64)
		check.That(err == nil && !math.IsNaN(v), name, "worth.error.percent")
		return v
	}
	if f.Margin != "" {
		v := percent("margin", f.Margin)
		t.Margin = &v
	}
	if f.Discount != "" {
		t.Discount = percent("discount", f.Discount)
	}
	err := check.Err()
	if err == nil {
		err = s.SetTerms(web.Ctx(c), t)
	}
	if err != nil {
		return s.show(c, &f, err)
	}
	return web.Done(c, home, "worth.saved")
}

// Stats is the strip on top.
func (b body) Stats(d view.Data) []view.Stat {
	l := d.Locale
	return []view.Stat{
		{Label: l.T("worth.expected_orders"), Value: l.Decimal(b.Orders, 0), Note: l.T("worth.of_buyers", "n", b.N)},
		{Label: l.T("worth.expected." + b.Source), Value: l.Estimate(b.Worth, b.Currency), Note: b.Conditions(d)},
		{Label: l.T("worth.error"), Value: l.Decimal(b.Trial.Error, 2), Note: l.T("worth.error_note", "own", l.Decimal(b.Trial.OwnRate, 2), "mean", l.Decimal(b.Trial.Mean, 2))},
	}
}

// Conditions say what a sum of the model rests on.
func (m Model) Conditions(d view.Data) string {
	l := d.Locale
	return l.T("worth.terms."+m.Source, "months", Months, "margin", l.Percent(m.Margin), "discount", l.Decimal(m.Yearly, 1))
}

// Why says in words why nothing is shown, or why it is not told who has left.
func (m Model) Why(d view.Data) string {
	return d.Locale.T("worth.reason."+m.Reason(), "n", m.N, "repeat", m.Repeat, "days", m.TrialDays)
}

// Endless says in words that customers do not visibly leave: where the forecast is
// hidden too, because then it was not for this alone.
func (m Model) Endless(d view.Data) string { return d.Locale.T("worth.reason." + string(m.Doubt)) }

// Trials are the errors of the model and of the two guesses, as bars.
func (b body) Trials(d view.Data) []Bar {
	top := math.Max(b.Trial.Error, math.Max(b.Trial.OwnRate, b.Trial.Mean))
	var out []Bar
	for _, t := range []struct {
		key string
		v   float64
	}{{"model", b.Trial.Error}, {"own", b.Trial.OwnRate}, {"mean", b.Trial.Mean}} {
		class := "mid"
		if t.key == "model" {
			class = "fg"
		}
		out = append(out, Bar{t.key, t.v, chart.Meter{Parts: []chart.Segment{{Class: class, Share: t.v / math.Max(top, 1e-9)}}}})
	}
	return out
}

// Bar is the error of one way to foresee.
type Bar struct {
	Key   string
	Error float64
	Meter chart.Meter
}

// Sum is what the trial foresaw beside what came.
func (b body) Sum(d view.Data) string {
	l := d.Locale
	return l.T("worth.trial", "days", b.TrialDays, "n", b.Trial.Customers, "foreseen", l.Decimal(b.Trial.Foreseen, 0), "actual", l.Decimal(b.Trial.Actual, 0))
}

// Related warns that frequent buyers spend more or less per purchase.
func (b body) Related() bool { return b.Spend.Related() }

// NoEnd tells that customers do not visibly leave.
func (m Model) NoEnd() bool { return m.Doubt == btyd.NoEnd || m.Doubt == btyd.NoGain }

// More is the next page.
func (b body) More() string { return home + "?after=" + b.Next }

// Panel is what is expected of a customer, on their record.
type Panel struct {
	Expected
	Model    Model
	Currency string
}

func (s *Service) panel(ctx context.Context, customer int64) (any, error) {
	e, m, found, err := s.Of(ctx, customer)
	if err != nil || !found || !m.Shown {
		return nil, err
	}
	b, err := business(ctx, s.db.Reader(ctx))
	return Panel{e, m, b.Currency}, err
}
