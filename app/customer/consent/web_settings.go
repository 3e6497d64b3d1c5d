package consent

import (
	"fmt"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// SettingsBody feeds the list of purposes.
type SettingsBody struct {
	Settings []view.NavGroup
	Purposes []PurposeLine
	Channels []ChannelLine
	OptIn    bool // everything needs a word
}

// PurposeLine is a purpose with the words that people are shown now.
type PurposeLine struct {
	Purpose
	Title   string
	Words   Wording
	Missing []string // languages without words
	Given   int
}

// ChannelLine is a channel with whether the shop uses it.
type ChannelLine struct {
	Name string
	Used bool
}

func (s *Service) settings(c *fiber.Ctx) error { return s.settingsPage(c, nil) }

func (s *Service) settingsPage(c *fiber.Ctx, problem error) error {
	ctx, l, q := web.Ctx(c), web.Locale(c), s.d.DB.Reader(web.Ctx(c))
	b := SettingsBody{Settings: web.SettingsNav(c)}
	all, err := s.Purposes(ctx)
	if err != nil {
		return err
	}
	words, err := newest(ctx, q)
	if err != nil {
		return err
	}
	for _, p := range all {
		line := PurposeLine{Purpose: p, Title: p.Name(l), Words: words[p.ID]}
		if line.Words.ID != 0 || !p.BuiltIn {
			line.Missing = line.Words.Missing()
		}
		if line.Given, err = s.Given(ctx, p); err != nil {
			return err
		}
		b.Purposes = append(b.Purposes, line)
	}
	used, err := s.UsedChannels(ctx)
	if err != nil {
		return err
	}
	for _, ch := range Channels {
		line := ChannelLine{Name: ch}
		for _, u := range used {
			line.Used = line.Used || u == ch
		}
		b.Channels = append(b.Channels, line)
	}
	rules, err := ReadRules(ctx, q)
	b.OptIn = rules.OptIn
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "settings/consent", Title: "settings.consent", Body: b, Err: problem})
}

func (s *Service) saveChannels(c *fiber.Ctx) error {
	var named []string
	for ch := range values(c, "channels") {
		named = append(named, ch)
	}
	if err := s.UseChannels(web.Ctx(c), named); err != nil {
		return s.settingsPage(c, err)
	}
	return web.Done(c, "/settings/consent", "common.saved")
}

// PurposeForm is what was typed.
type PurposeForm struct {
	PurposeInput
	ID, Version    int64
	TextEN, TextZH string
}

// PurposeBody feeds the page of one purpose.
type PurposeBody struct {
	Settings []view.NavGroup
	Purpose  Purpose
	Title    string
	Wordings []Wording
	Given    int
}

func (s *Service) newPurpose(c *fiber.Ctx) error {
	return s.purposePage(c, PurposeForm{PurposeInput: PurposeInput{NeedsWord: true, Active: true}}, nil)
}

func (s *Service) showPurpose(c *fiber.Ctx) error {
	p, err := s.asked(c)
	if err != nil {
		return err
	}
	return s.purposePage(c, PurposeForm{PurposeInput: InputOf(p), ID: p.ID, Version: p.Version, TextEN: "\x00"}, nil)
}

func (s *Service) asked(c *fiber.Ctx) (Purpose, error) {
	id, err := web.ID(c, "id")
	if err != nil {
		return Purpose{}, err
	}
	return s.Purpose(web.Ctx(c), id)
}

func (s *Service) purposePage(c *fiber.Ctx, f PurposeForm, problem error) error {
	ctx, l := web.Ctx(c), web.Locale(c)
	b := PurposeBody{Settings: web.SettingsNav(c)}
	page := web.Page{Name: "settings/consent_purpose", Title: "consent.purpose.new", Err: problem}
	if f.ID != 0 {
		var err error
		if b.Purpose, err = s.Purpose(ctx, f.ID); err != nil {
			return err
		}
		b.Title = b.Purpose.Name(l)
		page.Title, page.Heading = "", b.Title
		if b.Wordings, err = s.Wordings(ctx, f.ID); err != nil {
			return err
		}
		if b.Given, err = s.Given(ctx, b.Purpose); err != nil {
			return err
		}
		if f.TextEN == "\x00" { // nothing typed: what holds now
			f.TextEN, f.TextZH = "", ""
			if len(b.Wordings) > 0 {
				f.TextEN, f.TextZH = b.Wordings[0].TextEN, b.Wordings[0].TextZH
			}
		}
	}
	page.Body, page.Form = b, f
	return web.Render(c, page)
}

func purposeForm(c *fiber.Ctx) PurposeForm {
	f := PurposeForm{PurposeInput: PurposeInput{NameEN: c.FormValue("name_en"), NameZH: c.FormValue("name_zh"), AboutEN: c.FormValue("about_en"),
		AboutZH: c.FormValue("about_zh"), NeedsWord: c.FormValue("needs_word") == "yes", DoubleOptIn: c.FormValue("double_opt_in") != "", Active: c.FormValue("active") != ""},
		TextEN: c.FormValue("text_en"), TextZH: c.FormValue("text_zh")}
	f.Version, _ = strconv.ParseInt(c.FormValue("version"), 10, 64)
	f.Position, _ = strconv.Atoi(c.FormValue("position"))
	return f
}

func (s *Service) createPurpose(c *fiber.Ctx) error {
	f := purposeForm(c)
	p, err := s.AddPurpose(web.Ctx(c), f.PurposeInput, f.TextEN, f.TextZH)
	if err != nil {
		return s.purposePage(c, f, err)
	}
	return web.Done(c, purposePath(p.ID), "consent.purpose.created", "name", p.Name(web.Locale(c)))
}

func (s *Service) savePurpose(c *fiber.Ctx) error {
	p, err := s.asked(c)
	if err != nil {
		return err
	}
	f := purposeForm(c)
	f.ID, f.TextEN = p.ID, "\x00"
	if _, err := s.ChangePurpose(web.Ctx(c), p.ID, f.Version, f.PurposeInput); err != nil {
		return s.purposePage(c, f, err)
	}
	return web.Done(c, purposePath(p.ID), "common.saved")
}

func (s *Service) saveWording(c *fiber.Ctx) error {
	p, err := s.asked(c)
	if err != nil {
		return err
	}
	if _, err := s.Word(web.Ctx(c), p.ID, c.FormValue("text_en"), c.FormValue("text_zh")); err != nil {
		return s.purposePage(c, PurposeForm{PurposeInput: InputOf(p), ID: p.ID, Version: p.Version, TextEN: c.FormValue("text_en"), TextZH: c.FormValue("text_zh")}, err)
	}
	return web.Done(c, purposePath(p.ID), "consent.wording.saved")
}

func (s *Service) deletePurpose(c *fiber.Ctx) error {
	p, err := s.asked(c)
	if err != nil {
		return err
	}
	if err := s.DropPurpose(web.Ctx(c), p.ID); err != nil {
		return err
	}
	return web.Done(c, "/settings/consent", "consent.purpose.deleted", "name", p.Name(web.Locale(c)))
}

func purposePath(id int64) string { return fmt.Sprintf("/settings/consent/%d", id) }
