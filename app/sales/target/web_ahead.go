package target

import (
	"context"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/db"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// aheadBody is the page of the forecast.
type aheadBody struct {
	frame
	Forecast Forecast
}

func (s *Service) ahead(c *fiber.Ctx) error {
	f, err := s.frame(c, "forecast")
	if err != nil {
		return err
	}
	if f.Period.Quarter() {
		f.Period = MonthOf(f.Period.From)
	}
	if !web.Actor(c).Scope().Everything() {
		return errs.New(errs.Denied, "error.denied")
	}
	ahead, err := s.Ahead(web.Ctx(c), f.Period)
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "sales/forecast", Title: "target.forecast", Body: aheadBody{f, ahead}})
}

// Sum is money in the reader's language.
func (b aheadBody) Sum(d view.Data, v int64) string { return d.Locale.Money(v, b.Forecast.Currency) }

// Basis is what an expectation rests on.
func (b aheadBody) Basis(d view.Data, e Expected) string {
	if e.Off {
		return d.Locale.T("target.basis.off")
	}
	return d.Locale.T("target.basis."+e.Method, "n", e.N)
}

// Unknown says why nothing is expected.
func (b aheadBody) Unknown(d view.Data, e Expected) string {
	if e.Off {
		return d.Locale.T("target.unknown.off")
	}
	return d.Locale.T("target.unknown." + e.Method)
}

// Score is how good the method was.
func (b aheadBody) Score(d view.Data, e Expected) string {
	hits, n := b.Forecast.Hits(e.Method)
	if n == 0 {
		return d.Locale.T("target.not_scored")
	}
	return d.Locale.T("target.scored", "k", hits, "n", n)
}

// Judgement says which way of seeing an open deal was nearer to what came.
func (b aheadBody) Judgement(d view.Data) string {
	j := b.Forecast.Judged
	if !j.Says() {
		return d.Locale.T("target.judged_early")
	}
	key := "target.judged_stages"
	if j.History < j.Stages {
		key = "target.judged_history"
	}
	return d.Locale.T(key, "n", j.N, "stages", d.Locale.Decimal(j.Stages, 3), "history", d.Locale.Decimal(j.History, 3))
}

// Missing is how much of the target is not expected, 0 for none.
func (b aheadBody) Missing() int64 {
	for _, e := range b.Forecast.Expected {
		if e.Method == Pipeline && b.Forecast.Target > 0 {
			return max(0, b.Forecast.Target-e.P50)
		}
	}
	return 0
}

// Named is the month of a past forecast.
func (b aheadBody) Named(d view.Data, month string) string {
	p, err := ParsePeriod(month)
	if err != nil {
		return month
	}
	return said(d.Locale, p)
}

// leaderBody is the page of the leaderboard.
type leaderBody struct {
	frame
	On      bool
	Metric  string
	Results Results
	Leaders []Leader
}

// Metrics are by what one can lead.
func (leaderBody) Metrics() []string { return Metrics }

// Value is somebody's number.
func (b leaderBody) Value(d view.Data, metric string, c map[string]Cell) string {
	return value(d.Locale, metric, c[metric].Value, b.Results.Currency)
}

// Rate is somebody's win rate with its interval.
func (b leaderBody) Rate(d view.Data, l Leader) string {
	return d.Locale.T("target.win_rate_is", "p", d.Locale.Percent(l.Rate), "low", d.Locale.Percent(l.Low), "high", d.Locale.Percent(l.High), "k", l.Won, "n", l.N)
}

func (s *Service) leaders(c *fiber.Ctx) error {
	f, err := s.frame(c, "leaders")
	if err != nil {
		return err
	}
	if !f.Team {
		return errs.NotVisible()
	}
	b := leaderBody{frame: f, Metric: c.Query("metric", Won)}
	known := false
	for _, m := range Metrics {
		known = known || m == b.Metric
	}
	if !known {
		return errs.NotVisible()
	}
	if b.On, err = s.BoardOn(web.Ctx(c)); err != nil {
		return err
	}
	if b.On {
		if b.Results, b.Leaders, err = s.Leaders(web.Ctx(c), f.Period, b.Metric); err != nil {
			return err
		}
	}
	return web.Render(c, web.Page{Name: "sales/leaderboard", Title: "target.leaderboard", Body: b})
}

func (s *Service) switchBoard(c *fiber.Ctx) error {
	if err := s.SwitchBoard(web.Ctx(c), c.FormValue("on") != ""); err != nil {
		return err
	}
	return web.Done(c, "/leaderboard", "common.saved")
}

// commissionBody is the page of a month's commission.
type commissionBody struct {
	frame
	Sheet    Sheet
	Rules    []Rule
	Products []view.Option
	Metrics  []view.Option
	Over     bool // the month is over
}

// ruleForm is a rule as typed.
type ruleForm struct{ Metric, Product, From, Rate string }

func (s *Service) commission(c *fiber.Ctx) error {
	return s.showCommission(c, ruleForm{Metric: Won, From: "0"}, nil)
}

func (s *Service) showCommission(c *fiber.Ctx, typed ruleForm, problem error) error {
	f, err := s.frame(c, "commission")
	if err != nil {
		return err
	}
	if !f.Team {
		return errs.NotVisible()
	}
	if f.Period.Quarter() {
		f.Period = MonthOf(f.Period.From)
	}
	ctx, l := web.Ctx(c), web.Locale(c)
	b := commissionBody{frame: f}
	today, _, err := s.today(ctx)
	if err != nil {
		return err
	}
	b.Over = f.Period.To < today
	if b.Sheet, err = s.Commission(ctx, f.Period); err != nil {
		return err
	}
	if b.Rules, err = s.Rules(ctx); err != nil {
		return err
	}
	var products []named
	if err := s.DB.Reader(ctx).Select(ctx, &products, sqlProducts); err != nil {
		return err
	}
	for _, p := range products {
		b.Products = append(b.Products, view.Option{Value: p.ID, Label: p.Name})
	}
	for _, m := range []string{Won, Received} {
		b.Metrics = append(b.Metrics, view.Option{Value: m, Label: l.T("target.metric." + m)})
	}
	return web.Render(c, web.Page{Name: "sales/commission", Title: "target.commission", Body: b, Form: typed, Err: problem})
}

// Sum is money in the reader's language.
func (b commissionBody) Sum(d view.Data, v int64) string { return d.Locale.Money(v, b.Sheet.Currency) }

// Rate is hundredths of a percent in words.
func (b commissionBody) Rate(d view.Data, v int) string {
	return d.Locale.Decimal(float64(v)/100, 2) + "%"
}

// Total is what everybody gets together.
func (b commissionBody) Total() (n int64) {
	for _, e := range b.Sheet.Lines {
		n += e.Total
	}
	return n
}

func (s *Service) addRule(c *fiber.Ctx) error {
	f := ruleForm{c.FormValue("metric"), c.FormValue("product_id"), strings.TrimSpace(c.FormValue("from_percent")), strings.TrimSpace(c.FormValue("rate"))}
	check := &errs.Check{}
	r := Rule{Metric: f.Metric}
	if f.Product != "" {
		id, err := strconv.ParseInt(f.Product, 10, 64)
		check.That(err == nil, "product_id", "error.choice")
		r.ProductID = db.ID(id)
	}
	var err error
	r.FromPercent, err = strconv.Atoi(f.From)
	check.That(err == nil, "from_percent", "error.range", "min", 0, "max", 1000)
	rate, err := strconv.ParseFloat(strings.Replace(f.Rate, ",", ".", 1), 64)
	check.That(err == nil && rate > 0 && rate <= 100, "rate", "target.error.rate")
	r.Rate = int(rate*100 + .5)
	if err = check.Err(); err == nil {
		_, err = s.AddRule(web.Ctx(c), r)
	}
	if err != nil {
		return s.showCommission(c, f, err)
	}
	return web.Done(c, "/commission", "common.saved")
}

func (s *Service) dropRule(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := s.DropRule(web.Ctx(c), id); err != nil {
		return err
	}
	return web.Done(c, "/commission", "common.deleted")
}

func (s *Service) closeMonth(c *fiber.Ctx) error { return s.shut(c, s.Close) }

func (s *Service) openMonth(c *fiber.Ctx) error { return s.shut(c, s.Reopen) }

func (s *Service) shut(c *fiber.Ctx, act func(ctx context.Context, month Period) error) error {
	month, err := ParsePeriod(c.FormValue("period"))
	if err != nil {
		return errs.NotVisible()
	}
	if err := act(web.Ctx(c), month); err != nil {
		return err
	}
	return web.Done(c, "/commission?period="+month.Name, "common.saved")
}
