package survey

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/i18n"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
	"regulars/app/voice/question"
)

// leadForm is the survey's own question: its words, what follows each band, and
// the buttons of the thank-you.
type leadForm struct {
	Document
	Kind string
}

// Lines are the texts of one section of the form, by the name of their input.
func (leadForm) Lines(section string) []string {
	switch section {
	case "ask", "thanks":
		return []string{section + "_low", section + "_mid", section + "_high"}
	case "mail":
		return []string{"subject", "reminder"}
	}
	return []string{"question", "low", "high"}
}

// TextOf is what stands in one of them.
func (f leadForm) TextOf(name, language string) string {
	t := f.Document.Texts[language]
	if p, ok := t.fields()[name]; ok {
		return *p
	}
	return ""
}

// Lacks tells that a text is missing in a language although another has it.
func (f leadForm) Lacks(name, language string) bool {
	if f.TextOf(name, language) != "" {
		return false
	}
	return slices.ContainsFunc(Languages, func(other string) bool { return f.TextOf(name, other) != "" })
}

// Range is the band of a line in numbers, "0-6".
func (f leadForm) Range(name string) string {
	low, high := Scale(f.Kind)
	band := BandFor(name)
	var in []int
	for score := low; score <= high; score++ {
		if BandOf(f.Kind, score) == band {
			in = append(in, score)
		}
	}
	if len(in) == 1 {
		return strconv.Itoa(in[0])
	}
	return fmt.Sprintf("%d-%d", in[0], in[len(in)-1])
}

// BandFor is the band that an input's name is about.
func BandFor(name string) Band { return Band(name[strings.LastIndexByte(name, '_')+1:]) }

// Band is the same for the page.
func (leadForm) Band(name string) Band { return BandFor(name) }

// Comments are the choices of whether to ask for words.
func (leadForm) Comments(d view.Data) []view.Option {
	var out []view.Option
	for _, value := range []string{CommentMay, CommentMust, CommentNo} {
		out = append(out, view.Option{Value: value, Label: d.Locale.T("builder.comment." + value)})
	}
	return out
}

// Acts tells whether a band's thank-you has a button.
func (f leadForm) Acts(band Band, kind string) bool {
	return slices.ContainsFunc(f.Actions[band], func(a Action) bool { return a.Kind == kind })
}

// ReviewURL is where the review button leads.
func (f leadForm) ReviewURL() string {
	for _, band := range []Band{HighBand, MidBand, LowBand} {
		for _, a := range f.Actions[band] {
			if a.Kind == ActionReview {
				return a.URL
			}
		}
	}
	return ""
}

// ActionKinds are the buttons a thank-you may have.
func (leadForm) ActionKinds() []string { return []string{ActionReview, ActionRefer, ActionTalk} }

// leadOf reads the form over the draft d.
func leadOf(c *fiber.Ctx, d Document, kind string) Document {
	texts := Texts{}
	for _, language := range Languages {
		var t Text
		for name, into := range t.fields() {
			*into = question.Lines(c.FormValue(name + "_" + language))
		}
		texts[language] = t
	}
	d.Texts, d.Comment = texts, c.FormValue("comment", CommentMay)
	d.Stars = kind == CSAT && c.FormValue("stars") != ""
	if kind == Custom {
		d.Scored = c.FormValue("scored", "1") != "0"
	}
	actions := Actions{}
	ticked := c.Request().PostArgs().PeekMulti("action")
	for _, band := range []Band{LowBand, MidBand, HighBand} {
		for _, k := range (leadForm{}).ActionKinds() {
			if !slices.ContainsFunc(ticked, func(raw []byte) bool { return string(raw) == string(band)+":"+k }) {
				continue
			}
			a := Action{Kind: k}
			if was := slices.IndexFunc(d.Actions[band], func(a Action) bool { return a.Kind == k }); was >= 0 {
				a.Text = d.Actions[band][was].Text
			}
			if k == ActionReview {
				a.URL = strings.TrimSpace(c.FormValue("review_url"))
			}
			actions[band] = append(actions[band], a)
		}
	}
	d.Actions = actions
	return d
}

func (s *Service) postLead(c *fiber.Ctx) error {
	id, version, err := pressed(c)
	if err != nil {
		return err
	}
	v, err := s.Get(web.Ctx(c), id)
	if err != nil {
		return err
	}
	before, err := v.copyDraft()
	if err != nil {
		return err
	}
	typed := leadOf(c, before, v.Kind)
	_, err = s.Edit(web.Ctx(c), id, version, func(d *Document, _ Known) error {
		*d = leadOf(c, *d, v.Kind)
		return nil
	})
	if err == nil {
		return web.Done(c, builderPath(id, "score"), "common.saved")
	}
	b := builderBody{At: "score", Lead: &leadForm{Document: typed, Kind: v.Kind}}
	if e, ok := errs.As(err); ok && e.Kind == errs.Conflict {
		b.Theirs = leadClashes(web.Locale(c), typed, before)
	}
	return s.builder(c, v, b, err)
}

// leadClashes shows what two editors want of the survey's own question.
func leadClashes(l *i18n.Locale, ours, theirs Document) []web.Clash {
	var fields []web.Clash
	for _, language := range Languages {
		mine, other := ours.Texts[language], theirs.Texts[language]
		for _, section := range []string{"", "ask", "thanks", "mail"} {
			for _, name := range (leadForm{}).Lines(section) {
				fields = append(fields, web.Clash{Name: name + "_" + language, Label: l.T("survey.text."+name) + ", " + languageName(l, language),
					Ours: *mine.fields()[name], Theirs: *other.fields()[name]})
			}
		}
	}
	say := func(value string) string { return l.T("builder.comment." + value) }
	fields = append(fields,
		web.Clash{Name: "comment", Label: "builder.comment", Ours: ours.Comment, Theirs: theirs.Comment, Show: say},
		web.Clash{Name: "review_url", Label: "builder.review_url", Ours: leadForm{Document: ours}.ReviewURL(), Theirs: leadForm{Document: theirs}.ReviewURL()})
	return web.Clashes(l, fields...)
}

// settingsForm is what belongs to the survey whatever it asks.
type settingsForm struct{ Input }

func (s *Service) postSettings(c *fiber.Ctx) error {
	id, version, err := pressed(c)
	if err != nil {
		return err
	}
	v, err := s.Get(web.Ctx(c), id)
	if err != nil {
		return err
	}
	in := v.Input()
	in.Name, in.Words, in.Active, in.Version = c.FormValue("name"), c.FormValue("words"), c.FormValue("active") != "", version
	in.ClosesOn, in.ClosesAtN = strings.TrimSpace(c.FormValue("closes_on")), 0
	if typed := strings.TrimSpace(c.FormValue("closes_at_n")); typed != "" {
		in.ClosesAtN = number(c, "closes_at_n")
	}
	if _, err = s.Update(web.Ctx(c), id, in); err == nil {
		return web.Done(c, builderPath(id, "settings"), "common.saved")
	}
	b := builderBody{At: "settings", Set: &settingsForm{in}}
	if e, ok := errs.As(err); ok && e.Kind == errs.Conflict {
		l := web.Locale(c)
		b.Theirs = web.Clashes(l,
			web.Clash{Name: "name", Label: "common.name", Ours: in.Name, Theirs: v.Name},
			web.Clash{Name: "words", Label: "survey.words", Ours: in.Words, Theirs: v.Words},
			web.Clash{Name: "active", Label: "survey.active", Ours: web.Ticked(in.Active), Theirs: web.Ticked(v.Active), Show: web.Answered(l)},
			web.Clash{Name: "closes_on", Label: "builder.closes_on", Ours: in.ClosesOn, Theirs: v.ClosesOn},
			web.Clash{Name: "closes_at_n", Label: "builder.closes_at_n", Ours: strconv.Itoa(in.ClosesAtN), Theirs: strconv.Itoa(v.ClosesAtN)})
	}
	return s.builder(c, v, b, err)
}
