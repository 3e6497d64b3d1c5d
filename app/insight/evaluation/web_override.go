package evaluation

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// heldBody feeds the page on which a grade is set by hand.
type heldBody struct {
	Evaluation
	Name string
	Held *Held
}

func (s *Service) showHeld(c *fiber.Ctx) error { return s.heldPage(c, HeldInput{}, nil) }

func (s *Service) heldPage(c *fiber.Ctx, in HeldInput, problem error) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	var b heldBody
	if b.Evaluation, b.Name, err = s.judged(web.Ctx(c), id); err != nil {
		return err
	}
	if b.Held, err = s.Held(web.Ctx(c), id); err != nil {
		return err
	}
	if b.Held != nil && in == (HeldInput{}) {
		in = HeldInput{b.Held.Grade, b.Held.Reason, string(b.Held.Until)}
	}
	if in == (HeldInput{}) {
		in.Grade = b.Grade
	}
	return web.Render(c, web.Page{Name: "insight/grade", Title: "evaluation.by_hand.title", Body: b, Form: in, Err: problem})
}

// Options are the grades.
func (heldBody) Options() []view.Option {
	var out []view.Option
	for _, g := range Grades {
		out = append(out, view.Option{Value: g, Label: g})
	}
	return out
}

func (s *Service) setHeld(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	in := HeldInput{Grade: c.FormValue("grade"), Reason: c.FormValue("reason"), Until: c.FormValue("until")}
	if err := s.Hold(web.Ctx(c), id, in); err != nil {
		return s.heldPage(c, in, err)
	}
	return web.Done(c, "/customers/"+strconv.FormatInt(id, 10)+"/evaluation", "evaluation.by_hand.done", "grade", in.Grade)
}

func (s *Service) release(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := s.Release(web.Ctx(c), id); err != nil {
		return err
	}
	return web.Done(c, "/customers/"+strconv.FormatInt(id, 10)+"/evaluation", "evaluation.by_hand.released")
}

// RatedWord is what the rules say beside a grade set by hand.
func (e Evaluation) RatedWord(d view.Data) string {
	if e.Rated == Ungraded {
		return d.Locale.T("evaluation.not_enough")
	}
	return e.Rated
}
