package letter

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/insight/periodical"
	"regulars/app/kit/cal"
	"regulars/app/kit/page"
	"regulars/app/kit/slot"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

func (s *Service) routes(r *web.Router) {
	r.Get(home, Read, s.showAll)
	r.Post(home, Write, s.post)
	r.Post(home+"/decline", Write, s.postDecline)
	r.Get(home+"/customers", Read, s.showWho)
	r.Get(home+"/money", Read, s.showMoney)
	r.Get(home+"/:id", Read, s.show)
	r.Get(settings, Write, s.showSettings)
	r.Post(settings, Write, s.postSettings)
}

// allBody is the list of letters.
type allBody struct {
	Letters  []Letter
	Next     string
	Sees     bool // there are letters for the reader at all
	MayWrite bool
	Teams    []periodical.Named // whose letter the reader may ask for
	Rhythm   string
}

// Kinds are the choices of how long a letter is.
func (allBody) Kinds() []slot.Kind { return Kinds }

func (s *Service) showAll(c *fiber.Ctx) error {
	ctx, actor := web.Ctx(c), web.Actor(c)
	p, err := s.List(ctx, page.Request{Limit: 50, Cursor: c.Query("cursor")}, nil)
	if err != nil {
		return err
	}
	b := allBody{Letters: p.Items, Next: p.Next, MayWrite: actor.Can(Write)}
	own, ok := periodical.Team(actor, Read)
	if b.Sees = ok; ok && own == 0 && b.MayWrite {
		if b.Teams, err = periodical.Teams(ctx, s.DB.Reader(ctx)); err != nil {
			return err
		}
	}
	set, err := readSettings(ctx, s.DB.Reader(ctx))
	if err != nil {
		return err
	}
	b.Rhythm = set.word()
	return web.Render(c, web.Page{Name: "insight/letters", Title: "letter.title", Body: b})
}

// word is how often, in a word.
func (s Settings) word() string {
	switch {
	case s.Weekly && s.Monthly:
		return "both"
	case s.Weekly:
		return "weekly"
	case s.Monthly:
		return "monthly"
	}
	return "off"
}

// oneBody is one letter with its neighbours.
type oneBody struct {
	Letter
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
	if b.Letter, err = s.Get(ctx, id); err != nil {
		return err
	}
	if b.Earlier, b.Later, err = shelf.Beside(ctx, s.DB.Reader(ctx), b.Issue); err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "insight/letter", Title: "letter.name", Body: b})
}

func (s *Service) post(c *fiber.Ctx) error {
	team, _ := strconv.ParseInt(c.FormValue("team"), 10, 64) // 0 is all that the reader sees
	l, err := s.Make(web.Ctx(c), slot.Kind(c.FormValue("kind")), team)
	if err != nil {
		return err
	}
	return web.Done(c, path(l.ID), "letter.done.made")
}

func (s *Service) postDecline(c *fiber.Ctx) error {
	if err := s.Decline(web.Ctx(c)); err != nil {
		return err
	}
	return web.Done(c, "/today", "letter.done.declined")
}

// asked reads which days a page of rows is about.
func asked(c *fiber.Ctx) Ask {
	a := Ask{Since: c.Query("since"), Until: c.Query("until")}
	a.Team, _ = strconv.ParseInt(c.Query("team"), 10, 64) // no number is everybody
	a.Skip = c.QueryInt("skip")
	return a
}

// More is the way to the following page.
func (a Ask) more(page string, skip int, v url.Values) string {
	if skip == 0 {
		return ""
	}
	v.Set("skip", strconv.Itoa(skip))
	return rowsPage(page, slot.Span{Since: cal.Date(a.Since), Until: cal.Date(a.Until)}, a.Team, v)
}

// More is the way to the following page of people.
func (p People) More() string {
	return p.more("customers", p.Next(), url.Values{"of": {p.Of}, "as_of": {string(p.AsOf)}})
}

// More is the way to the following page of money.
func (p Flows) More() string { return p.more("money", p.Next(), url.Values{}) }

func (s *Service) showWho(c *fiber.Ctx) error {
	p, err := s.Who(web.Ctx(c), asked(c), c.Query("of"), c.Query("as_of"))
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "insight/letter-customers", Title: "letter.name", Body: p})
}

func (s *Service) showMoney(c *fiber.Ctx) error {
	p, err := s.Money(web.Ctx(c), asked(c))
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "insight/letter-money", Title: "letter.name", Body: p})
}

// settingsForm is what was typed.
type settingsForm struct {
	Weekly     bool
	Monthly    bool
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

// Weekdays are the choices of a weekly letter's day.
func (settingsBody) Weekdays(d view.Data) []view.Option { return periodical.Weekdays(d) }

// Alone tells whether nobody else works here.
func (b settingsBody) Alone() bool { return len(b.People) < 2 }

func (s *Service) showSettings(c *fiber.Ctx) error {
	set, err := s.Settings(web.Ctx(c))
	if err != nil {
		return err
	}
	f := settingsForm{set.Weekly, set.Monthly, set.Weekday, strconv.Itoa(set.Day), set.Recipients}
	if set.word() == "off" && len(f.Recipients) == 0 { // whoever switches them on mostly wants them
		f.Recipients = []int64{web.Actor(c).UserID}
	}
	return s.renderSettings(c, f, nil)
}

func (s *Service) renderSettings(c *fiber.Ctx, f settingsForm, problem error) error {
	people, err := s.readers().Everybody(web.Ctx(c), s.DB.Reader(web.Ctx(c)), f.Recipients)
	if err != nil {
		return err
	}
	b := settingsBody{Settings: web.SettingsNav(c), People: people, NoBase: s.BaseURL() == ""}
	return web.Render(c, web.Page{Name: "settings/owner-letter", Title: "settings.letter", Body: b, Form: f, Err: problem})
}

func (s *Service) postSettings(c *fiber.Ctx) error {
	number := func(text string) int {
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil {
			n = -1 // refused by the service
		}
		return n
	}
	f := settingsForm{Weekly: c.FormValue("weekly") != "", Monthly: c.FormValue("monthly") != "", Weekday: number(c.FormValue("weekday")), Day: strings.TrimSpace(c.FormValue("day"))}
	for _, id := range c.Context().PostArgs().PeekMulti("recipients") {
		f.Recipients = append(f.Recipients, int64(number(string(id))))
	}
	_, err := s.Save(web.Ctx(c), Settings{Weekly: f.Weekly, Monthly: f.Monthly, Weekday: f.Weekday, Day: number(f.Day), Recipients: f.Recipients})
	if err != nil {
		return s.renderSettings(c, f, err)
	}
	return web.Done(c, settings, "letter.done.saved")
}
