package report

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/insight/periodical"
	"regulars/app/kit/page"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
	"regulars/app/voice/survey"
)

func (s *Service) routes(r *web.Router) {
	r.Get(home, survey.Read, s.showAll)
	r.Post(home, Write, s.post)
	r.Get(home+"/:id", survey.Read, s.show)
	r.Get(settings, Write, s.showSettings)
	r.Post(settings, Write, s.postSettings)
}

// allBody is the list of reports.
type allBody struct {
	Reports  []Report
	Next     string
	Sees     bool // there are reports for the reader at all
	MayWrite bool
	Teams    []periodical.Named // whose report the reader may ask for
	Rhythm   Kind
}

// Kinds are the choices of how long a report is.
func (allBody) Kinds() []Kind { return Kinds }

func (s *Service) showAll(c *fiber.Ctx) error {
	ctx, actor := web.Ctx(c), web.Actor(c)
	p, err := s.List(ctx, page.Request{Limit: 50, Cursor: c.Query("cursor")}, nil)
	if err != nil {
		return err
	}
	b := allBody{Reports: p.Items, Next: p.Next, MayWrite: actor.Can(Write)}
	own, ok := periodical.Team(actor, survey.Read)
	if b.Sees = ok; ok && own == 0 && b.MayWrite {
		if b.Teams, err = periodical.Teams(ctx, s.DB.Reader(ctx)); err != nil {
			return err
		}
	}
	set, err := readSettings(ctx, s.DB.Reader(ctx))
	if err != nil {
		return err
	}
	b.Rhythm = set.Rhythm
	return web.Render(c, web.Page{Name: "voice/reports", Title: "report.title", Body: b})
}

// oneBody is one report with its neighbours.
type oneBody struct {
	Report
	Earlier int64 // 0 for none
	Later   int64
}

func (s *Service) show(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	ctx := web.Ctx(c)
	b := oneBody{}
	if b.Report, err = s.Get(ctx, id); err != nil {
		return err
	}
	if b.Earlier, b.Later, err = shelf.Beside(ctx, s.DB.Reader(ctx), b.Issue); err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "voice/report", Title: "report.name", Body: b})
}

func (s *Service) post(c *fiber.Ctx) error {
	team, _ := strconv.ParseInt(c.FormValue("team"), 10, 64) // 0 is all that the reader sees
	r, err := s.Make(web.Ctx(c), Kind(c.FormValue("kind")), team)
	if err != nil {
		return err
	}
	return web.Done(c, path(r.ID), "report.done.made")
}

// settingsForm is what was typed.
type settingsForm struct {
	Rhythm     Kind
	Weekday    int
	Day        string
	Recipients []int64
}

// settingsBody is the page of the settings.
type settingsBody struct {
	Settings []view.NavGroup
	People   []periodical.Person
	NoBase   bool // links in mail lead nowhere
}

// Rhythms are the choices of how often, never first.
func (settingsBody) Rhythms() []Kind { return append([]Kind{""}, Kinds...) }

// Weekdays are the choices of a weekly report's day.
func (settingsBody) Weekdays(d view.Data) []view.Option { return periodical.Weekdays(d) }

// Alone tells whether nobody else works here.
func (b settingsBody) Alone() bool { return len(b.People) < 2 }

func (s *Service) showSettings(c *fiber.Ctx) error {
	set, err := s.Settings(web.Ctx(c))
	if err != nil {
		return err
	}
	return s.renderSettings(c, settingsForm{set.Rhythm, set.Weekday, strconv.Itoa(set.Day), set.Recipients}, nil)
}

func (s *Service) renderSettings(c *fiber.Ctx, f settingsForm, problem error) error {
	people, err := s.readers().Everybody(web.Ctx(c), s.DB.Reader(web.Ctx(c)), f.Recipients)
	if err != nil {
		return err
	}
	b := settingsBody{Settings: web.SettingsNav(c), People: people, NoBase: s.BaseURL() == ""}
	return web.Render(c, web.Page{Name: "settings/satisfaction-report", Title: "settings.report", Body: b, Form: f, Err: problem})
}

func (s *Service) postSettings(c *fiber.Ctx) error {
	f := settingsForm{Rhythm: Kind(c.FormValue("rhythm")), Day: strings.TrimSpace(c.FormValue("day"))}
	number := func(text string) int {
		n, err := strconv.Atoi(text)
		if err != nil {
			n = -1 // refused by the service
		}
		return n
	}
	f.Weekday = number(c.FormValue("weekday"))
	for _, id := range c.Context().PostArgs().PeekMulti("recipients") {
		f.Recipients = append(f.Recipients, int64(number(string(id))))
	}
	_, err := s.Save(web.Ctx(c), Settings{Rhythm: f.Rhythm, Weekday: f.Weekday, Day: number(f.Day), Recipients: f.Recipients})
	if err != nil {
		return s.renderSettings(c, f, err)
	}
	return web.Done(c, settings, "report.done.saved")
}
