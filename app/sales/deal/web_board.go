package deal

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/i18n"
	"regulars/app/sys/listing"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// BoardPage feeds the board.
type BoardPage struct {
	Pipeline Pipeline
	Tabs     []listing.Tab
	Rows     []BoardRow
	Owner    int64 // whose deals alone, see everybodys
	Whom     []view.Option
	ByOwner  bool
	Any      bool // there is any deal in it
	Several  bool // there is more than one pipeline
	Figures  []view.Stat
	MayWrite bool
	MaySet   bool
	None     bool // the shop has no pipeline
}

// With tells that it holds the deals on which the reader collaborates.
func (b BoardPage) With() bool { return b.Owner == with }

// BoardRow is the board, or with swimlanes one person's part of it.
type BoardRow struct {
	Name  string
	N     int
	Lanes []Lane
}

func (s *Service) showBoard(c *fiber.Ctx) error {
	ctx, l, actor := web.Ctx(c), web.Locale(c), web.Actor(c)
	q, scope := s.db.Reader(ctx), actor.Scope()
	b := BoardPage{Owner: everybodys, MayWrite: actor.Can(Write), MaySet: actor.Can(Settings)}
	all, err := pipelines(ctx, q)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		b.None = true
		return web.Render(c, web.Page{Name: "sales/board", Title: "nav.deals", Body: b})
	}
	if b.Pipeline, err = s.pipeline(all, number(c.Query("pipeline"))); err != nil {
		return err
	}
	if b.Whom, err = s.whom(c); err != nil {
		return err
	}
	if len(b.Whom) > 0 {
		b.Owner = whose(c.Query("owner"))
	}
	b.ByOwner = c.Query("lanes") == "owner" && len(b.Whom) > 0 && b.Owner != with
	b.Any = b.Owner != everybodys // so that one finds the way back
	if err := s.tabs(c, &b, all); err != nil {
		return err
	}
	sums, err := heads(ctx, q, scope, b.Pipeline.ID, b.Owner)
	if err != nil {
		return err
	}
	limit := firstCards
	if b.ByOwner {
		limit = firstCards / 2
		for _, o := range append(b.Whom, view.Option{Value: int64(0), Label: l.T("deal.nobody")}) {
			row := BoardRow{Name: o.Label, Lanes: lanes(b.Pipeline, sums, o.Value.(int64))}
			if row.N, _ = total(row.Lanes); row.N > 0 && (b.Owner < 0 || b.Owner == o.Value.(int64)) {
				b.Rows = append(b.Rows, row)
			}
		}
	} else {
		b.Rows = []BoardRow{{Lanes: lanes(b.Pipeline, sums, b.Owner)}}
		b.Rows[0].N, _ = total(b.Rows[0].Lanes)
	}
	for i := range b.Rows {
		b.Any = b.Any || b.Rows[i].N > 0
		for k := range b.Rows[i].Lanes {
			if err := s.fillLane(ctx, q, scope, l, &b.Rows[i].Lanes[k], start, limit, len(b.Whom) > 0 && !b.ByOwner); err != nil {
				return err
			}
		}
	}
	if b.Figures, err = s.figures(c, b.Pipeline, lanes(b.Pipeline, sums, b.Owner)); err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "sales/board", Title: "nav.deals", Body: b})
}

// tabs are the pipelines, each with what stands in it.
func (s *Service) tabs(c *fiber.Ctx, b *BoardPage, all []Pipeline) error {
	if b.Several = len(all) > 1; !b.Several {
		return nil
	}
	n, err := openIn(web.Ctx(c), s.db.Reader(web.Ctx(c)))
	if err != nil {
		return err
	}
	for _, p := range all {
		q := url.Values{"pipeline": {idText(p.ID)}}
		for _, name := range []string{"owner", "lanes", "view"} {
			if v := c.Query(name); v != "" {
				q.Set(name, v)
			}
		}
		b.Tabs = append(b.Tabs, listing.Tab{Label: p.Name, Href: home + "?" + q.Encode(), Current: p.ID == b.Pipeline.ID, N: n[p.ID]})
	}
	return nil
}

// figures are how the pipeline goes: what stands in it, what may be expected of
// it, what was won this month, how many are won, and how long that takes.
func (s *Service) figures(c *fiber.Ctx, p Pipeline, lanes []Lane) ([]view.Stat, error) {
	ctx, l := web.Ctx(c), web.Locale(c)
	q, day := s.db.Reader(ctx), today(l)
	n, sums := total(lanes)
	out := []view.Stat{
		{Label: l.T("deal.figure.open"), Value: orNone(amounts(l, sums, func(s sum) int64 { return s.Amount })), Small: l.T("deal.n", "n", n)},
		{Label: l.T("deal.figure.weighted"), Value: orNone(amounts(l, sums, func(s sum) int64 { return s.Weighted })), Note: l.T("deal.figure.weighted_note")},
	}
	month := cal.Date(string(day)[:8] + "01")
	won, err := wonSince(ctx, q, p.ID, month)
	if err != nil {
		return nil, err
	}
	count := 0
	for _, one := range won {
		count += one.N
	}
	out = append(out, view.Stat{Label: l.T("deal.figure.won"), Value: orNone(amounts(l, won, func(s sum) int64 { return s.Amount })), Small: l.T("deal.n", "n", count),
		Href: home + "?filter%5Bpipeline_id%5D%5Beq%5D=" + idText(p.ID) + "&filter%5Bresult%5D%5Beq%5D=won&filter%5Bclosed_on%5D%5Bgte%5D=" + string(month)})
	went, err := pace(ctx, q, p.ID, day.AddDays(-365))
	if err != nil {
		return nil, err
	}
	rate := view.Stat{Label: l.T("deal.figure.rate"), Value: "–", Small: l.T("deal.figure.early")}
	if decided := went.Won + went.Lost; decided >= tooFew {
		rate.Value, rate.Small = l.Percent(float64(went.Won)/float64(decided)), l.T("deal.figure.rate_note", "won", went.Won, "n", decided, "days", int(went.Days+.5))
	}
	return append(out, rate), nil
}

// tooFew decided deals say nothing about a rate.
const tooFew = 20

func orNone(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

// CardsPage feeds further cards of a column.
type CardsPage struct {
	Lane     Lane
	MayWrite bool
}

// showCards serves the next cards as one scrolls down a column.
func (s *Service) showCards(c *fiber.Ctx) error {
	ctx, l := web.Ctx(c), web.Locale(c)
	q := s.db.Reader(ctx)
	st, err := stageOf(ctx, q, number(c.Query("stage")))
	if err != nil {
		return err
	}
	at, err := strconv.ParseFloat(c.Query("at"), 64)
	if err != nil {
		return errs.New(errs.Malformed, "error.malformed")
	}
	people, err := s.whom(c)
	if err != nil {
		return err
	}
	lane := Lane{Stage: st, Owner: whose(c.Query("owner")), N: 1}
	if err := s.fillLane(ctx, q, web.Actor(c).Scope(), l, &lane, spot{at, number(c.Query("id"))}, moreCards, len(people) > 0); err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "sales/board-cards", Title: "nav.deals", Body: CardsPage{lane, web.Actor(c).Can(Write)}, Fragment: "cards"})
}

// answerBoard tells the board's script what became of a card that was dropped:
// the heads as they are now, the page that asks for what is missing, or why it
// could not go and where it stands.
func (s *Service) answerBoard(c *fiber.Ctx, d, after Deal, f MoveForm, problem error) error {
	l := web.Locale(c)
	e, ok := errs.As(problem)
	switch {
	case ok && e.Kind == errs.Invalid:
		return c.Status(http.StatusUnprocessableEntity).JSON(movedAnswer{Ask: path(d.ID) + "/move?stage=" + idText(f.Stage) + "&next=" + url.QueryEscape(home+"?pipeline="+idText(d.PipelineID))})
	case ok && e.Kind == errs.Conflict:
		now, _ := e.Current.(Deal)
		out := movedAnswer{Version: now.Version, Message: nowWords(l, now)}
		if now.IsOpen() {
			out.Stage = now.StageID
		}
		return c.Status(http.StatusConflict).JSON(out)
	case problem != nil:
		return problem
	}
	out := movedAnswer{Version: after.Version, Stage: after.StageID}
	ctx := web.Ctx(c)
	all, err := pipelines(ctx, s.db.Reader(ctx))
	if err != nil {
		return err
	}
	p, err := s.pipeline(all, after.PipelineID)
	if err != nil {
		return err
	}
	sums, err := heads(ctx, s.db.Reader(ctx), web.Actor(c).Scope(), p.ID, everybodys)
	if err != nil {
		return err
	}
	for _, lane := range lanes(p, sums, everybodys) {
		out.Heads = append(out.Heads, wordsOf(l, lane))
	}
	return c.JSON(out)
}

// nowWords say what somebody else made of a deal meanwhile.
func nowWords(l *i18n.Locale, now Deal) string {
	if !now.IsOpen() {
		return l.T("deal.error.decided."+now.Result, "name", now.Name)
	}
	return l.T("deal.error.moved", "name", now.Name, "stage", now.StageName)
}
