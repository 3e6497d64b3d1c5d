package survey

import (
	"fmt"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/page"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// programsBody is the list of who is asked when.
type programsBody struct {
	List     page.Page[Program]
	MayWrite bool
	NoBase   bool // without a public address nothing can be mailed
	MaySet   bool // the reader may set one
	Idle     map[int64]bool
	Reach    web.Reach
}

func (s *Service) showPrograms(c *fiber.Ctx) error {
	req, conds, err := request(c)
	if err != nil {
		return err
	}
	list, err := s.Programs(web.Ctx(c), req, conds)
	if err != nil {
		return err
	}
	ctx := web.Ctx(c)
	idle := map[int64]bool{} // the programs whose surveys are over
	for _, p := range list.Items {
		if idle[p.ID], err = s.idle(ctx, s.db.Reader(ctx), p, s.db.Now()); err != nil {
			return err
		}
	}
	return web.Render(c, web.Page{Name: "voice/programs", Title: "survey.programs",
		Body: programsBody{list, web.Actor(c).Can(Write), s.homeless(ctx), maySet(c), idle, s.reach(c)}})
}

// programBody is the form of one program.
type programBody struct {
	Program Program // zero for a new one
	Surveys []Survey
	kinds   []string
	Reach   web.Reach
}

// Others are the surveys that can be asked in turn with the first.
func (b programBody) Others() []view.Option {
	var out []view.Option
	for _, v := range b.Surveys {
		if !v.Anonymous {
			out = append(out, view.Option{Value: v.ID, Label: v.Name})
		}
	}
	return out
}

// Options are the surveys it can ask.
func (b programBody) Options() []view.Option {
	var out []view.Option
	for _, v := range b.Surveys {
		out = append(out, view.Option{Value: v.ID, Label: v.Name})
	}
	return out
}

// Kinds are the choices for a new program.
func (b programBody) Kinds(d view.Data) []view.Option {
	var out []view.Option
	for _, k := range b.kinds {
		out = append(out, view.Option{Value: k, Label: d.Locale.T("survey.program.kind." + k)})
	}
	return out
}

func (s *Service) newProgram(c *fiber.Ctx) error {
	return s.programForm(c, Program{}, ProgramInput{Kind: Relationship, Active: true, EveryDays: 90, DelayDays: 3, RemindDays: usualRemind, ExpireDays: usualExpiry}, nil)
}

func (s *Service) editProgram(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	p, err := s.Program(web.Ctx(c), id)
	if err != nil {
		return err
	}
	return s.programForm(c, p, p.Input(), nil)
}

func (s *Service) programForm(c *fiber.Ctx, p Program, in ProgramInput, problem error) error {
	list, err := s.List(web.Ctx(c), page.Request{Limit: page.MaxLimit}, nil)
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "voice/program", Title: "survey.program", Body: programBody{p, list.Items, s.kinds(), s.reach(c)}, Form: in, Err: problem})
}

func (s *Service) postProgram(c *fiber.Ctx) error {
	in := ProgramInput{SurveyID: reference(c.FormValue("survey_id")), Kind: c.FormValue("kind"), Name: c.FormValue("name"),
		Active: c.FormValue("active") != "", EveryDays: number(c, "every_days"), DelayDays: number(c, "delay_days"), DailyCap: number(c, "daily_cap"),
		RemindDays: number(c, "remind_days"), ExpireDays: number(c, "expire_days"), AlternateID: reference(c.FormValue("alternate_id")),
		ClosesOn: c.FormValue("closes_on"), ClosesAtN: number(c, "closes_at_n"),
		Texts: c.FormValue("texts") != "", FromHour: number(c, "from_hour"), ToHour: number(c, "to_hour"), Weekdays: ticked(c), Version: reference(c.FormValue("version"))}
	if c.Params("id") == "" {
		p, err := s.CreateProgram(web.Ctx(c), in)
		if err != nil {
			return s.programForm(c, Program{}, in, err)
		}
		return web.Done(c, fmt.Sprintf("/survey-programs/%d", p.ID), "common.saved")
	}
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	p, err := s.Program(web.Ctx(c), id)
	if err != nil {
		return err
	}
	in.Kind, in.Active = p.Kind, p.Active // buttons of its page
	if _, err := s.UpdateProgram(web.Ctx(c), id, in); err != nil {
		return s.programForm(c, p, in, err)
	}
	return web.Done(c, fmt.Sprintf("/survey-programs/%d", id), "common.saved")
}

// ticked are the weekdays chosen; all of them are the same as none.
func ticked(c *fiber.Ctx) int {
	sum := 0
	for _, v := range c.Request().PostArgs().PeekMulti("weekday") {
		if n := reference(string(v)); n > 0 && n < 128 {
			sum |= int(n)
		}
	}
	return sum % 127
}

// Day is a weekday to tick.
type Day struct {
	Value int
	Name  string
	On    bool
}

// Days are those of the week, as the form has them.
func (b programBody) Days(d view.Data) []Day {
	in, _ := d.Form.(ProgramInput)
	return weekOf(Program{Weekdays: in.Weekdays}, d)
}

func weekOf(p Program, d view.Data) []Day {
	var out []Day
	for n := range 7 {
		out = append(out, Day{1 << n, d.Locale.T("weekday." + fmt.Sprint(n+1)), p.On(n)})
	}
	return out
}

func (s *Service) deleteProgram(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := s.DeleteProgram(web.Ctx(c), id); err != nil {
		return err
	}
	return web.Done(c, "/survey-programs", "common.deleted")
}
