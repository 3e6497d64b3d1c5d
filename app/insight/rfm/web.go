package rfm

import (
	"context"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/insight/prediction"
	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/kit/rfm"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
	"regulars/app/sys/view"
	"regulars/app/sys/view/chart"
	"regulars/app/sys/web"
)

const home = "/insight/rfm"

// Module is what the slice offers the house. Where somebody stands is derived;
// the owner's table is journaled.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:     "rfm",
		Routes:   s.routes,
		API:      s.api,
		Journal:  []journal.Table{{Name: "prediction_segment", Refresh: s.afterUndo}},
		Subjects: []web.Subject{{Kind: "prediction_segment", Path: func(int64) string { return home }}},
		Panels:   []web.Panel{{Zone: web.ZoneRight, Order: 12, Permission: "customer.read", Page: "insight/rfm-panel", Load: s.panel}},
	}
}

// afterUndo sorts everybody by the table that stands again.
func (s *Service) afterUndo(_ context.Context, tx *db.Tx, _ []int64) error {
	s.Again(tx)
	return nil
}

func (s *Service) routes(r *web.Router) {
	r.Get(home, prediction.Read, s.show)
	r.Get(home+"/moved", prediction.Read, s.showMoved)
	r.Get(home+"/edit", prediction.Write, func(c *fiber.Ctx) error { return s.edit(c, nil, nil) })
	r.Post(home, prediction.Write, s.save)
}

// body is the page of the segments.
type body struct {
	Overview
	Made     bool
	List     Segments
	Currency string
	MayWrite bool
}

func (s *Service) show(c *fiber.Ctx) error {
	ctx := web.Ctx(c)
	b := body{Currency: web.Business(c).Currency, MayWrite: web.Actor(c).Can(prediction.Write)}
	var err error
	if b.Overview, b.Made, err = s.Overview(ctx); err != nil {
		return err
	}
	if b.List, err = s.Segments(ctx); err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "insight/rfm", Title: "rfm.title", Body: b})
}

// Line is a segment on the page.
type Line struct {
	Part
	Name  string
	Means string  // in words; its scores where the owner moved the segments
	Share float64 // of the buyers
	Money float64 // of what was bought
	Delta int     // since the month began
}

// Lines are the segments in their order.
func (b body) Lines(d view.Data) []Line {
	var out []Line
	usual := slices.Equal(b.List.Table(), rfm.Default())
	for _, p := range b.Parts {
		g, _ := b.List.Find(p.Segment)
		means := d.Locale.T("rfm.means." + p.Segment)
		if !usual {
			means = "R " + said(g.Span("R")) + " · F " + said(g.Span("F")) + " · M " + said(g.Span("M"))
		}
		out = append(out, Line{Part: p, Name: g.Name(d.Locale), Means: means, Share: share(int64(p.N), int64(b.Buyers)), Money: share(p.Total, b.Total), Delta: p.N - p.Was})
	}
	return out
}

func share(part, all int64) float64 {
	if all == 0 {
		return 0
	}
	return float64(part) / float64(all)
}

// People is a segment's share of the buyers.
func (l Line) People() chart.Meter {
	return chart.Meter{Parts: []chart.Segment{{Class: "soft", Share: l.Share}}}
}

// Bought is a segment's share of what was bought.
func (l Line) Bought() chart.Meter {
	return chart.Meter{Parts: []chart.Segment{{Class: "fg", Share: l.Money}}}
}

// Arrow is how a segment grew or shrank since the month began, in words.
func (l Line) Arrow(d view.Data) string {
	switch {
	case l.Delta > 0:
		return "↑ " + d.Locale.Number(l.Delta)
	case l.Delta < 0:
		return "↓ " + d.Locale.Number(-l.Delta)
	}
	return ""
}

// Href is the list of a segment's customers.
func (Line) Href(key string) string {
	return "/customers?" + url.Values{"filter[segment][eq]": {key}}.Encode()
}

// Called is a segment's name by its key; those who had not bought are new.
func (b body) Called(d view.Data, key string) string { return called(d, b.List, key) }

func called(d view.Data, list Segments, key string) string {
	if key == "" {
		return d.Locale.T("rfm.nobody_before")
	}
	g, _ := list.Find(key)
	return g.Name(d.Locale)
}

// MoveHref is the list of those who moved.
func (body) MoveHref(m Move) string {
	return home + "/moved?" + url.Values{"from": {m.From}, "to": {m.To}}.Encode()
}

// Down tells whether a move is towards being lost.
func (m Move) Down() bool {
	return slices.Contains([]string{"cannot_lose", "at_risk", "about_to_sleep", "lost"}, m.To)
}

// Scale says in words what the scores rest on.
func (b body) Scale(d view.Data) []string {
	if b.Basis == rfm.Nothing {
		return nil
	}
	l := d.Locale
	join := func(cuts []float64, say func(v float64) string) string {
		var out []string
		for _, c := range cuts {
			out = append(out, say(c))
		}
		return strings.Join(out, " · ")
	}
	plain := func(v float64) string { return l.Decimal(v, 0) }
	return []string{
		l.T("rfm.scale.r", "cuts", join(b.Cuts.Recency, plain)),
		l.T("rfm.scale.f", "cuts", join(b.Cuts.Orders, plain)),
		l.T("rfm.scale.m", "cuts", join(b.Cuts.Money, func(v float64) string { return l.Money(int64(v), b.Currency) })),
	}
}

// movedBody is the page of those who changed segment.
type movedBody struct {
	List     Segments
	From, To string
	Rows     []Moved
	Next     string
	Currency string
}

func (s *Service) showMoved(c *fiber.Ctx) error {
	ctx := web.Ctx(c)
	b := movedBody{From: c.Query("from"), To: c.Query("to"), Currency: web.Business(c).Currency}
	var err error
	if b.Rows, b.Next, err = s.Moved(ctx, b.From, b.To, c.Query("after")); err != nil {
		return err
	}
	if b.List, err = s.Segments(ctx); err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "insight/rfm-moved", Title: "rfm.moved", Body: b})
}

// Called is a segment's name by its key.
func (b movedBody) Called(d view.Data, key string) string { return called(d, b.List, key) }

// More is the next page.
func (b movedBody) More() string {
	return home + "/moved?" + url.Values{"from": {b.From}, "to": {b.To}, "after": {b.Next}}.Encode()
}

// editBody is the form of the table.
type editBody struct {
	List                Segments
	Days, Orders, Money string
	Currency            string
}

// Spans are the ranges of scores to choose from.
func (editBody) Spans() []string {
	var out []string
	for from := 1; from <= 5; from++ {
		for to := from; to <= 5; to++ {
			out = append(out, span(from, to))
		}
	}
	return out
}

func span(from, to int) string { return fmt.Sprintf("%d-%d", from, to) }

// Said is a range as it is read: one score stands alone.
func (editBody) Said(span string) string { return said(span) }

func said(span string) string {
	if from, to, _ := strings.Cut(span, "-"); from != to {
		return from + "–" + to
	}
	return span[:1]
}

// Span is the range of a segment in R, F or M.
func (g Segment) Span(of string) string {
	switch of {
	case "R":
		return span(g.RFrom, g.RTo)
	case "F":
		return span(g.FFrom, g.FTo)
	}
	return span(g.MFrom, g.MTo)
}

// Holds is how many of the 125 scores fall to a segment as the table stands.
func (b editBody) Holds(key string) int { return b.List.Table().Cells()[key] }

// Usual is the product's own word for a segment.
func (editBody) Usual(d view.Data, key string) string { return d.Locale.T("rfm.segment." + key) }

func (s *Service) edit(c *fiber.Ctx, typed *editBody, problem error) error {
	ctx := web.Ctx(c)
	if typed == nil {
		cur := web.Business(c).Currency
		typed = &editBody{Currency: cur}
		var err error
		if typed.List, err = s.Segments(ctx); err != nil {
			return err
		}
		var t Thresholds
		if err := setting.Get(ctx, s.db.Reader(ctx), Setting, &t); err != nil {
			return err
		}
		typed.Days, typed.Orders = list(t.Days, 1), list(t.Orders, 1)
		typed.Money = list(t.Money, math.Pow10(money.Digits(cur)))
	}
	return web.Render(c, web.Page{Name: "insight/rfm-edit", Title: "rfm.edit", Body: *typed, Err: problem})
}

func list(values []float64, unit float64) string {
	var out []string
	for _, v := range values {
		out = append(out, strconv.FormatFloat(v/unit, 'f', -1, 64))
	}
	return strings.Join(out, ", ")
}

// numbers reads what list writes; a Chinese comma is one too.
func numbers(text string, unit float64) ([]float64, error) {
	var out []float64
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",，、; ", r) }) {
		v, err := strconv.ParseFloat(part, 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, errs.New(errs.Invalid, "rfm.error.ascending")
		}
		out = append(out, v*unit)
	}
	return out, nil
}

func (s *Service) save(c *fiber.Ctx) error {
	b := editBody{Days: c.FormValue("days"), Orders: c.FormValue("orders"), Money: c.FormValue("money"), Currency: web.Business(c).Currency}
	number := func(name string) int {
		n, _ := strconv.Atoi(c.FormValue(name)) // nothing and nonsense are 0, which no span allows
		return n
	}
	for _, key := range Keys {
		g := Segment{Key: key, Position: number("position:" + key), NameEN: c.FormValue("name_en:" + key), NameZH: c.FormValue("name_zh:" + key)}
		for name, ends := range map[string][2]*int{"r": {&g.RFrom, &g.RTo}, "f": {&g.FFrom, &g.FTo}, "m": {&g.MFrom, &g.MTo}} {
			from, to, _ := strings.Cut(c.FormValue(name+":"+key), "-")
			*ends[0], _ = strconv.Atoi(from)
			*ends[1], _ = strconv.Atoi(to)
		}
		b.List = append(b.List, g)
	}
	b.List.Clean()
	check := &errs.Check{}
	var t Thresholds
	for _, f := range []struct {
		name, text string
		unit       float64
		into       *[]float64
	}{{"days", b.Days, 1, &t.Days}, {"orders", b.Orders, 1, &t.Orders}, {"money", b.Money, math.Pow10(money.Digits(b.Currency)), &t.Money}} {
		var err error
		*f.into, err = numbers(f.text, f.unit)
		check.That(err == nil, f.name, "rfm.error.ascending")
	}
	err := check.Err()
	if err == nil {
		err = s.Save(web.Ctx(c), b.List, t)
	}
	if err != nil {
		return s.edit(c, &b, err)
	}
	return web.Done(c, home, "rfm.saved")
}

// Panel is where a customer stands, on their record.
type Panel struct {
	Place
	List Segments
}

func (s *Service) panel(ctx context.Context, customer int64) (any, error) {
	p, found, err := s.Of(ctx, customer)
	if err != nil || !found {
		return nil, err
	}
	list, err := s.Segments(ctx)
	return Panel{p, list}, err
}

// Called is a segment's name by its key.
func (p Panel) Called(d view.Data, key string) string { return called(d, p.List, key) }

// Href is the list of the segment's customers.
func (p Panel) Href() string { return Line{}.Href(p.Segment) }

// Scores are the three in one word.
func (p Place) Scores() string { return fmt.Sprintf("R%d F%d M%d", p.R, p.F, p.M) }
