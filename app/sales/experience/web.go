package experience

import (
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sales/deal"
	"regulars/app/sys/web"
)

func (s *Service) routes(r *web.Router) {
	r.Get(home, deal.Read, s.index)
	r.Get("/deals/:id/experience", deal.Read, s.ofDeal)
	r.Post("/deals/:id/experience", deal.Write, s.write)
	r.Post("/deals/:id/experience/delete", deal.Write, s.drop)
}

func path(id int64) string { return "/deals/" + strconv.FormatInt(id, 10) + "/experience" }

// ListPage feeds the notes that are looked for.
type ListPage struct {
	Q, Result string
	Notes     []Note
	More      string
}

func (s *Service) index(c *fiber.Ctx) error {
	b := ListPage{Q: c.Query("q"), Result: c.Query("result")}
	before := int64(0)
	if typed := c.Query("before"); typed != "" {
		var err error
		if before, err = strconv.ParseInt(typed, 10, 64); err != nil || before < 1 {
			return errs.New(errs.Malformed, "error.malformed")
		}
	}
	var err error
	if b.Notes, err = s.Find(web.Ctx(c), b.Q, b.Result, before); err != nil {
		return err
	}
	if len(b.Notes) == shown {
		b.More = home + "?" + url.Values{"q": {b.Q}, "result": {b.Result}, "before": {strconv.FormatInt(b.Notes[shown-1].ID, 10)}}.Encode()
	}
	return web.Render(c, web.Page{Name: "sales/experiences", Title: "experience.title", Fragment: "result", Body: b})
}

// DealPage feeds what a deal taught, with what others taught.
type DealPage struct {
	Deal     deal.Deal
	Note     Note // zero without one
	Alike    []Note
	MayWrite bool
}

// Over tells that there is something to learn from.
func (b DealPage) Over() bool { return b.Deal.Result == deal.Won || b.Deal.Result == deal.Lost }

// form is a note as it was typed.
type form struct {
	Version        int64
	Decided, Again string
}

func (s *Service) ofDeal(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	n, _, err := s.Of(web.Ctx(c), id)
	if err != nil {
		return err
	}
	return s.show(c, id, form{n.Version, n.Decided, n.Again}, nil)
}

func (s *Service) show(c *fiber.Ctx, id int64, f form, problem error) error {
	ctx := web.Ctx(c)
	d, err := s.deals.Get(ctx, id)
	if err != nil {
		return err
	}
	b := DealPage{Deal: d, MayWrite: web.Actor(c).Can(deal.Write)}
	if b.Note, _, err = s.Of(ctx, id); err != nil {
		return err
	}
	if b.Alike, err = s.Alike(ctx, id); err != nil {
		return err
	}
	if errs.Is(problem, errs.Conflict) {
		f.Version = b.Note.Version // saving again takes what was typed
	}
	return web.Render(c, web.Page{Name: "sales/experience", Title: "experience.title", Fragment: "beside", Body: b, Form: f, Err: problem})
}

func (s *Service) write(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	f := form{Decided: c.FormValue("decided"), Again: c.FormValue("again")}
	f.Version, _ = strconv.ParseInt(c.FormValue("version"), 10, 64) // 0 is simply stale, or new
	if _, err := s.Write(web.Ctx(c), id, f.Version, f.Decided, f.Again); err != nil {
		if errs.Is(err, errs.Invalid) || errs.Is(err, errs.Conflict) {
			return s.show(c, id, f, err)
		}
		return err
	}
	return web.Done(c, path(id), "common.saved")
}

func (s *Service) drop(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := s.Drop(web.Ctx(c), id); err != nil {
		return err
	}
	return web.Done(c, path(id), "common.deleted")
}
