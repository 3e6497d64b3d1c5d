package retention

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"regulars/app/insight/prediction"
	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/stats"
	"regulars/app/sys/view"
	"regulars/app/sys/view/chart"
	"regulars/app/sys/web"
)

const home = "/insight/retention"

// Module is what the slice offers the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:   "retention",
		Routes: s.routes,
		API:    s.api,
		Nav:    []web.Nav{{Group: "nav.group.back", Order: 120, Key: "nav.retention", Icon: "loop", Href: home, Permission: prediction.Read, Here: prediction.Whole}},
	}
}

func (s *Service) routes(r *web.Router) {
	r.Get(home, prediction.Read, s.show)
	r.Get(home+"/customers", prediction.Read, s.showRows)
}

// body is the page of retention.
type body struct{ Table }

func (s *Service) show(c *fiber.Ctx) error {
	t, err := s.Table(web.Ctx(c), c.Query("before"))
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "insight/retention", Title: "nav.retention", Body: body{t}})
}

// Stats is the strip on top.
func (b body) Stats(d view.Data) []view.Stat {
	l, sh := d.Locale, b.Shop
	back := view.Stat{Label: l.T("retention.came_back"), Value: "–"}
	if sh.Buyers > 0 {
		back.Value, back.Small = l.Percent(float64(sh.Came)/float64(sh.Buyers)), l.T("retention.of", "n", sh.Came, "all", sh.Buyers)
	}
	if m := sh.Return.Median; m != nil {
		back.Note = l.T("retention.half_within", "days", int(m.Value))
	}
	gone := b.state(prediction.Gone)
	usual := view.Stat{Label: l.T("retention.usual_gap"), Value: l.T("retention.days", "n", int(sh.Usual)), Note: l.T("retention.usual_gap_note")}
	if sh.Few {
		usual.Note = l.T("retention.usual_gap_few")
	}
	return []view.Stat{{Label: l.T("retention.buyers"), Value: l.Number(sh.Buyers)}, back, usual,
		{Label: l.T("retention.state.gone"), Value: l.Number(gone.N), Href: stateHref(prediction.Gone), Note: l.T("retention.at_stake", "sum", l.Money(gone.Total, b.Currency))}}
}

func (b body) state(name string) prediction.StateCount {
	for _, s := range b.Shop.States {
		if s.State == name {
			return s
		}
	}
	return prediction.StateCount{State: name}
}

func stateHref(state string) string { return home + "/customers?state=" + state }

// StateHref is the list of those in a state.
func (body) StateHref(state string) string { return stateHref(state) }

// Bar is a state's share of all buyers.
func (b body) Bar(d view.Data, s prediction.StateCount) chart.Meter {
	class := "fg"
	if s.State == prediction.Late || s.State == prediction.Gone {
		class = "warm"
	}
	return chart.Meter{Parts: []chart.Segment{{Class: class, Share: float64(s.N) / float64(max(1, b.Shop.Buyers))}}}
}

// Tried is an alarm with what became of its trial.
type Tried struct {
	prediction.Alarm
	Kind string // late or gone
}

// Trials are both alarms.
func (b body) Trials() []Tried {
	return []Tried{{b.Shop.Silence.Late, prediction.Late}, {b.Shop.Silence.Gone, prediction.Gone}}
}

// Side is who bought within their usual gap, of those named or of the others.
type Side struct {
	Key     string
	K, N    int
	Meter   chart.Meter
	Share   float64
	Low, Up float64
}

// Sides are both.
func (t Tried) Sides() []Side {
	side := func(key, class string, k, n int) Side {
		s := Side{Key: key, K: k, N: n}
		if n > 0 {
			s.Share = float64(k) / float64(n)
			s.Low, s.Up = stats.Wilson(k, n)
		}
		s.Meter = chart.Meter{Parts: []chart.Segment{{Class: class, Share: s.Share}}}
		return s
	}
	return []Side{side(t.Kind, "warm", t.Back, t.N), side(t.Kind+"_others", "mid", t.OthersBack, t.Others)}
}

// Said is what the trial came to, in words.
func (t Tried) Said(d view.Data) string {
	return d.Locale.T("retention.trial."+t.Kind+"."+t.Outcome(), "n", t.N, "all", t.N+t.Others)
}

// Way is how far one way to foretell the next purchase was off.
type Way struct {
	Key   string
	Days  float64
	Meter chart.Meter
}

// Ways are both.
func (b body) Ways() []Way {
	d := b.Shop.Silence.Due
	top := max(d.Own, d.Base, 1e-9)
	return []Way{{"own", d.Own, chart.Meter{Parts: []chart.Segment{{Class: "fg", Share: d.Own / top}}}},
		{"base", d.Base, chart.Meter{Parts: []chart.Segment{{Class: "mid", Share: d.Base / top}}}}}
}

// Told is what the trial of the day that somebody is due came to.
func (b body) Told(d view.Data) string {
	s := b.Shop.Silence.Due
	return d.Locale.T("retention.due."+s.Outcome(), "n", s.N)
}

// States are those that can be told: without those of an alarm that is off.
func (b body) States() []prediction.StateCount {
	return slices.DeleteFunc(slices.Clone(b.Shop.States), func(s prediction.StateCount) bool {
		return s.State == prediction.Late && b.Shop.Silence.Late.Off() || s.State == prediction.Gone && b.Shop.Silence.Gone.Off()
	})
}

// Sum is money in the reader's language.
func (b body) Sum(d view.Data, v int64) string { return d.Locale.Money(v, b.Currency) }

// Months are the heads of the columns.
func (body) Months() []int {
	out := make([]int, columns)
	for i := range out {
		out[i] = i + 1
	}
	return out
}

// Named is a cohort's month.
func Named(d view.Data, month string) string {
	if month == "" {
		return d.Locale.T("retention.all")
	}
	return d.Locale.Month(cal.Date(month + "-01").Time(d.Locale.Zone()))
}

// Named is a cohort's month.
func (body) Named(d view.Data, month string) string { return Named(d, month) }

// Href is the list of a cohort's people.
func (body) Href(cohort string, month int) string {
	return home + "/customers?" + url.Values{"cohort": {cohort}, "month": {strconv.Itoa(month)}}.Encode()
}

// Class is how a cell looks: the darker the more came back, hatched while the
// month runs or has not begun.
func (c Cell) Class() string {
	switch {
	case c.Future:
		return "hatch"
	case c.Open:
		return "hatch now"
	case !c.Known() || c.Buyers == 0:
		return ""
	}
	return fmt.Sprintf("h%d", min(5, 1+int(c.Share*6)))
}

// Text is what a cell says.
func (c Cell) Text(d view.Data) string {
	switch {
	case c.Future || c.N == 0:
		return ""
	case !c.Known():
		return fmt.Sprintf("%d/%d", c.Buyers, c.N)
	}
	return d.Locale.Percent(c.Share)
}

// Ends is the interval of a share.
func (c Cell) Ends(d view.Data) string {
	if !c.Known() {
		return ""
	}
	return fmt.Sprintf("%s–%s", d.Locale.Decimal(c.Low*100, 0), d.Locale.Decimal(c.High*100, 0))
}

// Said is a cell in a sentence.
func (c Cell) Said(d view.Data) string {
	l := d.Locale
	switch {
	case c.Future:
		return l.T("retention.cell.future")
	case c.Open:
		return l.T("retention.cell.open", "k", c.Buyers, "n", c.N)
	case !c.Known():
		return l.T("retention.cell.few", "k", c.Buyers, "n", c.N)
	}
	return l.T("retention.cell", "k", c.Buyers, "n", c.N, "low", l.Percent(c.Low), "high", l.Percent(c.High))
}

// Curve is the share that came back by so many days, with its interval.
func (b body) Curve(d view.Data) chart.Trend {
	l := d.Locale
	t := chart.Trend{Label: l.T("retention.curve_label"), Max: 100, Ticks: []chart.Tick{{At: 0, Name: "0"}, {At: 50, Name: "50"}, {At: 100, Name: "100%"}}}
	for _, s := range b.Shop.Return.Steps {
		t.Points = append(t.Points, chart.Estimate{Name: l.T("retention.days", "n", s.Days), Note: "n " + l.Number(s.AtRisk), Known: true,
			Title: l.T("retention.came_by", "share", l.Percent(s.Share), "low", l.Percent(s.Low), "high", l.Percent(s.High), "days", s.Days),
			Value: s.Share * 100, Low: s.Low * 100, High: s.High * 100, Text: l.Percent(s.Share)})
	}
	return t
}

// Half says how long half of them take.
func (b body) Half(d view.Data) string {
	m := b.Shop.Return.Median
	switch {
	case m == nil:
		return d.Locale.T("retention.half_unknown")
	case m.High >= 1e9:
		return d.Locale.T("retention.half_open", "days", int(m.Value), "low", int(m.Low))
	}
	return d.Locale.T("retention.half", "days", int(m.Value), "low", int(m.Low), "high", int(m.High))
}

// rowsBody is the page of the customers behind a number.
type rowsBody struct {
	Ask
	Rows     []Row
	Next     string
	Currency string
}

func (s *Service) showRows(c *fiber.Ctx) error {
	a := Ask{Cohort: c.Query("cohort"), State: c.Query("state"), After: c.Query("after")}
	if m := c.Query("month"); m != "" {
		var err error
		if a.Month, err = strconv.Atoi(m); err != nil {
			return errs.NotVisible()
		}
	}
	list, next, err := s.Rows(web.Ctx(c), a)
	if err != nil {
		return err
	}
	b := rowsBody{Ask: a, Rows: list, Next: next, Currency: web.Business(c).Currency}
	return web.Render(c, web.Page{Name: "insight/retention-customers", Title: "retention.customers", Body: b})
}

// Who says in a sentence whose list it is.
func (b rowsBody) Who(d view.Data) string {
	switch {
	case b.State != "":
		return d.Locale.T("retention.state_means." + b.State)
	case b.Month == 0:
		return d.Locale.T("retention.who_first", "month", Named(d, b.Cohort))
	}
	return d.Locale.T("retention.who_again", "month", Named(d, b.Cohort), "later", Named(d, monthAfter(cal.Date(b.Cohort+"-01"), b.Month).Month()))
}

// More is the next page.
func (b rowsBody) More() string {
	v := url.Values{"after": {b.Next}}
	if b.State != "" {
		v.Set("state", b.State)
	} else {
		v.Set("cohort", b.Cohort)
		v.Set("month", strconv.Itoa(b.Month))
	}
	return home + "/customers?" + v.Encode()
}
