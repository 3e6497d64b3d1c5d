package feedback

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/kit/tabular"
	"regulars/app/sys/i18n"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

const (
	readyHome  = "/feedback-cases/replies"
	scriptHome = "/feedback-cases/script"
)

func (s *Service) replyRoutes(r *web.Router) {
	r.Get(readyHome, Decide, s.showReplies)
	r.Get(readyHome+"/new", Decide, s.newReady)
	r.Post(readyHome, Decide, s.postReady)
	r.Get(readyHome+"/:id", Decide, s.showReady)
	r.Post(readyHome+"/:id", Decide, s.postReady)
	r.Post(readyHome+"/:id/delete", Decide, s.postDropReady)
	r.Get(scriptHome, Decide, s.showScript)
	r.Post(scriptHome, Decide, s.postScript)
	r.Post("/feedback-cases/:id/replies", Write, s.postReply)
	r.Post("/feedback-cases/:id/compensation", Write, s.postCompensation)
}

func (s *Service) showReplies(c *fiber.Ctx) error {
	list, err := s.Replies(web.Ctx(c))
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "feedback/replies", Title: "feedback.replies", Body: list})
}

// readyForm is what was typed about a ready text.
type readyForm struct {
	Ready
	Theirs []web.Clash
}

func (s *Service) newReady(c *fiber.Ctx) error {
	return s.renderReady(c, Ready{}, readyForm{Ready: Ready{Active: true}}, nil)
}

func (s *Service) showReady(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	r, err := s.Ready(web.Ctx(c), id)
	if err != nil {
		return err
	}
	return s.renderReady(c, r, readyForm{Ready: r}, nil)
}

func (s *Service) renderReady(c *fiber.Ctx, r Ready, f readyForm, problem error) error {
	title := "feedback.ready_new"
	if r.ID != 0 {
		title = "feedback.ready_edit"
	}
	return web.Render(c, web.Page{Name: "feedback/ready", Title: title, Body: r, Form: f, Err: problem})
}

func (s *Service) postReady(c *fiber.Ctx) error {
	ctx := web.Ctx(c)
	f := readyForm{Ready: Ready{NameEN: c.FormValue("name_en"), NameZH: c.FormValue("name_zh"), SubjectEN: c.FormValue("subject_en"), SubjectZH: c.FormValue("subject_zh"),
		TextEN: c.FormValue("text_en"), TextZH: c.FormValue("text_zh"), Active: c.FormValue("active") != ""}}
	f.Version, _ = strconv.ParseInt(c.FormValue("version"), 10, 64)
	var before Ready
	if c.Params("id") != "" {
		id, err := web.ID(c, "id")
		if err != nil {
			return err
		}
		if before, err = s.Ready(ctx, id); err != nil {
			return err
		}
	}
	if _, err := s.SaveReady(ctx, before.ID, f.Ready); err != nil {
		if errs.Is(err, errs.Conflict) {
			f.Theirs = web.Clashes(web.Locale(c), web.Clash{Name: "text_en", Label: "feedback.ready_text_en", Ours: f.TextEN, Theirs: before.TextEN},
				web.Clash{Name: "text_zh", Label: "feedback.ready_text_zh", Ours: f.TextZH, Theirs: before.TextZH})
			f.Version = before.Version
		}
		return s.renderReady(c, before, f, err)
	}
	return web.Done(c, readyHome, "common.saved")
}

func (s *Service) postDropReady(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := s.DropReady(web.Ctx(c), id); err != nil {
		return err
	}
	return web.Done(c, readyHome, "common.deleted")
}

// scriptBody is the page of what to say on the telephone.
type scriptBody struct{ Scripts []scriptLine }

// scriptLine is one text with what holds when it is empty.
type scriptLine struct {
	Script
	Ours string
}

// Field is the name of its input.
func (l scriptLine) Field() string { return l.Kind + "_" + l.Language }

// Label says for what it is, in which language.
func (l scriptLine) Label(d view.Data) string {
	in := "builder.in_en"
	if l.Language == i18n.Chinese {
		in = "builder.in_zh"
	}
	return d.Locale.T("feedback.script_in", "kind", d.Locale.T("feedback.script_for."+l.Kind), "language", d.Locale.T(in))
}

func (s *Service) showScript(c *fiber.Ctx) error {
	list, err := s.Scripts(web.Ctx(c))
	if err != nil {
		return err
	}
	return s.renderScript(c, list, nil)
}

func (s *Service) renderScript(c *fiber.Ctx, list []Script, problem error) error {
	var b scriptBody
	for _, one := range list {
		ours := s.View.Bundle().For(one.Language).T("feedback.script." + one.Kind)
		b.Scripts = append(b.Scripts, scriptLine{one, ours})
	}
	return web.Render(c, web.Page{Name: "feedback/script", Title: "feedback.script", Body: b, Err: problem})
}

func (s *Service) postScript(c *fiber.Ctx) error {
	var list []Script
	for _, kind := range scriptKinds {
		for _, language := range i18n.Tags() {
			one := scriptLine{Script: Script{Kind: kind, Language: language}}
			one.Text = strings.TrimSpace(strings.ReplaceAll(c.FormValue(one.Field()), "\r\n", "\n"))
			if one.Text == s.View.Bundle().For(language).T("feedback.script."+kind) {
				one.Text = "" // unchanged: ours, also when they get better
			}
			list = append(list, one.Script)
		}
	}
	if err := s.SetScripts(web.Ctx(c), list); err != nil {
		return s.renderScript(c, list, err)
	}
	return web.Done(c, rulesHome, "common.saved")
}

func (s *Service) postReply(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	f := caseForm{ReplyBy: c.FormValue("reply_by"), Subject: c.FormValue("subject"), Text: c.FormValue("text")}
	_, waits, err := s.Write(web.Ctx(c), id, Reply{Channel: f.ReplyBy, Subject: f.Subject, Text: f.Text})
	if err != nil {
		return s.render(c, id, &f, err)
	}
	done := "feedback.done.reply"
	switch {
	case f.ReplyBy != "email":
		done = "feedback.done.contact"
	case waits != "":
		done = "feedback.done.reply_waits"
	}
	return web.Done(c, path(id), done)
}

func (s *Service) postCompensation(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	f := caseForm{Amount: c.FormValue("amount"), CompensationFor: c.FormValue("compensation_for")}
	if f.Version, err = strconv.ParseInt(c.FormValue("version"), 10, 64); err != nil || f.Version < 1 {
		f.Version = -1 // a form that does not say what it was made from is out of date
	}
	amount, err := parseAmount(f.Amount, web.Business(c).Currency)
	if err != nil {
		check := &errs.Check{}
		check.Add("amount", "error.money")
		return s.render(c, id, &f, check.Err())
	}
	if _, err := s.Compensate(web.Ctx(c), id, Compensation{Amount: amount, For: f.CompensationFor, Version: f.Version}); err != nil {
		if errs.Is(err, errs.Conflict) {
			now, gone := s.Get(web.Ctx(c), id)
			if gone != nil {
				return gone
			}
			there := ""
			if now.Compensation > 0 {
				there = money.Decimal(now.Compensation, web.Business(c).Currency)
			}
			f.Theirs = web.Clashes(web.Locale(c), web.Clash{Name: "amount", Label: web.Locale(c).T("feedback.amount", "currency", web.Business(c).Currency), Ours: f.Amount, Theirs: there},
				web.Clash{Name: "compensation_for", Label: "feedback.compensation_what", Ours: f.CompensationFor, Theirs: now.CompensationFor})
			f.Version = now.Version
		}
		return s.render(c, id, &f, err)
	}
	return web.Done(c, path(id), "feedback.done.compensation")
}

// parseAmount reads money as people type it; nothing is nothing.
func parseAmount(typed, currency string) (int64, error) {
	if strings.TrimSpace(typed) == "" {
		return 0, nil
	}
	n, err := money.Parse(typed, currency)
	if err == nil {
		return n, nil
	}
	plain, ok := tabular.ParseDecimal(typed)
	if !ok {
		return 0, err
	}
	return money.Parse(plain, currency)
}
