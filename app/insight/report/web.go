package report

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

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
	Teams    []named // whose report the reader may ask for
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
	own, ok := readerOf(actor)
	if b.Sees = ok; ok && own == 0 && b.MayWrite {
		if b.Teams, err = teams(ctx, s.DB.Reader(ctx)); err != nil {
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
	q := s.DB.Reader(ctx)
	for _, side := range []struct {
		statement string
		into      *int64
	}{{sqlEarlier, &b.Earlier}, {sqlLater, &b.Later}} {
		if err := q.Get(ctx, side.into, side.statement, b.ID, b.Kind, int64(b.TeamID)); err != nil {
			return err
		}
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
	People   []person
	NoBase   bool // links in mail lead nowhere
}

// person may be chosen, if there is a report for them.
type person struct {
	ID     int64
	Name   string
	Email  string
	Gets   string // "all", "team", or "" for nobody's
	Chosen bool
}

// Rhythms are the choices of how often, never first.
func (settingsBody) Rhythms() []Kind { return append([]Kind{""}, Kinds...) }

// Weekdays are the choices of a weekly report's day.
func (settingsBody) Weekdays(d view.Data) []view.Option { return weekdays(d) }

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
	people, err := s.people(web.Ctx(c), f.Recipients)
	if err != nil {
		return err
	}
	b := settingsBody{Settings: web.SettingsNav(c), People: people, NoBase: s.BaseURL() == ""}
	return web.Render(c, web.Page{Name: "settings/satisfaction-report", Title: "settings.report", Body: b, Form: f, Err: problem})
}

// people are those who work here, with the report that is theirs.
func (s *Service) people(ctx context.Context, chosen []int64) ([]person, error) {
	var ids []int64
	if err := s.DB.Reader(ctx).Select(ctx, &ids, sqlPeople); err != nil {
		return nil, err
	}
	var out []person
	for _, id := range ids {
		a, _, err := s.Users.Actor(ctx, id)
		if err != nil {
			return nil, err
		}
		if a == nil {
			continue
		}
		p := person{ID: id, Name: a.Name, Email: a.Email, Chosen: slices.Contains(chosen, id)}
		if team, ok := readerOf(a); ok {
			p.Gets = "all"
			if team != 0 {
				p.Gets = "team"
			}
		}
		out = append(out, p)
	}
	return out, nil
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
