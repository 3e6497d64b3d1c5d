package feedback

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

const causesHome = "/feedback-cases/causes"

func (s *Service) causeRoutes(r *web.Router) {
	r.Get(causesHome, Decide, s.showCauses)
	r.Get(causesHome+"/new", Decide, s.newCause)
	r.Post(causesHome, Decide, s.postCause)
	r.Get(causesHome+"/:id", Decide, s.showCause)
	r.Post(causesHome+"/:id", Decide, s.postCause)
}

// causesBody is the whole tree.
type causesBody struct{ Causes []Cause }

func (s *Service) showCauses(c *fiber.Ctx) error {
	ctx := web.Ctx(c)
	list, err := s.Causes(ctx, s.db.Reader(ctx))
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "feedback/causes", Title: "feedback.causes", Body: causesBody{list}})
}

// causeForm is what was typed about a cause.
type causeForm struct {
	ID int64
	CauseInput
	Theirs []web.Clash
}

// causeBody is the page of one cause.
type causeBody struct {
	Cause   Cause // zero for a new one
	Parents []view.Option
}

func (s *Service) newCause(c *fiber.Ctx) error {
	parent, _ := strconv.ParseInt(c.Query("parent"), 10, 64) // none
	return s.renderCause(c, Cause{}, causeForm{CauseInput: CauseInput{ParentID: parent, Active: true}}, nil)
}

func (s *Service) showCause(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	k, err := s.Cause(web.Ctx(c), id)
	if err != nil {
		return err
	}
	return s.renderCause(c, k, causeForm{ID: id, CauseInput: k.input()}, nil)
}

func (c Cause) input() CauseInput {
	return CauseInput{int64(c.ParentID), c.NameEN, c.NameZH, c.Active, c.Version}
}

func (s *Service) renderCause(c *fiber.Ctx, k Cause, f causeForm, problem error) error {
	ctx := web.Ctx(c)
	b := causeBody{Cause: k}
	list, err := s.Causes(ctx, s.db.Reader(ctx))
	if err != nil {
		return err
	}
	for _, one := range list {
		if one.ID != k.ID && one.Depth < maxDepth-1 {
			b.Parents = append(b.Parents, view.Option{Value: one.ID, Label: strings.Repeat("– ", one.Depth) + one.Name(web.Locale(c))})
		}
	}
	title := "feedback.cause_new"
	if k.ID != 0 {
		title = "feedback.cause_edit"
	}
	return web.Render(c, web.Page{Name: "feedback/cause", Title: title, Body: b, Form: f, Err: problem})
}

func (s *Service) postCause(c *fiber.Ctx) error {
	ctx := web.Ctx(c)
	f := causeForm{CauseInput: CauseInput{NameEN: c.FormValue("name_en"), NameZH: c.FormValue("name_zh"), Active: c.FormValue("active") != ""}}
	f.ParentID, _ = strconv.ParseInt(c.FormValue("parent_id"), 10, 64) // none
	f.CauseInput.Version, _ = strconv.ParseInt(c.FormValue("version"), 10, 64)
	if c.Params("id") == "" {
		if _, err := s.AddCause(ctx, f.CauseInput); err != nil {
			return s.renderCause(c, Cause{}, f, err)
		}
		return web.Done(c, causesHome, "common.saved")
	}
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	f.ID = id
	if _, err := s.SetCause(ctx, id, f.CauseInput); err != nil {
		before, gone := s.Cause(ctx, id)
		if gone != nil {
			return gone
		}
		if errs.Is(err, errs.Conflict) {
			theirs := before.input()
			f.Theirs = web.Clashes(web.Locale(c), web.Clash{Name: "name_en", Label: "feedback.cause_name_en", Ours: f.NameEN, Theirs: theirs.NameEN},
				web.Clash{Name: "name_zh", Label: "feedback.cause_name_zh", Ours: f.NameZH, Theirs: theirs.NameZH},
				web.Clash{Name: "active", Label: "feedback.cause_active", Ours: web.Ticked(f.Active), Theirs: web.Ticked(theirs.Active)})
			f.CauseInput.Version = before.Version
		}
		return s.renderCause(c, before, f, err)
	}
	return web.Done(c, causesHome, "common.saved")
}
