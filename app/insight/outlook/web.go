package outlook

import (
	"net/url"
	"unicode"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"regulars/app/insight/prediction"
	"regulars/app/kit/cal"
	"regulars/app/sys/view"
	"regulars/app/sys/view/chart"
	"regulars/app/sys/web"
)

const home = "/insight/outlook"

// Module is what the slice offers the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:   "outlook",
		Routes: func(r *web.Router) { r.Get(home, prediction.Read, s.show) },
		API:    s.api,
		Nav:    []web.Nav{{Group: "nav.group.insight", Order: 440, Key: "nav.outlook", Icon: "rise", Href: home, Permission: prediction.Read, Here: prediction.Whole}},
	}
}

// body is the page.
type body struct {
	Course
	By       string
	Day      cal.Date
	Made     bool
	Currency string
}

func (s *Service) show(c *fiber.Ctx) error {
	o, made, err := s.Read(web.Ctx(c))
	if err != nil {
		return err
	}
	b := body{Course: o.Months, By: Months, Day: o.Day, Made: made, Currency: web.Business(c).Currency}
	if c.Query("by") == Weeks {
		b.Course, b.By = o.Weeks, Weeks
	}
	return web.Render(c, web.Page{Name: "insight/outlook", Title: "outlook.title", Body: b})
}

// Named is a period.
func (b body) Named(d view.Data, from cal.Date) string { return named(d.Locale, b.By, from) }

// Sum is money.
func (b body) Sum(d view.Data, v int64) string { return d.Locale.Money(v, b.Currency) }

// Foreseen is money that may come.
func (b body) Foreseen(d view.Data, v int64) string { return d.Locale.Estimate(v, b.Currency) }

// Why says in words why there is no curve.
func (b body) Why(d view.Data) string {
	if b.Below && b.Reason() == "not_better" {
		return d.Locale.T("outlook.reason.below")
	}
	return d.Locale.T("outlook.reason."+b.Reason()+"."+b.By, "n", b.N, "min", least, "tries", b.Tries)
}

// short names a period under the axis.
func (b body) short(d view.Data, from cal.Date) string {
	if b.By != Months {
		return b.Named(d, from)
	}
	t := from.Time(d.Locale.Zone())
	return d.Locale.T("outlook.tick", "month", d.Locale.ShortMonth(t), "year", t.Format("06"))
}

// Said is how the method was chosen.
func (b body) Said(d view.Data) string {
	base := "last"
	if b.Season {
		base = "season"
	}
	l := d.Locale
	return l.T("outlook.chosen", "method", l.T("outlook.method."+string(b.Method)), "tries", b.Tries, "error", l.Decimal(b.Error, 2), "base", l.Decimal(b.Base, 2), "beside", l.T("outlook.base."+base))
}

// Beside is what stands beside the curve.
func (b body) Beside(d view.Data) string {
	if b.Season {
		return d.Locale.T("outlook.base.season")
	}
	return d.Locale.T("outlook.base.last")
}

// Headed is that as the head of a column.
func (b body) Headed(d view.Data) string {
	first, size := utf8.DecodeRuneInString(b.Beside(d))
	return string(unicode.ToUpper(first)) + b.Beside(d)[size:]
}

// Mean tells that only a mean and its range can be told.
func (b body) Mean() bool { return b.N > 0 && b.N < least }

// Inside is how many of the checks came out within the range.
func (b body) Inside() int {
	n := 0
	for _, c := range b.Checks {
		if c.Inside() {
			n++
		}
	}
	return n
}

// Off is how far a check was from the middle.
func (b body) Off(d view.Data, c Check) string {
	if c.Value <= 0 || c.Was < 0 {
		return "–"
	}
	share := float64(c.Was-c.Value) / float64(c.Value)
	sign := ""
	if share > 0 {
		sign = "+"
	}
	return sign + d.Locale.Percent(share)
}

// Span is a range on the scale of all checks.
func (b body) Span(c Check) chart.Interval {
	low, high := c.Low, c.High
	for _, o := range b.Checks {
		low, high = min(low, o.Low, o.Was), max(high, o.High, o.Was)
	}
	at := func(v int64) float64 { return float64(v-low) / float64(max(1, high-low)) }
	return chart.Interval{Low: at(c.Low), High: at(c.High), Value: at(c.Was)}
}

// Drawn is the past, what may come and what last year says.
func (b body) Drawn(d view.Data) chart.Course {
	c := chart.Course{Label: d.Locale.T("outlook.label")}
	for _, p := range b.Past {
		c.Past = append(c.Past, chart.Mark{Name: b.short(d, p.From), Value: float64(p.Total), Title: b.Named(d, p.From) + ": " + b.Sum(d, p.Total)})
	}
	for _, a := range b.Ahead {
		m := chart.Mark{Name: b.short(d, a.From), Value: float64(a.Value), Low: float64(a.Low), High: float64(a.High), Beside: float64(a.Naive),
			Title: b.Named(d, a.From) + ": " + b.Foreseen(d, a.Value) + " (" + b.Foreseen(d, a.Low) + " – " + b.Foreseen(d, a.High) + ")"}
		if b.Reason() == "not_better" {
			m.Value, m.Low, m.High, m.Title = float64(a.Naive), float64(a.Naive), float64(a.Naive), b.Named(d, a.From)+": "+b.Sum(d, a.Naive)
		}
		c.Ahead = append(c.Ahead, m)
	}
	for _, at := range c.Ticks() {
		c.Grid = append(c.Grid, chart.Tick{At: at, Name: d.Locale.Estimate(int64(at), b.Currency)})
	}
	return c
}

// Href is the list of the orders of a period.
func (b body) Href(from cal.Date) string {
	return "/orders?" + url.Values{"filter[ordered_on][gte]": {string(from)}, "filter[ordered_on][lte]": {string(kinds[b.By].next(from).AddDays(-1))},
		"filter[status][in]": {"confirmed,completed"}}.Encode()
}
