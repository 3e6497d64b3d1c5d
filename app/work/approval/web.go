package approval

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/listing"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

func (s *Service) routes(r *web.Router) {
	r.Get(home, Read, s.index)
	r.Get(home+"/columns", Read, listOf(s).Panel)
	r.Get(home+"/filter", Read, listOf(s).Filter)
	r.Post(home+"/deputies", Write, s.standIn)
	r.Post(home+"/deputies/:id/delete", Write, s.standInNoMore)
	r.Get(home+"/:id", Read, s.show)
	r.Post(home+"/:id/decide", Write, s.decided)
	r.Post(home+"/:id/withdraw", Write, s.withdrawn)
	s.ruleRoutes(r)
}

// ListPage feeds the list, with what waits for the reader above it.
type ListPage struct {
	listing.Page
	Waiting     []Approval
	Q, State    string
	Mine        bool
	States      []view.Option
	Any         bool
	Deputies    []Deputy
	People      []view.Option
	Me          int64
	Today       cal.Date
	From, To    string
	Deputy      string
	MayAdmin    bool
	Problematic bool // the form of deputies was wrong
}

func (s *Service) index(c *fiber.Ctx) error { return s.list(c, deputyForm{}, nil) }

// deputyForm is who stands in, as it was typed.
type deputyForm struct{ Deputy, From, To string }

func (s *Service) list(c *fiber.Ctx, f deputyForm, problem error) error {
	ctx, l := web.Ctx(c), web.Locale(c)
	req, conds, err := listing.Request(c)
	if err != nil {
		return err
	}
	found, err := listOf(s).Page(c, req, conds)
	if err != nil {
		return err
	}
	if found.Opens != "" && problem == nil {
		return web.Redirect(c, found.Opens)
	}
	me := web.Actor(c)
	b := ListPage{Page: found, Q: req.Q, State: c.Query("filter[state][eq]"), Mine: c.Query("filter[asker_id][eq]") != "", Any: req.Q != "" || len(conds) > 0,
		Me: me.UserID, MayAdmin: me.Can(Admin), Today: cal.Today(l.Now(), l.Zone()), Problematic: problem != nil}
	for _, v := range States {
		b.States = append(b.States, view.Option{Value: v, Label: l.T("approval.state." + v)})
	}
	if b.Waiting, err = s.Mine(ctx); err != nil {
		return err
	}
	if b.Deputies, err = s.Deputies(ctx); err != nil {
		return err
	}
	if b.People, err = s.others(c); err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "work/approvals", Title: "nav.approvals", Fragment: "result", Body: b, Form: f, Err: problem})
}

// others are the colleagues beside the reader.
func (s *Service) others(c *fiber.Ctx) ([]view.Option, error) {
	people, err := s.Notices.Colleagues(web.Ctx(c))
	var out []view.Option
	for _, p := range people {
		if p.ID != web.Actor(c).UserID {
			out = append(out, view.Option{Value: p.ID, Label: p.Name})
		}
	}
	return out, err
}

func (s *Service) standIn(c *fiber.Ctx) error {
	f := deputyForm{c.FormValue("deputy_id"), strings.TrimSpace(c.FormValue("from")), strings.TrimSpace(c.FormValue("to"))}
	who, err := strconv.ParseInt(f.Deputy, 10, 64)
	if err != nil {
		who = 0 // nobody: refused by the service
	}
	if _, err := s.StandIn(web.Ctx(c), 0, who, cal.Date(f.From), cal.Date(f.To)); err != nil {
		if errs.Is(err, errs.Invalid) {
			return s.list(c, f, err)
		}
		return err
	}
	return web.Done(c, home, "common.saved")
}

func (s *Service) standInNoMore(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := s.StandInNoMore(web.Ctx(c), id); err != nil {
		return err
	}
	return web.Done(c, home, "common.deleted")
}

// ShowPage feeds one approval.
type ShowPage struct {
	Approval    Approval
	Steps       []Step
	Deciders    []string // who can decide now
	Subject     string   // the page of what it is about
	MayDecide   bool
	MayWithdraw bool
	File        string // where an approved export lies
}

func (s *Service) show(c *fiber.Ctx) error { return s.page(c, "", nil) }

// noteForm is what an approver wrote.
type noteForm struct{ Note string }

func (s *Service) page(c *fiber.Ctx, note string, problem error) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	ctx, me := web.Ctx(c), web.Actor(c)
	b := ShowPage{}
	if b.Approval, b.Steps, err = s.Seen(ctx, id); err != nil {
		return err
	}
	a := b.Approval
	if b.Subject = web.PathOf(c, a.SubjectKind, int64(a.Subject)); a.Subject == 0 {
		b.Subject = ""
	}
	if a.State == Asked {
		who, err := s.deciders(ctx, s.DB.Reader(ctx), id)
		if err != nil {
			return err
		}
		for _, d := range who {
			b.Deciders = append(b.Deciders, d.Name)
		}
		b.MayDecide = me.Can(Write) && a.AskerID != me.UserID && (me.Role == "owner" || among(who, me.UserID))
		b.MayWithdraw = me.Can(Write) && a.AskerID == me.UserID // the owner can, but rejects
	}
	if a.Kind == Export && a.AskerID == me.UserID && s.fresh(a) {
		b.File = a.Payload + "&approval=" + strconv.FormatInt(id, 10)
	}
	return web.Render(c, web.Page{Name: "work/approval", Title: "approval.title", Body: b, Form: noteForm{note}, Err: problem})
}

func (s *Service) decided(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	version, err := strconv.ParseInt(c.FormValue("version"), 10, 64)
	if err != nil || version < 1 {
		return errs.New(errs.Malformed, "error.malformed")
	}
	answer, note := c.FormValue("answer"), c.FormValue("note")
	if answer != "approve" && answer != "reject" {
		return errs.New(errs.Malformed, "error.malformed")
	}
	a, err := s.Decide(web.Ctx(c), id, version, answer == "approve", note)
	if errs.Is(err, errs.Invalid) || errs.Is(err, errs.Conflict) {
		return s.page(c, note, err)
	}
	if err != nil {
		return err
	}
	if a.State == Asked {
		return web.Done(c, Path(id), "approval.done.on")
	}
	return web.Done(c, home, "approval.done."+a.State)
}

func (s *Service) withdrawn(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	a, err := s.Withdraw(web.Ctx(c), id)
	if err != nil {
		if errs.Is(err, errs.Conflict) {
			return s.page(c, "", err)
		}
		return err
	}
	if there := web.PathOf(c, a.SubjectKind, int64(a.Subject)); c.FormValue("stay") != "" && a.Subject != 0 && there != "" {
		return web.Done(c, there, "approval.done.withdrawn")
	}
	return web.Done(c, home, "approval.done.withdrawn")
}
