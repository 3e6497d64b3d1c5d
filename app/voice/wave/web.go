package wave

import (
	"context"
	"fmt"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/kit/page"
	"regulars/app/sys/view"
	"regulars/app/sys/view/chart"
	"regulars/app/sys/web"
)

// listBody is every sending to many.
type listBody struct {
	List     page.Page[Wave]
	MayWrite bool
	Reach    web.Reach
}

func (s *Service) showList(c *fiber.Ctx) error {
	list, err := s.List(web.Ctx(c), page.Request{Cursor: c.Query("cursor")}, nil)
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "wave/list", Title: "wave.list", Body: listBody{list, web.Actor(c).Can(Write), web.ReachOf(c, s.base())}})
}

// newBody is the form of a new wave.
type newBody struct {
	Surveys []view.Option
	Whom    int    // how many the list means
	Href    string // the list
	Reach   web.Reach
}

// Many is how many customers the list means, in words.
func (b newBody) Many(d view.Data) string { return d.Locale.T("wave.customers", "n", b.Whom) }

func (s *Service) showNew(c *fiber.Ctx) error {
	return s.form(c, Input{Query: string(c.Request().URI().QueryString())}, nil)
}

func (s *Service) form(c *fiber.Ctx, in Input, problem error) error {
	ctx := web.Ctx(c)
	if err := in.clean(); err != nil && problem == nil && in.Name != "" {
		return err
	}
	ids, err := s.meant(ctx, in.Query)
	if err != nil && problem == nil {
		problem = err
	}
	surveys, err := choices(ctx, s.db.Reader(ctx))
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "wave/new", Title: "wave.new", Body: newBody{surveys, len(ids), "/customers?" + in.Query, web.ReachOf(c, s.base())}, Form: in, Err: problem})
}

func (s *Service) post(c *fiber.Ctx) error {
	survey, err := strconv.ParseInt(c.FormValue("survey_id"), 10, 64)
	if err != nil {
		survey = 0 // said to be missing
	}
	in := Input{Texts: c.FormValue("texts") != "", SurveyID: survey, Name: c.FormValue("name"), Query: c.FormValue("query"), Bounds: bounds(c)}
	w, err := s.Create(web.Ctx(c), in)
	if err != nil {
		return s.form(c, in, err)
	}
	return web.Redirect(c, fmt.Sprintf("/survey-waves/%d", w.ID))
}

// bounds reads the fields of a form; what is no number is said to be out of range.
func bounds(c *fiber.Ctx) Bounds {
	number := func(name string) int {
		n, err := strconv.Atoi(c.FormValue(name, "0"))
		if err != nil {
			return -1
		}
		return n
	}
	return Bounds{c.FormValue("closes_on"), number("closes_at_n"), number("per_hour")}
}

// postBounds changes when a wave ends and how fast it leaves.
func (s *Service) postBounds(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	version, err := strconv.ParseInt(c.FormValue("version"), 10, 64)
	if err != nil {
		version = 0 // of no state that ever was
	}
	in := bounds(c)
	if _, err := s.Bound(web.Ctx(c), id, version, in); errs.Is(err, errs.Conflict) {
		return web.Said(c, fmt.Sprintf("/survey-waves/%d", id), "wave.error.moved")
	} else if err != nil {
		return s.render(c, id, &in, err)
	}
	return web.Said(c, fmt.Sprintf("/survey-waves/%d", id), "wave.bounded")
}

// showBody is one wave: its numbers, and the members in one state.
type showBody struct {
	Wave     Wave
	Figures  Figures
	Asked    string // the state that was asked for, "" is whichever says most
	Show     string // the state whose members are listed
	Reason   string
	Cursor   string // where the page of members begins
	Members  []Member
	Next     string
	MayWrite bool
	Reach    web.Reach
}

// Open tells whether the wave has not ended.
func (b showBody) Open() bool { return b.Wave.State != Done && b.Wave.State != Stopped }

// Busy tells whether the numbers move by themselves.
func (b showBody) Busy() bool { return !b.Figures.Seen() || b.Wave.State == Running }

// Many is how many customers there are, in words.
func (b showBody) Many(d view.Data) string { return d.Locale.T("wave.customers", "n", b.Figures.Total) }

// Looked is how many members were looked at.
func (b showBody) Looked() int { return b.Figures.Total - b.Figures.Unseen }

// Meant is how many are asked in all.
func (b showBody) Meant() int { return b.Figures.Asked + b.Figures.Ask }

// Rest says how long the rest takes at the rate of the wave; "" without one.
func (b showBody) Rest(d view.Data) string {
	left := b.Figures.Ask + b.Figures.Letters["queued"] + b.Figures.Letters["deferred"]
	if b.Wave.PerHour == 0 || left == 0 || b.Wave.State == "stopped" {
		return ""
	}
	return d.Locale.T("wave.rest", "n", (left+b.Wave.PerHour-1)/b.Wave.PerHour, "rate", b.Wave.PerHour)
}

// Whom is the customers' list it was made from.
func (b showBody) Whom() string { return "/customers?" + b.Wave.Query }

// Bar is how far the wave is.
func (b showBody) Bar() chart.Meter {
	f := b.Figures
	if f.Total == 0 {
		return chart.Meter{}
	}
	share := func(n int) float64 { return float64(n) / float64(f.Total) }
	done := f.Asked
	if b.Wave.State == Draft {
		done = f.Total - f.Unseen
	}
	return chart.Meter{Parts: []chart.Segment{{Share: share(done), Class: "fg"}, {Share: share(f.Total - done), Class: "soft"}}}
}

// Shows are the states whose members can be listed.
func (b showBody) Shows() []Count {
	return []Count{{State: Ask, N: b.Figures.Ask}, {State: Asked, N: b.Figures.Asked}, {State: Spared, N: b.Figures.Spared}}
}

// membersShown is how many members stand on a page.
const membersShown = 100

func (s *Service) show(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	return s.render(c, id, nil, nil)
}

// render shows a wave, with its bounds as they stand or as somebody wrote them.
func (s *Service) render(c *fiber.Ctx, id int64, in *Bounds, problem error) error {
	ctx := web.Ctx(c)
	w, f, err := s.Get(ctx, id)
	if err != nil {
		return err
	}
	b := showBody{Wave: w, Figures: f, Asked: c.Query("show"), Show: c.Query("show"), Reason: c.Query("reason"), Cursor: c.Query("cursor", "0"), MayWrite: web.Actor(c).Can(Write), Reach: web.ReachOf(c, s.base())}
	if b.Show == "" {
		b.Show = Spared
		if f.Asked > 0 {
			b.Show = Asked
		} else if f.Ask > 0 {
			b.Show = Ask
		}
	}
	after, err := strconv.ParseInt(b.Cursor, 10, 64)
	if err != nil {
		return errs.New(errs.Invalid, "error.cursor")
	}
	list, next, err := s.Members(ctx, id, b.Show, b.Reason, after, membersShown)
	if err != nil {
		return err
	}
	b.Members = list
	if next != 0 {
		b.Next = fmt.Sprint(next)
	}
	if in == nil {
		stands := w.Bounds()
		in = &stands
	}
	return web.Render(c, web.Page{Name: "wave/show", Heading: w.Name, Body: b, Form: *in, Err: problem, Fragment: "moving"})
}

// press is a button that brings a wave to another state.
func (s *Service) press(turn func(context.Context, int64) (Wave, error), said string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		id, err := web.ID(c, "id")
		if err != nil {
			return err
		}
		if _, err := turn(web.Ctx(c), id); err != nil {
			if errs.Is(err, errs.Conflict) {
				e, _ := errs.As(err)
				return web.Said(c, fmt.Sprintf("/survey-waves/%d", id), e.Message.Key)
			}
			return err
		}
		return web.Said(c, fmt.Sprintf("/survey-waves/%d", id), said)
	}
}

func (s *Service) postDelete(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := s.Delete(web.Ctx(c), id); err != nil {
		return err
	}
	return web.Done(c, "/survey-waves", "common.deleted")
}
