package watch

import (
	"context"
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"regulars/app/insight/prediction"
	"regulars/app/kit/cal"
	"regulars/app/sys/api"
	"regulars/app/sys/i18n"
	"regulars/app/sys/setting"
	"regulars/app/sys/view"
	"regulars/app/sys/view/chart"
	"regulars/app/sys/web"
)

const home = "/insight/watch"

// Module is what the slice offers the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:   "watch",
		Routes: func(r *web.Router) { r.Get(home, prediction.Read, s.show) },
		API:    s.api,
		Nav:    []web.Nav{{Group: "nav.group.insight", Order: 450, Key: "nav.watch", Icon: "pulse", Href: home, Permission: prediction.Read, Here: prediction.Whole}},
	}
}

// body is the page.
type body struct {
	Look
	Made     bool
	Currency string
}

func (s *Service) show(c *fiber.Ctx) error {
	b := body{Currency: web.Business(c).Currency}
	var err error
	if b.Look, b.Made, err = s.Read(web.Ctx(c)); err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "insight/watch", Title: "watch.title", Body: b})
}

// say writes a value of a number.
func say(l *i18n.Locale, currency, key string, v float64) string {
	switch key {
	case Revenue:
		return l.Money(int64(v), currency)
	case Reply:
		return l.T("watch.hours", "n", l.Decimal(v, 0))
	}
	return l.Decimal(v, 0)
}

// usual writes an end of what a number usually is, no finer than it is known.
func usual(l *i18n.Locale, currency, key string, v float64) string {
	if key == Revenue {
		return l.Estimate(int64(v), currency)
	}
	return say(l, currency, key, v)
}

// Said is the value of the seven days.
func (b body) Said(d view.Data, n Number) string {
	if n.Past == nil && n.Now == 0 || (n.Key == NPS && n.N < fewSaid) || (n.Key == Reply && n.N < fewReply) {
		return "–"
	}
	return say(d.Locale, b.Currency, n.Key, n.Now)
}

// Range is what it usually is.
func (b body) Range(d view.Data, n Number) string {
	if n.State == Unknown {
		return "–"
	}
	return usual(d.Locale, b.Currency, n.Key, n.Low) + " – " + usual(d.Locale, b.Currency, n.Key, n.High)
}

// Basis is what the range rests on, or why there is none.
func (b body) Basis(d view.Data, n Number) string {
	l := d.Locale
	switch {
	case n.State == Unknown && n.Weeks < fewSpans:
		return l.T("watch.few_weeks", "n", n.Weeks, "min", fewSpans)
	case n.State == Unknown:
		return l.T("watch.few_now", "n", n.N)
	}
	return l.T("watch.basis", "n", n.Weeks, "p", l.Percent(n.P))
}

// Line is how the weeks went, the last seven days at the end.
func (b body) Line(n Number) chart.Sparkline {
	return chart.Sparkline{Values: append(append([]float64{}, n.Past...), n.Now)}
}

// Href is the list of what was counted.
func (b body) Href(n Number) string { return href(n.Key, b.From, b.To()) }

func href(key string, from, to cal.Date) string {
	q := url.Values{}
	days := func(name string) {
		q.Set("filter["+name+"][gte]", string(from))
		q.Set("filter["+name+"][lte]", string(to))
	}
	switch key {
	case Orders, Revenue:
		days("ordered_on")
		q.Set("filter[status][in]", "confirmed,completed")
		return "/orders?" + q.Encode()
	case Buyers:
		days("first_order_on")
		return "/customers?" + q.Encode()
	case Cases, Reply:
		days("opened_at")
		return "/feedback-cases?" + q.Encode()
	}
	days("answered_at")
	if key == NPS {
		q.Set("filter[kind][eq]", "nps")
	}
	return "/responses?" + q.Encode()
}

// Known tells whether anything could be judged at all.
func (l Look) Known() bool {
	return slices.ContainsFunc(l.Numbers, func(n Number) bool { return n.State != Unknown })
}

// Quiet tells that nothing is out of the ordinary.
func (l Look) Quiet() bool { return len(l.alarms()) == 0 }

func (l Look) alarms() []Number {
	var out []Number
	for _, n := range l.Numbers {
		if n.State == Alarm {
			out = append(out, n)
		}
	}
	return out
}

// Line is an alarm for the morning card.
type Line struct{ Words, Href string }

// Lines are the alarms of today's look, for those who may see the whole shop.
func (s *Service) Lines(ctx context.Context, l *i18n.Locale) ([]Line, error) {
	if prediction.MaySee(ctx) != nil {
		return nil, nil
	}
	look, made, err := s.Read(ctx)
	if err != nil || !made {
		return nil, err
	}
	b, err := setting.ReadBusiness(ctx, s.DB.Reader(ctx))
	if err != nil || look.Day != cal.Today(s.DB.Now(), b.Zone()) {
		return nil, err
	}
	var out []Line
	for _, n := range look.alarms() {
		out = append(out, Line{l.T("watch.line", "what", l.T("watch.number."+n.Key), "now", say(l, b.Currency, n.Key, n.Now), "low", usual(l, b.Currency, n.Key, n.Low),
			"high", usual(l, b.Currency, n.Key, n.High)), href(n.Key, look.From, look.To())})
	}
	return out, nil
}

// Object is a look as the API shows it.
type Object struct {
	AsOf    string         `json:"as_of" doc:"empty before the first night"`
	From    string         `json:"from"`
	To      string         `json:"to"`
	Numbers []NumberObject `json:"numbers"`
	Tried   int            `json:"tried" doc:"weeks of the past that were judged too"`
	Rang    int            `json:"rang" doc:"of them with an alarm; chance alone makes one in twenty"`
}

// NumberObject is one that is watched; money in minor units, replies in hours.
type NumberObject struct {
	Key   string   `json:"key" enum:"orders,revenue,buyers,cases,reply,answers,nps"`
	State string   `json:"state" enum:"usual,outside,alarm,unknown"`
	Now   float64  `json:"now"`
	Low   *float64 `json:"low"`
	High  *float64 `json:"high"`
	Weeks int      `json:"weeks" doc:"that it is compared with"`
	N     int      `json:"n,omitempty" doc:"replies or answers that it rests on"`
	P     *float64 `json:"p" doc:"as if it were the only one"`
	Holm  *float64 `json:"p_among_all" doc:"adjusted for looking at all of them (Holm)"`
	Rows  string   `json:"rows" doc:"the page that lists them"`
}

func (s *Service) api(a *api.API) {
	api.Register(a, api.Op{Method: api.Get, Path: "/watch", Tag: "insight", Summary: "Whether the last seven days were like the weeks before"}, s.apiRead)
}

func (s *Service) apiRead(ctx context.Context, _ *struct{}) (*api.Body[Object], error) {
	l, made, err := s.Read(ctx)
	o := Object{Numbers: []NumberObject{}, Tried: l.Tried, Rang: l.Rang}
	if err != nil || !made {
		return &api.Body[Object]{Body: o}, err
	}
	o.AsOf, o.From, o.To = string(l.Day), string(l.From), string(l.To())
	for _, n := range l.Numbers {
		one := NumberObject{Key: n.Key, State: n.State, Now: n.Now, Weeks: n.Weeks, N: n.N, Rows: href(n.Key, l.From, l.To())}
		if n.State != Unknown {
			low, high, p, holm := n.Low, n.High, n.P, n.Holm
			one.Low, one.High, one.P, one.Holm = &low, &high, &p, &holm
		}
		o.Numbers = append(o.Numbers, one)
	}
	return &api.Body[Object]{Body: o}, nil
}
