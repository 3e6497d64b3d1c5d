package survey

import (
	"fmt"
	"math"
	"time"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/kit/stats"
	"regulars/app/sys/view"
	"regulars/app/sys/view/chart"
	"regulars/app/sys/web"
)

// resultsBody is the overview: every survey's score and what was just said.
type resultsBody struct {
	Results  []Result
	Latest   []Response
	Held     bool
	MayWrite bool
}

func (s *Service) showResults(c *fiber.Ctx) error {
	ctx := web.Ctx(c)
	results, err := s.Results(ctx)
	if err != nil {
		return err
	}
	latest, err := s.Responses(ctx, page.Request{Limit: 8}, nil)
	if err != nil {
		return err
	}
	held, err := s.held(ctx)
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "voice/results", Title: "survey.results", Body: resultsBody{results, latest.Items, held, web.Actor(c).Can(Write)}})
}

// resultBody is one survey in numbers and words.
type resultBody struct {
	Result   Result
	Latest   []Response
	MayWrite bool
}

func (s *Service) showResult(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	ctx := web.Ctx(c)
	r, err := s.Result(ctx, id)
	if err != nil {
		return err
	}
	latest, err := s.Responses(ctx, page.Request{Limit: 12}, []filter.Cond{{Field: "survey_id", Op: "eq", Value: fmt.Sprint(id)}})
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "voice/result", Heading: r.Survey.Name, Body: resultBody{r, latest.Items, web.Actor(c).Can(Write)}})
}

// Shown is the score as text: a number only from five answers on.
func (r Result) Shown(d view.Data) string {
	if r.Trust == stats.TooFew {
		return d.Locale.T("survey.too_few")
	}
	text := d.Locale.Decimal(r.Rounded(r.Score.Value), r.Places())
	if r.Survey.Kind == CSAT {
		return d.Locale.T("survey.percent", "value", text)
	}
	return text
}

// Likely is the interval in words, or how many answers are still missing.
func (r Result) Likely(d view.Data) string {
	if r.Trust == stats.TooFew {
		return d.Locale.T("survey.more_needed", "n", 5-r.Score.N)
	}
	if !r.Score.Interval {
		return ""
	}
	low, high := d.Locale.Decimal(r.Rounded(r.Score.Low), r.Places()), d.Locale.Decimal(r.Rounded(r.Score.High), r.Places())
	if r.Trust == stats.Early {
		return d.Locale.T("survey.early_between", "low", low, "high", high)
	}
	return d.Locale.T("survey.between", "low", low, "high", high)
}

// Stats is the strip of numbers on top.
func (r Result) Stats(d view.Data) []view.Stat {
	low, high := r.Range()
	scale := func(v float64) float64 { return (v - low) / (high - low) }
	score := view.Stat{Label: r.Survey.Name, Value: r.Shown(d), Small: d.Locale.T("survey.n_answers", "n", r.Score.N), Note: r.Likely(d),
		Href: fmt.Sprintf("/responses?filter[survey_id][eq]=%d", r.Survey.ID)}
	if r.Trust != stats.TooFew && r.Score.Interval {
		score.Meter = chart.Interval{Low: scale(r.Score.Low), Value: scale(r.Score.Value), High: scale(r.Score.High)}
	}
	rate := view.Stat{Label: d.Locale.T("survey.rate"), Value: d.Locale.T("survey.too_few"),
		Small: d.Locale.T("survey.of_asked", "k", r.Answered, "n", r.Asked),
		Href:  fmt.Sprintf("/invitations?filter[survey_id][eq]=%d", r.Survey.ID)}
	if r.Asked >= 5 {
		rate.Value = d.Locale.Percent(r.Rate.Value / 100)
		rate.Note = d.Locale.T("survey.between_percent", "low", d.Locale.Percent(r.Rate.Low/100), "high", d.Locale.Percent(r.Rate.High/100))
		rate.Meter = chart.Interval{Low: r.Rate.Low / 100, Value: r.Rate.Value / 100, High: r.Rate.High / 100}
	}
	return []view.Stat{score, rate}
}

// Chart is the score month by month with its error bars.
func (r Result) Chart(d view.Data) chart.Trend {
	low, high := r.Range()
	out := chart.Trend{Label: d.Locale.T("survey.trend_label", "name", r.Survey.Name), Min: low, Max: high}
	for _, at := range []float64{low, (low + high) / 2, high} {
		out.Ticks = append(out.Ticks, chart.Tick{At: at, Name: d.Locale.Decimal(at, 0)})
	}
	for _, m := range r.Months {
		p := chart.Estimate{Name: d.Locale.ShortMonth(month(m.Month).AddDate(0, 0, 14)), Note: fmt.Sprint(m.Score.N), Value: m.Score.Value, Low: m.Score.Low,
			High: m.Score.High, Known: m.Trust != stats.TooFew, Text: d.Locale.Decimal(r.Rounded(m.Score.Value), r.Places())}
		p.Title = d.Locale.T("survey.point", "month", m.Month, "value", p.Text, "n", m.Score.N,
			"low", d.Locale.Decimal(r.Rounded(m.Score.Low), r.Places()), "high", d.Locale.Decimal(r.Rounded(m.Score.High), r.Places()))
		out.Points = append(out.Points, p)
	}
	return out
}

// Verdict says in words whether the last change means anything.
func (r Result) Verdict(d view.Data) string {
	if r.Change == "" {
		return ""
	}
	delta := d.Locale.Decimal(math.Round(r.Delta), 0)
	if r.Delta > 0 {
		delta = "+" + delta
	}
	return d.Locale.T("survey.change."+string(r.Change), "delta", delta)
}

// Share is one line of the distribution.
type Share struct {
	Score int
	Face  string
	N     int
	Band  Band
	Meter chart.Meter
}

// Shares is how often each score was given, the best first.
func (r Result) Shares() []Share {
	most := 1
	for _, n := range r.Counts {
		most = max(most, n)
	}
	scores := r.Survey.Scores()
	var out []Share
	for k := len(scores) - 1; k >= 0; k-- {
		v := scores[k]
		band := BandOf(r.Survey.Kind, v)
		class := map[Band]string{LowBand: "low", MidBand: "soft", HighBand: "fg"}[band]
		out = append(out, Share{v, face(r.Survey.Kind, v), r.Counts[v], band,
			chart.Meter{Parts: []chart.Segment{{Share: float64(r.Counts[v]) / float64(most), Class: class}}}})
	}
	return out
}

// surveyBody is the editor: the texts of both languages side by side.
type surveyBody struct {
	Survey Survey // zero for a new one
}

// Languages are the columns of the editor.
func (surveyBody) Languages() []string { return Languages }

// Kinds are the choices for a new survey.
func (surveyBody) Kinds(d view.Data) []view.Option {
	var out []view.Option
	for _, k := range Kinds {
		out = append(out, view.Option{Value: k, Label: d.Locale.T("survey.kind." + k)})
	}
	return out
}

// TextFields are the inputs of one language, in the order of the page.
func (surveyBody) TextFields() []string {
	return []string{"question", "low", "high", "ask_low", "ask_mid", "ask_high", "thanks_low", "thanks_mid", "thanks_high", "subject", "reminder"}
}

// TextOf is what stands in one of them.
func (surveyBody) TextOf(in Input, language, name string) string {
	t := in.Texts[language]
	if p, ok := t.fields()[name]; ok {
		return *p
	}
	return ""
}

func (s *Service) newSurvey(c *fiber.Ctx) error {
	return s.surveyForm(c, Survey{}, Input{Kind: NPS, Active: true, Document: Document{Texts: merged(readyNPS, nil), Scored: true}}, nil)
}

func (s *Service) editSurvey(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	v, err := s.Get(web.Ctx(c), id)
	if err != nil {
		return err
	}
	return s.surveyForm(c, v, v.Input(), nil)
}

// Input is the survey as a form would send it.
func (s Survey) Input() Input {
	return Input{Kind: s.Kind, Name: s.Name, Document: s.Document, Words: s.Words, Active: s.Active, ClosesOn: s.ClosesOn, ClosesAtN: s.ClosesAtN, Version: s.Version}
}

func (s *Service) surveyForm(c *fiber.Ctx, v Survey, in Input, problem error) error {
	return web.Render(c, web.Page{Name: "voice/survey", Title: "survey.edit", Body: surveyBody{v}, Form: in, Err: problem})
}

func (s *Service) postSurvey(c *fiber.Ctx) error {
	in := Input{Kind: c.FormValue("kind"), Name: c.FormValue("name"), Words: c.FormValue("words"), Active: c.FormValue("active") != "",
		Version: reference(c.FormValue("version"))}
	texts := Texts{}
	for _, language := range Languages {
		var t Text
		for name, into := range t.fields() {
			*into = c.FormValue(name + "_" + language)
		}
		texts[language] = t
	}
	if c.Params("id") == "" {
		in.Document = Document{Texts: texts, Scored: true}
		v, err := s.Create(web.Ctx(c), in)
		if err != nil {
			return s.surveyForm(c, Survey{}, in, err)
		}
		return web.Done(c, fmt.Sprintf("/surveys/%d", v.ID), "common.saved")
	}
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	v, err := s.Get(web.Ctx(c), id)
	if err != nil {
		return err
	}
	in.Document, in.ClosesOn, in.ClosesAtN = v.Document, v.ClosesOn, v.ClosesAtN
	in.Texts = texts
	if _, err := s.Update(web.Ctx(c), id, in); err != nil {
		in.Kind = v.Kind
		return s.surveyForm(c, v, in, err)
	}
	return web.Done(c, fmt.Sprintf("/surveys/%d", id), "common.saved")
}

func (s *Service) deleteSurvey(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	err = s.Delete(web.Ctx(c), id)
	if errs.Is(err, errs.Conflict) {
		v, getErr := s.Get(web.Ctx(c), id)
		if getErr != nil {
			return getErr
		}
		return s.surveyForm(c, v, v.Input(), err)
	}
	if err != nil {
		return err
	}
	return web.Done(c, "/surveys", "common.deleted")
}

func (s *Service) goOn(c *fiber.Ctx) error {
	if err := s.GoOn(web.Ctx(c)); err != nil {
		return err
	}
	return web.Said(c, "/surveys", "survey.going_on")
}

func (s *Service) skipWave(c *fiber.Ctx) error {
	n, err := s.Skip(web.Ctx(c))
	if err != nil {
		return err
	}
	return web.Said(c, "/surveys", "survey.skipped", "n", n)
}

// month is the first instant of a month key, for its name.
func month(key string) time.Time {
	t, err := time.Parse("2006-01", key)
	if err != nil {
		return time.Time{}
	}
	return t
}
