package improvement

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/i18n"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// letterBody is the page on which the letter is written.
type letterBody struct {
	I          Improvement
	Recipients []Recipient
	Ready      int // leave at once
	Waiting    int // leave later
	Spared     int
	Told       int // have a letter
	MayTell    bool
}

// Goes is how many letters a press would queue.
func (b letterBody) Goes() int { return b.Ready + b.Waiting }

// Why says what keeps a letter from somebody, or what became of it.
func (r Recipient) Why(d view.Data) string {
	l := d.Locale
	if r.State != "" {
		state := l.T("improvement.letter." + r.State)
		if r.Reason != "" && l.Has("reason."+r.Reason) && (r.State == "deferred" || r.State == "cancelled") {
			state = l.T("improvement.letter_why", "state", state, "why", l.T("reason."+r.Reason))
		}
		return state
	}
	why := ""
	if r.Reason != "" && l.Has("reason."+r.Reason) {
		why = l.T("reason." + r.Reason)
	}
	switch {
	case r.Spared:
		return l.T("improvement.spared", "why", why)
	case r.Reason != "":
		return l.T("improvement.waits", "why", why, "date", l.Date(r.Until.Time))
	}
	return l.T("improvement.goes_now")
}

func (s *Service) showLetter(c *fiber.Ctx) error {
	i, err := s.asked(c)
	if err != nil {
		return err
	}
	l := i.Letter()
	if l.TextEN == "" && l.TextZH == "" {
		if l, err = s.draft(c, i); err != nil {
			return err
		}
	}
	return s.renderLetter(c, i, l, nil)
}

// draft is a first text in both languages, to be edited.
func (s *Service) draft(c *fiber.Ctx, i Improvement) (Letter, error) {
	ctx := web.Ctx(c)
	l := Letter{Version: i.Version}
	for _, one := range []struct {
		tag           string
		subject, text *string
	}{{i18n.English, &l.SubjectEN, &l.TextEN}, {i18n.Chinese, &l.SubjectZH, &l.TextZH}} {
		say := s.View.Bundle().For(one.tag)
		theme := ""
		topics, err := s.themes(ctx, s.db.Reader(ctx), one.tag)
		if err != nil {
			return l, err
		}
		for _, t := range topics {
			if t.ID == int64(i.TopicID) {
				theme = t.Name
			}
		}
		causes, err := s.Cases.Causes(ctx, s.db.Reader(ctx))
		if err != nil {
			return l, err
		}
		for _, k := range causes {
			if k.Code == i.Cause && theme == "" {
				theme = k.Name(say)
			}
		}
		change := i.Change
		if change == "" {
			change = i.Title
		}
		*one.subject = say.T("improvement.draft.subject", "theme", theme)
		*one.text = say.T("improvement.draft.text", "theme", theme, "change", change)
	}
	return l, nil
}

func (s *Service) renderLetter(c *fiber.Ctx, i Improvement, l Letter, problem error) error {
	b := letterBody{I: i, MayTell: web.Actor(c).Can(Tell)}
	var err error
	if b.Recipients, err = s.Recipients(web.Ctx(c), i.ID); err != nil {
		return err
	}
	for _, r := range b.Recipients {
		switch {
		case r.State != "":
			b.Told++
		case r.Spared:
			b.Spared++
		case r.Waits():
			b.Waiting++
		default:
			b.Ready++
		}
	}
	return web.Render(c, web.Page{Name: "voice/improvement-letter", Title: "improvement.you_said", Body: b, Form: l, Err: problem})
}

func (s *Service) postLetter(c *fiber.Ctx) error {
	ctx := web.Ctx(c)
	i, err := s.asked(c)
	if err != nil {
		return err
	}
	l := Letter{SubjectEN: c.FormValue("subject_en"), SubjectZH: c.FormValue("subject_zh"), TextEN: c.FormValue("letter_en"), TextZH: c.FormValue("letter_zh")}
	l.Version, _ = strconv.ParseInt(c.FormValue("version"), 10, 64)
	again := func(err error) error {
		if errs.Is(err, errs.Conflict) {
			l.Version = i.Version
		}
		return s.renderLetter(c, i, l, err)
	}
	switch c.FormValue("do") {
	case "try":
		if err := s.Try(ctx, i.ID, l, c.FormValue("language")); err != nil {
			return again(err)
		}
		if _, err := s.Word(ctx, i.ID, l); err != nil {
			return again(err)
		}
		return web.Done(c, path(i.ID)+"/letter", "improvement.tried")
	case "send":
		n, err := s.Send(ctx, i.ID, l)
		if err != nil {
			return again(err)
		}
		return web.Done(c, path(i.ID)+"/letter", "improvement.queued", "n", n)
	}
	if _, err := s.Word(ctx, i.ID, l); err != nil {
		return again(err)
	}
	return web.Done(c, path(i.ID)+"/letter", "common.saved")
}

// Tags are the languages to try the letter in.
func (letterBody) Tags(d view.Data) []view.Option {
	return []view.Option{{Value: i18n.English, Label: d.Locale.T("improvement.in_english")}, {Value: i18n.Chinese, Label: d.Locale.T("improvement.in_chinese")}}
}
