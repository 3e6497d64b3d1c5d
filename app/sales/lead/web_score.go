package lead

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/custom"
	"regulars/app/sys/i18n"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// The settings of the score, and its reasons beside a lead.

const scoreHome = "/settings/lead-score"

func (s *Service) scoreRoutes(r *web.Router) {
	r.Get(scoreHome, Settings, s.showScore)
	r.Post(scoreHome, Settings, s.postScore)
	r.Post(scoreHome+"/learned", Settings, s.postScoring)
	r.Get(scoreHome+"/:id", Settings, s.editScore)
	r.Post(scoreHome+"/:id", Settings, s.postScore)
	r.Post(scoreHome+"/:id/delete", Settings, s.postDropScore)
}

// namer says rules in words.
type namer struct {
	loc   *i18n.Locale
	own   custom.Set
	forms []WebForm
}

func (s *Service) namer(ctx context.Context, loc *i18n.Locale) (namer, error) {
	n := namer{loc: loc}
	q := s.db.Reader(ctx)
	record, err := s.fields.Record(ctx, q, "lead")
	if err != nil {
		return n, err
	}
	n.own = record.Set
	n.forms, err = forms(ctx, q)
	return n, err
}

func (n namer) field(name string) string {
	for _, f := range scorable {
		if f.Field == name {
			return n.loc.T(f.Label)
		}
	}
	key := strings.TrimPrefix(name, ownField)
	if f, ok := n.own.Find(key); ok {
		return f.Name(n.loc.Tag())
	}
	return key
}

// words say when a rule holds.
func (n namer) words(r ScoreRule) string {
	value := r.Value
	if r.Field == "form" {
		for _, f := range n.forms {
			if strconv.FormatInt(f.ID, 10) == r.Value {
				value = f.Name
			}
		}
	}
	return n.loc.T("lead.score.when."+r.Test, "field", n.field(r.Field), "value", value)
}

// whats are the conditions to choose from; where the values are few each stands
// for itself.
func (n namer) whats() []view.Option {
	var out []view.Option
	add := func(field, test, value string) {
		r, shown := ScoreRule{Field: field, Test: test, Value: value}, field+":"+test
		if value == "" {
			r.Value = "…"
		} else {
			shown += ":" + value
		}
		out = append(out, view.Option{Value: shown, Label: n.words(r)})
	}
	for _, f := range scorable {
		if f.Field == "form" {
			for _, form := range n.forms {
				add(f.Field, is, strconv.FormatInt(form.ID, 10))
			}
			continue
		}
		for _, t := range f.Tests {
			add(f.Field, t, "")
		}
	}
	for _, f := range n.own {
		tests := testsOf(f)
		if f.Kind == custom.Choice || f.Kind == custom.Multi {
			for _, c := range f.Choices {
				add(ownField+f.Key, is, c)
			}
			tests = slices.DeleteFunc(tests, func(t string) bool { return t == is || t == has })
		}
		for _, t := range tests {
			add(ownField+f.Key, t, "")
		}
	}
	return out
}

// RuleLine is a rule with what came of the leads it held for.
type RuleLine struct {
	ScoreRule
	Words string
	Rate  Rate
}

// Signed is the points with their sign.
func (r ScoreRule) Signed() string {
	if r.Points > 0 {
		return "+" + strconv.Itoa(r.Points)
	}
	return "−" + strconv.Itoa(-r.Points)
}

// ScorePage feeds the page.
type ScorePage struct {
	Learned
	Lines    []RuleLine
	Whats    []view.Option
	Rule     ScoreRule // the one that is changed; zero for a new one
	What     string
	Points   string
	Settings []view.NavGroup
}

// Base says what came of all leads that ended.
func (b ScorePage) Base(d view.Data) string {
	return d.Locale.T("lead.score.base", "n", b.All.N, "won", b.All.Won)
}

// Told says in words what is used, and how it did.
func (b ScorePage) Told(d view.Data) string {
	l, f := d.Locale, b.Fit
	two := func(v float64) string { return strconv.FormatFloat(v, 'f', 3, 64) }
	args := []any{"n", f.Ended, "least", Least, "trained", f.Trained, "tested", f.Tested, "brier", two(f.Brier), "brier0", two(f.Brier0), "loss", two(f.LogLoss), "loss0", two(f.Loss0)}
	switch {
	case f.Used:
		return l.T("lead.score.used", args...)
	case f.Why == "" || len(b.Rules) == 0:
		return l.T("lead.score.no_rules")
	}
	return l.T("lead.score.not."+f.Why, args...)
}

// RateWords says what came of the leads that a rule held for.
func (r RuleLine) RateWords(d view.Data) string {
	l := d.Locale
	if !r.Rate.Enough() {
		return l.T("lead.score.too_few", "n", r.Rate.N)
	}
	key := "lead.score.rate"
	if r.Rate.Early() {
		key = "lead.score.rate_early"
	}
	return l.T(key, "share", l.Percent(r.Rate.Share()), "n", r.Rate.N, "low", l.Percent(r.Rate.Low), "high", l.Percent(r.Rate.High))
}

func (s *Service) showScore(c *fiber.Ctx) error {
	return s.scorePage(c, ScoreRule{}, "", "", nil)
}

func (s *Service) editScore(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	r, err := s.ScoreRule(web.Ctx(c), id)
	if err != nil {
		return err
	}
	return s.scorePage(c, r, r.Field+":"+r.Test, strconv.Itoa(r.Points), nil)
}

func (s *Service) scorePage(c *fiber.Ctx, r ScoreRule, what, points string, problem error) error {
	b := ScorePage{Rule: r, What: what, Points: points, Settings: web.SettingsNav(c)}
	var err error
	if b.Learned, err = s.Learned(web.Ctx(c)); err != nil {
		return err
	}
	n, err := s.namer(web.Ctx(c), web.Locale(c))
	if err != nil {
		return err
	}
	b.Whats = n.whats()
	if whole := what + ":" + r.Value; slices.ContainsFunc(b.Whats, func(o view.Option) bool { return o.Value == whole }) {
		b.What, b.Rule.Value = whole, ""
	}
	for _, r := range b.Rules {
		b.Lines = append(b.Lines, RuleLine{r, n.words(r), b.Rates[r.ID]})
	}
	return web.Render(c, web.Page{Name: "sales/lead-score", Title: "lead.score.title", Body: b, Err: problem})
}

func (s *Service) postScore(c *fiber.Ctx) error {
	r, err := s.typedRule(c)
	if err == nil {
		_, err = s.SaveScoreRule(web.Ctx(c), r)
	}
	if errs.Is(err, errs.NotFound) {
		return err
	}
	if err != nil {
		return s.scorePage(c, r, r.Field+":"+r.Test, c.FormValue("points"), err)
	}
	return web.Done(c, scoreHome, "lead.score.saved")
}

func (s *Service) typedRule(c *fiber.Ctx) (ScoreRule, error) {
	r := ScoreRule{Value: c.FormValue("value"), Version: number(c.FormValue("version")), Active: true}
	if c.Params("id") != "" {
		id, err := web.ID(c, "id")
		if err != nil {
			return r, err
		}
		r.ID, r.Active = id, c.FormValue("active") != ""
	}
	const parts = 3
	if p := strings.SplitN(c.FormValue("what"), ":", parts); len(p) > 1 {
		r.Field, r.Test = p[0], p[1]
		if len(p) == parts {
			r.Value = p[2]
		}
	}
	typed := strings.NewReplacer("−", "-", "+", "", " ", "").Replace(c.FormValue("points"))
	n, err := strconv.Atoi(typed)
	check := &errs.Check{}
	check.That(err == nil, "points", "lead.error.points", "n", maxPoints)
	r.Points = n
	return r, check.Err()
}

func (s *Service) postScoring(c *fiber.Ctx) error {
	if err := s.SetScoring(web.Ctx(c), ScoreSettings{Plain: c.FormValue("learned") == ""}); err != nil {
		return err
	}
	return web.Done(c, scoreHome, "common.saved")
}

func (s *Service) postDropScore(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := s.DropScoreRule(web.Ctx(c), id); err != nil {
		return err
	}
	return web.Done(c, scoreHome, "lead.score.dropped")
}

// Because is why a lead has its score.
type Because struct {
	Sign  string // points, or whether it raises the chance
	Words string
	Down  bool
}

// because are the reasons of a lead's score in words.
func (s *Service) because(ctx context.Context, loc *i18n.Locale, l Lead) ([]Because, Scoring, error) {
	by, err := s.scoring(ctx, s.db.Reader(ctx))
	if err != nil {
		return nil, by, err
	}
	n, err := s.namer(ctx, loc)
	if err != nil {
		return nil, by, err
	}
	var out []Because
	for _, r := range by.Because(l) {
		one := Because{r.Signed(), n.words(r), r.Points < 0}
		if by.Fit.Used {
			j := slices.Index(by.Fit.Rules, r.ID)
			if j < 0 {
				continue
			}
			one.Down = by.Fit.Beta[j] < 0
			if one.Sign = "↑"; one.Down {
				one.Sign = "↓"
			}
		}
		out = append(out, one)
	}
	return out, by, nil
}
