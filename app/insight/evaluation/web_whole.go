package evaluation

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/cal"
	"regulars/app/sys/view"
	"regulars/app/sys/view/chart"
	"regulars/app/sys/web"
)

func (s *Service) wholeRoutes(r *web.Router) {
	r.Get(home+"/moves", Read, s.showMoves)
	r.Get(home+"/moves/customers", Read, s.showMoved)
	r.Get(home+"/validity", Read, s.showValidity)
	r.Get(home+"/dimensions", Read, s.showDimensions)
}

// movesBody feeds the page of months.
type movesBody struct {
	tabs
	Moves
	Currency string
}

func (s *Service) showMoves(c *fiber.Ctx) error {
	m, err := s.Moves(web.Ctx(c), c.Query("month"))
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "insight/moves", Title: "evaluation.moves", Body: movesBody{s.tabsAt(c, "moves"), m, web.Business(c).Currency}})
}

// Letters are the grades, and none.
func (movesBody) Letters() []string { return append(append([]string{}, Grades...), "") }

// Cell is how many came from one grade to another.
func (b movesBody) Cell(was, became string) int { return b.Counts[[2]string{was, became}] }

// Tone tells the better and the worse moves apart; the numbers say it too.
func (b movesBody) Tone(was, became string) string {
	switch {
	case was == "" || became == "" || was == became:
		return ""
	case became < was:
		return "good-t"
	}
	return "warm-t"
}

// Href is where the customers of a cell stand.
func (b movesBody) Href(was, became string) string {
	return home + "/moves/customers?" + url.Values{"month": {b.Month}, "was": {was}, "became": {became}}.Encode()
}

// Earlier and Later are the months beside.
func (b movesBody) Earlier() string { return earlier(b.Month, 1) }

// Later is the month after.
func (b movesBody) Later() string { return earlier(b.Month, -1) }

// Called is a month in words.
func (b movesBody) Called(d view.Data, month string) string {
	return d.Locale.Month(cal.Date(month + "-01").Time(d.Locale.Zone()))
}

// Share is how much of all customers or revenue a grade has.
func (b movesBody) Share(grade string, revenue bool) float64 {
	part, all := float64(b.Pareto[grade].N), float64(b.Total.N)
	if revenue {
		part, all = float64(b.Pareto[grade].Revenue), float64(b.Total.Revenue)
	}
	if all <= 0 {
		return 0
	}
	return max(0, part/all)
}

// Bar draws a share.
func (b movesBody) Bar(grade string, revenue bool) chart.Meter {
	class := "soft"
	if revenue {
		class = "fg"
	}
	return chart.Meter{Parts: []chart.Segment{{Share: b.Share(grade, revenue), Class: class}}}
}

// Months draws the grades of the months beside each other.
func (m MonthGrades) Months() chart.Meter {
	var out chart.Meter
	all := float64(m.Sum())
	if all == 0 {
		return out
	}
	for i, g := range Grades {
		out.Parts = append(out.Parts, chart.Segment{Share: float64(m.Grades[g]) / all, Class: []string{"fg", "mid", "soft", "warm"}[i]})
	}
	return out
}

// movedBody feeds the customers behind a cell.
type movedBody struct {
	tabs
	Month, Was, Became string
	Rows               []tagName
}

func (s *Service) showMoved(c *fiber.Ctx) error {
	b := movedBody{tabs: s.tabsAt(c, "moves"), Month: c.Query("month"), Was: c.Query("was"), Became: c.Query("became")}
	var err error
	if b.Rows, err = s.Moved(web.Ctx(c), b.Month, b.Was, b.Became); err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "insight/moved", Title: "evaluation.moves", Body: b})
}

// validityBody feeds the page that asks whether the score predicts anything.
type validityBody struct {
	tabs
	Validity
}

func (s *Service) showValidity(c *fiber.Ctx) error {
	v, err := s.Validity(web.Ctx(c))
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "insight/validity", Title: "evaluation.validity", Body: validityBody{s.tabsAt(c, "validity"), v}})
}

// dimensionsBody feeds the page that says how each dimension is made.
type dimensionsBody struct {
	tabs
	Model  Model
	Fields map[int64]fieldWords
}

// Made says what one of the shop's own dimensions is made of.
func (b dimensionsBody) Made(d view.Data, o Own) string { return made(d.Locale, o, b.Fields[o.Field]) }

func (s *Service) showDimensions(c *fiber.Ctx) error {
	o, err := s.Overview(web.Ctx(c))
	if err != nil {
		return err
	}
	fields, err := s.fieldNames(web.Ctx(c), web.Locale(c))
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "insight/dimensions", Title: "evaluation.dimensions", Body: dimensionsBody{s.tabsAt(c, "scores"), o.Model, fields}})
}

// K is how many observations the typical customer counts for.
func (dimensionsBody) K(key string) int {
	return map[string]int{Purchase: kPurchase, Payment: kPayment, Cooperation: kCooperation, Satisfaction: kAnswers, Advocacy: kAnswers, Lifetime: kPurchase}[key]
}
