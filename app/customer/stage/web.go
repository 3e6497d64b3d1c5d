package stage

import (
	"context"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/i18n"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

func (s *Service) routes(r *web.Router) {
	r.Get("/customers/:id/stage", Read, s.show)
	r.Post("/customers/:id/stage", Write, s.set)
	r.Post("/customers/:id/stage/lift", Write, s.lift)
	r.Get("/settings/stages", Rule, s.showRules)
	r.Post("/settings/stages", Rule, s.saveRules)
	r.Post("/settings/stages/preview", Rule, s.previewRules)
}

// PanelBody feeds the line on the record page and the page behind it.
type PanelBody struct {
	Life
	ID       int64
	MayWrite bool
	Options  []view.Option
}

func (s *Service) panel(ctx context.Context, id int64) (any, error) {
	life, err := s.Of(ctx, id)
	if err != nil {
		return nil, err
	}
	return PanelBody{Life: life, ID: id, MayWrite: auth.From(ctx).Can(Write)}, nil
}

// In is the name of a stage in the page's language.
func (b PanelBody) In(page view.Data, stage string) string { return b.Names.Of(page.Locale, stage) }

// Tone is the colour of a stage.
func (b PanelBody) Tone(stage string) string { return Tone(stage) }

// Why says what the rule saw today.
func (b PanelBody) Why(page view.Data) string {
	switch {
	case b.Apart && b.Told == "":
		return page.Locale.T("stage.why.apart")
	case b.Seen == (Seen{}):
		return page.Locale.T("stage.why.none")
	}
	return b.Seen.words(page.Locale)
}

// Saw says what the rule saw when it moved the customer.
func (m Move) Saw(page view.Data) string {
	if m.ByHand || m.Seen == (Seen{}) {
		return m.Reason
	}
	return m.words(page.Locale)
}

// words is the evidence of a stage as a sentence.
func (s Seen) words(l *i18n.Locale) string {
	out := []string{l.T("stage.why.year", "n", s.Year), l.T("stage.why.silent", "n", s.Silent)}
	if s.Gap > 0 {
		out = append(out, l.T("stage.why.gap", "n", int(s.Gap+0.5)))
	}
	return strings.Join(out, l.T("stage.why.and"))
}

// Form is what was typed to set a stage.
type Form struct{ Stage, Until, Reason string }

func (s *Service) show(c *fiber.Ctx) error { return s.page(c, Form{}, nil) }

func (s *Service) page(c *fiber.Ctx, f Form, problem error) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	life, err := s.Of(web.Ctx(c), id)
	if err != nil {
		return err
	}
	b := PanelBody{Life: life, ID: id, MayWrite: web.Actor(c).Can(Write), Options: options(web.Locale(c), life.Names)}
	if f == (Form{}) {
		f.Stage = life.Stage
		if life.Hold != nil {
			f.Until, f.Reason = life.Hold.Until, life.Hold.Reason
		}
	}
	return web.Render(c, web.Page{Name: "customer/stage", Title: "stage.of", Heading: life.Name, Body: b, Form: f, Err: problem})
}

func options(l *i18n.Locale, n Names) []view.Option {
	var out []view.Option
	for _, key := range All {
		out = append(out, view.Option{Value: key, Label: n.Of(l, key)})
	}
	return out
}

func (s *Service) set(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	f := Form{Stage: c.FormValue("stage"), Until: c.FormValue("until"), Reason: c.FormValue("reason")}
	if err := s.Set(web.Ctx(c), Input(f), id); err != nil {
		return s.page(c, f, err)
	}
	return web.Done(c, "/customers/"+strconv.FormatInt(id, 10), "stage.set_done", "n", 1)
}

func (s *Service) lift(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := s.Lift(web.Ctx(c), id); err != nil {
		return err
	}
	return web.Done(c, "/customers/"+strconv.FormatInt(id, 10), "stage.lifted")
}

// RulesBody feeds the settings page.
type RulesBody struct {
	Settings  []view.NavGroup
	Stages    []RuleStage
	Previewed bool
	Moves     int
	Steps     []ShownStep
}

// RuleStage is a stage with its count and names.
type RuleStage struct {
	Key, Usual, Tone string
	N                int
	English, Chinese string
}

// ShownStep is a step in words.
type ShownStep struct {
	From, To, FromTone, ToTone string
	N                          int
}

// RulesForm is what was typed.
type RulesForm struct {
	Version int64
	Values  map[string]string
	Names   Names
}

var numbers = []string{"new_days", "regular_days", "won_days", "risk_times", "risk_least", "risk_days", "lost_times", "lost_least", "lost_days"}

// Value is what a field shows.
func (f RulesForm) Value(name string) string { return f.Values[name] }

func (s *Service) showRules(c *fiber.Ctx) error {
	k, err := s.Settings(web.Ctx(c))
	if err != nil {
		return err
	}
	return s.rulesPage(c, formOf(k), nil, nil)
}

func formOf(k Kept) RulesForm {
	f := RulesForm{Version: k.Version, Names: k.Names, Values: map[string]string{}}
	for _, name := range numbers {
		whole, part := k.field(name)
		if whole != nil {
			f.Values[name] = strconv.Itoa(*whole)
		} else {
			f.Values[name] = strconv.FormatFloat(*part, 'f', -1, 64)
		}
	}
	return f
}

// field is where a number of the form stands.
func (r *Rules) field(name string) (*int, *float64) {
	switch name {
	case "risk_times":
		return nil, &r.RiskTimes
	case "lost_times":
		return nil, &r.LostTimes
	}
	return map[string]*int{"new_days": &r.NewDays, "regular_days": &r.RegularDays, "won_days": &r.WonDays, "risk_least": &r.RiskLeast,
		"risk_days": &r.RiskDays, "lost_least": &r.LostLeast, "lost_days": &r.LostDays}[name], nil
}

// read takes the typed numbers; what is none is said beside its field.
func (f RulesForm) read() (Rules, error) {
	var r Rules
	c := &errs.Check{}
	for _, name := range numbers {
		typed := strings.ReplaceAll(strings.TrimSpace(f.Values[name]), ",", ".")
		whole, part := r.field(name)
		var err error
		if whole != nil {
			*whole, err = strconv.Atoi(typed)
		} else {
			*part, err = strconv.ParseFloat(typed, 64)
		}
		c.That(err == nil, name, "error.number")
	}
	return r, c.Err()
}

func typedRules(c *fiber.Ctx) RulesForm {
	f := RulesForm{Values: map[string]string{}, Names: Names{i18n.English: {}, i18n.Chinese: {}}}
	f.Version, _ = strconv.ParseInt(c.FormValue("version"), 10, 64)
	for _, name := range numbers {
		f.Values[name] = c.FormValue(name)
	}
	for language, names := range f.Names {
		for _, key := range All {
			names[key] = c.FormValue("name." + language + "." + key)
		}
	}
	return f
}

func (s *Service) previewRules(c *fiber.Ctx) error {
	f := typedRules(c)
	r, err := f.read()
	if err != nil {
		return s.rulesPage(c, f, nil, err)
	}
	n, steps, err := s.Preview(web.Ctx(c), r)
	if err != nil {
		return s.rulesPage(c, f, nil, err)
	}
	return s.rulesPage(c, f, func(b *RulesBody) {
		b.Previewed, b.Moves = true, n
		l := web.Locale(c)
		for _, step := range steps {
			b.Steps = append(b.Steps, ShownStep{From: f.Names.Of(l, step.From), To: f.Names.Of(l, step.To), FromTone: Tone(step.From), ToTone: Tone(step.To), N: step.N})
		}
	}, nil)
}

func (s *Service) saveRules(c *fiber.Ctx) error {
	f := typedRules(c)
	r, err := f.read()
	if err == nil {
		_, err = s.Save(web.Ctx(c), f.Version, r, f.Names)
	}
	if err != nil {
		if e, ok := errs.As(err); ok && e.Kind == errs.Conflict {
			if now, ok := e.Current.(Kept); ok {
				f.Version = now.Version
			}
		}
		return s.rulesPage(c, f, nil, err)
	}
	return web.Done(c, "/settings/stages", "stage.rules_saved")
}

func (s *Service) rulesPage(c *fiber.Ctx, f RulesForm, also func(*RulesBody), problem error) error {
	n, err := s.Counts(web.Ctx(c))
	if err != nil {
		return err
	}
	l := web.Locale(c)
	b := RulesBody{Settings: web.SettingsNav(c)}
	for _, key := range All {
		b.Stages = append(b.Stages, RuleStage{Key: key, Usual: l.T("stage." + key), Tone: Tone(key), N: n[key],
			English: f.Names[i18n.English][key], Chinese: f.Names[i18n.Chinese][key]})
	}
	if also != nil {
		also(&b)
	}
	return web.Render(c, web.Page{Name: "settings/stages", Title: "settings.stages", Body: b, Form: f, Err: problem})
}
