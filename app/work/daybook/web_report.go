package daybook

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

const reports = "/daily-reports"

func (s *Service) reportRoutes(r *web.Router) {
	r.Get(reports, Read, s.round)
	r.Get(reports+"/mine", Write, s.mine)
	r.Post(reports+"/mine", Write, s.saveMine)
	r.Get(reports+"/:id", Read, s.report)
	r.Post(reports+"/:id/comments", Write, s.say)
	r.Get("/settings/daybook", Admin, s.rulePage)
	r.Post("/settings/daybook", Admin, s.ruleSave)
}

// pathOf is a report's page; the writing of one's own is known by its period.
func pathOf(id int64) string { return reports + "/" + strconv.FormatInt(id, 10) }

func pathOfMine(period int64) string {
	if period == periodID[Week] {
		return reports + "/mine?period=week"
	}
	return reports + "/mine?period=day"
}

// RoundPage feeds the list of who handed in.
type RoundPage struct {
	Period     string
	Day, Today cal.Date
	Span       Span
	People     []Handed
	Missing    int
	Me         int64
	MayWrite   bool
	MayAdmin   bool
}

// Step is the first day of the period beside it.
func (b RoundPage) Step(by int) cal.Date {
	if b.Period == Week {
		by *= 7
	}
	return b.Day.AddDays(by)
}

// Query names a period.
func (b RoundPage) Query(period string, day cal.Date) string {
	return "?period=" + period + "&day=" + string(day)
}

// asked reads which period is meant.
func asked(c *fiber.Ctx) (period string, day cal.Date, err error) {
	period = c.Query("period", Day)
	if typed := c.Query("day"); typed != "" {
		if day, err = cal.ParseDate(typed); err != nil {
			return period, day, errs.New(errs.Malformed, "error.date")
		}
	}
	return period, day, nil
}

func (s *Service) round(c *fiber.Ctx) error {
	ctx := web.Ctx(c)
	period, day, err := asked(c)
	if err != nil {
		return err
	}
	me := web.Actor(c)
	b := RoundPage{Period: period, Me: me.UserID, MayWrite: me.Can(Write), MayAdmin: me.Can(Admin)}
	if b.People, b.Day, err = s.Round(ctx, period, day); err != nil {
		return err
	}
	if b.Today, _, err = s.day(ctx); err != nil {
		return err
	}
	b.Span = spanOf(period, b.Day)
	for _, p := range b.People {
		if !p.In() && p.Owes() {
			b.Missing++
		}
	}
	return web.Render(c, web.Page{Name: "work/reports", Title: "daybook.reports", Body: b})
}

// MinePage feeds the form of one's own report.
type MinePage struct {
	Report  Report
	Span    Span
	Figures Figures
	Done    []Line
	Ahead   []Ahead
	Sorts   []string
	Theirs  []web.Clash
}

// mineForm is a report as it was typed.
type mineForm struct {
	Words
	Version int64
}

func (s *Service) mine(c *fiber.Ctx) error {
	period, day, err := asked(c)
	if err != nil {
		return err
	}
	r, err := s.Mine(web.Ctx(c), period, day)
	if err != nil {
		return err
	}
	return s.write(c, r, mineForm{r.Words, r.Version}, nil)
}

func (s *Service) saveMine(c *fiber.Ctx) error {
	period := c.FormValue("period")
	day, err := cal.ParseDate(c.FormValue("day"))
	if err != nil {
		return errs.New(errs.Malformed, "error.date")
	}
	f := mineForm{Words: Words{c.FormValue("well"), c.FormValue("problems"), c.FormValue("help"), c.FormValue("plan")}}
	f.Version, _ = strconv.ParseInt(c.FormValue("version"), 10, 64) // 0 is simply stale, or new
	handIn := c.FormValue("hand_in") != ""
	r, err := s.Save(web.Ctx(c), period, day, f.Version, f.Words, handIn)
	if err != nil {
		now, mineErr := s.Mine(web.Ctx(c), period, day)
		if mineErr != nil {
			return mineErr
		}
		return s.write(c, now, f, err)
	}
	if r.State == HandedIn {
		return web.Done(c, pathOf(r.ID), "daybook.handed_in")
	}
	return web.Done(c, reports+"/mine?period="+r.Period+"&day="+string(r.Day), "common.saved")
}

func (s *Service) write(c *fiber.Ctx, r Report, f mineForm, problem error) error {
	ctx, l := web.Ctx(c), web.Locale(c)
	b := MinePage{Report: r, Span: r.Span(), Sorts: Sorts}
	var err error
	if b.Figures, b.Ahead, err = s.Of(ctx, r.UserID, b.Span); err != nil {
		return err
	}
	deeds, err := s.Deeds(ctx, b.Span, r.UserID, "", 0)
	if err != nil {
		return err
	}
	for _, d := range deeds {
		b.Done = append(b.Done, Line{d, d.told(l), hrefOf(c, d), icons[d.Sort()]})
	}
	if e, ok := errs.As(problem); ok && e.Kind == errs.Conflict {
		f.Version = r.Version // saving again takes what was typed
		b.Theirs = web.Clashes(l, web.Clash{Name: "well", Label: "daybook.well", Ours: f.Well, Theirs: r.Well}, web.Clash{Name: "problems", Label: "daybook.problems", Ours: f.Problems, Theirs: r.Problems},
			web.Clash{Name: "help", Label: "daybook.help", Ours: f.Help, Theirs: r.Help}, web.Clash{Name: "plan", Label: "daybook.plan", Ours: f.Plan, Theirs: r.Plan})
	}
	return web.Render(c, web.Page{Name: "work/report-edit", Title: "daybook.title." + r.Period, Body: b, Form: f, Err: problem})
}

// ReportPage feeds a report that is read.
type ReportPage struct {
	Report   Report
	Span     Span
	Figures  Figures
	Editions []Edition
	Comments []Comment
	Sorts    []string
	Mine     bool
	MayWrite bool
}

func (s *Service) report(c *fiber.Ctx) error { return s.show(c, "", nil) }

// commentForm is what was typed under a report.
type commentForm struct{ Words string }

func (s *Service) show(c *fiber.Ctx, typed string, problem error) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	r, editions, comments, err := s.Read(web.Ctx(c), id)
	if err != nil {
		return err
	}
	me := web.Actor(c)
	b := ReportPage{Report: r, Span: r.Span(), Figures: r.Known(), Editions: editions, Comments: comments, Sorts: Sorts, Mine: r.UserID == me.UserID, MayWrite: me.Can(Write)}
	return web.Render(c, web.Page{Name: "work/report", Title: "daybook.title." + r.Period, Body: b, Form: commentForm{typed}, Err: problem})
}

func (s *Service) say(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if _, err := s.Say(web.Ctx(c), id, c.FormValue("words")); err != nil {
		if errs.Is(err, errs.Invalid) {
			return s.show(c, c.FormValue("words"), err)
		}
		return err
	}
	return web.Done(c, pathOf(id), "common.saved")
}

type ruleBody struct {
	Nav  []view.NavGroup
	Days []view.Option
}

func (s *Service) rulePage(c *fiber.Ctx) error {
	r, err := s.Rule(web.Ctx(c))
	if err != nil {
		return err
	}
	return s.ruleShow(c, r, nil)
}

func (s *Service) ruleShow(c *fiber.Ctx, r Rule, problem error) error {
	b, l := ruleBody{Nav: web.SettingsNav(c)}, web.Locale(c)
	for _, i := range []int{1, 2, 3, 4, 5, 6, 0} {
		b.Days = append(b.Days, view.Option{Value: i, Label: l.T("hours.day." + strconv.Itoa(i))})
	}
	return web.Render(c, web.Page{Name: "settings/daybook", Title: "settings.daybook", Body: b, Form: r, Err: problem})
}

func (s *Service) ruleSave(c *fiber.Ctx) error {
	day, err := strconv.Atoi(c.FormValue("week_day"))
	if err != nil {
		day = -1 // refused by the service
	}
	r := Rule{DayAt: c.FormValue("day_at"), WeekAt: c.FormValue("week_at"), WeekDay: day, Managers: c.FormValue("managers") != ""}
	if err := s.SetRule(web.Ctx(c), r); err != nil {
		if errs.Is(err, errs.Invalid) {
			return s.ruleShow(c, r, err)
		}
		return err
	}
	return web.Done(c, "/settings/daybook", "common.saved")
}
