package satisfaction

import (
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
	"regulars/app/voice/question"
	"regulars/app/voice/review"
	"regulars/app/voice/survey"
)

// Module offers the slice to the house.
func (s *Service) Module() web.Module {
	return web.Module{Name: "satisfaction", Routes: s.routes, API: s.api}
}

func (s *Service) routes(r *web.Router) {
	r.Get("/surveys", survey.Read, s.showAll)
	r.Get("/surveys/:id", survey.Read, s.show)
	r.Get("/surveys/:id/groups", survey.Read, s.showGroups)
	r.Get("/surveys/:id/compare", survey.Read, s.showCompare)
	r.Get("/surveys/:id/said", survey.Read, s.showSaid)
	r.Get("/surveys/:id/drivers", survey.Read, s.showDrivers)
	r.Get("/surveys/:id/topics", survey.Read, s.showTopics)
	r.Get("/responses/:id", survey.Read, s.showAnswer)
}

// allBody is the overview: every survey's score and what was just said.
type allBody struct {
	Results  []Result
	Latest   []survey.Response
	Reviews  []review.Summary // of the last year, apart: nobody was asked for them
	Held     bool
	MayWrite bool
}

func (s *Service) showAll(c *fiber.Ctx) error {
	ctx := web.Ctx(c)
	list, err := s.surveys.List(ctx, page.Request{Limit: page.MaxLimit}, nil)
	if err != nil {
		return err
	}
	b := allBody{MayWrite: web.Actor(c).Can(survey.Write)}
	for _, v := range list.Items {
		q, err := s.Ask(ctx, v.ID, "", "", nil)
		if err != nil {
			return err
		}
		r := Result{Query: q}
		if v.Anonymous {
			secret, err := s.Anonymous(ctx, q)
			if err != nil {
				return err
			}
			r.Figure = secret.Figure
		} else {
			if r.Figure, err = s.figure(ctx, q); err != nil {
				return err
			}
			if r.Rate, err = s.rate(ctx, q); err != nil {
				return err
			}
		}
		b.Results = append(b.Results, r)
	}
	latest, err := s.surveys.Responses(ctx, page.Request{Limit: 8}, nil)
	if err != nil {
		return err
	}
	b.Latest = latest.Items
	today, err := s.today(ctx)
	if err != nil {
		return err
	}
	if b.Reviews, err = s.reviews.Summaries(ctx, today.AddDays(-365)); err != nil {
		return err
	}
	if b.Held, err = s.surveys.Held(ctx); err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "voice/results", Title: "survey.results", Body: b})
}

// frame is what all pages of one survey share.
type frame struct {
	Query
	At       string // the page
	Alone    bool   // one person works here
	Segments bool   // there are saved views of customers
	MayWrite bool
	Presets  []preset
	Chips    []chip
}

// preset is a choice of days.
type preset struct {
	Key, Href string
	On        bool
}

// chip is a condition with the way to drop it.
type chip struct{ Field, Value, Href string }

// Path is the address of one of the survey's pages with the same question.
func (f frame) Path(at string) string { return f.path(at, f.Params()) }

// Export is the file of the results, in the same days and under the same
// conditions.
func (f frame) Export(format string) string {
	v := filter.Query(f.of())
	v.Set("format", format)
	return "/exports/results?" + v.Encode()
}

func (f frame) path(at string, v url.Values) string {
	if at != "" {
		at = "/" + at
	}
	return "/surveys/" + strconv.FormatInt(f.Survey.ID, 10) + at + "?" + v.Encode()
}

// Rated tells whether there are rated questions beside the score.
func (f frame) Rated() bool {
	if !f.Survey.Scored {
		return false
	}
	for _, q := range f.Survey.Questions {
		if _, _, ok := question.Scale(q.Kind); ok || q.Kind == question.YesNo {
			return true
		}
	}
	return false
}

// Dimensions are what the answers can be divided by; a shop of one has no people
// to tell apart.
func (f frame) Dimensions() []string {
	var out []string
	for _, d := range survey.Dimensions {
		if !f.Alone || d != "person_id" && d != "team_id" {
			out = append(out, d)
		}
	}
	if f.Segments {
		out = append(out, survey.InView)
	}
	return out
}

// frame reads what was asked for.
func (s *Service) frame(c *fiber.Ctx, at string) (frame, error) {
	ctx := web.Ctx(c)
	id, err := web.ID(c, "id")
	if err != nil {
		return frame{}, err
	}
	query, err := url.ParseQuery(string(c.Request().URI().QueryString()))
	if err != nil {
		query = url.Values{}
	}
	conds, err := filter.Parse(query)
	if err != nil {
		return frame{}, err
	}
	q, err := s.Ask(ctx, id, query.Get("since"), query.Get("until"), conds)
	if err != nil {
		return frame{}, err
	}
	f := frame{Query: q, At: at, MayWrite: web.Actor(c).Can(survey.Write)}
	if err := s.db.Reader(ctx).Get(ctx, &f.Alone, sqlAlone); err != nil {
		return f, err
	}
	views, err := s.surveys.Segments(ctx)
	if err != nil {
		return f, err
	}
	f.Segments = len(views) > 0
	today, err := s.today(ctx)
	if err != nil {
		return f, err
	}
	for _, days := range []int{30, 90, 365} {
		v := f.Params()
		v.Set("since", string(today.AddDays(-days)))
		v.Set("until", string(today))
		f.Presets = append(f.Presets, preset{"satisfaction.days." + strconv.Itoa(days), f.path(at, v), q.Until == today && q.Since == today.AddDays(-days)})
	}
	return f, s.chips(c, &f)
}

func (s *Service) chips(c *fiber.Ctx, f *frame) error {
	for i, one := range f.Conds {
		rest := append(append([]filter.Cond{}, f.Conds[:i]...), f.Conds[i+1:]...)
		v := f.Params()
		for key := range filter.Query(f.Conds) {
			v.Del(key)
		}
		for key, values := range filter.Query(rest) {
			v[key] = values
		}
		names, err := s.names(web.Ctx(c), one.Field)
		if err != nil {
			return err
		}
		value := one.Value
		if names[value] != "" {
			value = names[value]
		}
		if one.Op == "empty" {
			value = ""
		}
		f.Chips = append(f.Chips, chip{one.Field, value, f.path(f.At, v)})
	}
	return nil
}

// resultBody is one survey in numbers and words.
type resultBody struct {
	frame
	Result Result
	Secret *Secret // of an anonymous survey, instead
	Themes Themes
	Latest []survey.Response
}

// Stats is the strip of numbers on top.
func (r Result) Stats(d view.Data) []view.Stat {
	if r.Survey.Anonymous && !r.Survey.Scored {
		return []view.Stat{{Label: d.Locale.T("survey.responses"), Value: d.Locale.Number(r.Counts.N())}}
	}
	if r.Survey.Anonymous {
		return []view.Stat{r.Figure.Stat(d, r.Survey.Name, "")}
	}
	out := []view.Stat{r.Rate.Stat(d)}
	if r.Survey.Scored {
		out = append([]view.Stat{r.Figure.Stat(d, d.Locale.T("survey.kind."+r.Survey.Kind), r.Rows())}, out...)
	} else {
		out = append([]view.Stat{{Label: d.Locale.T("survey.responses"), Value: d.Locale.Number(r.Given), Href: rows(r.given())}}, out...)
	}
	return out
}

func (s *Service) show(c *fiber.Ctx) error {
	f, err := s.frame(c, "")
	if err != nil {
		return err
	}
	ctx := web.Ctx(c)
	b := resultBody{frame: f}
	if f.Survey.Anonymous {
		secret, err := s.Anonymous(ctx, f.Query)
		if err != nil {
			return err
		}
		b.Secret, b.Result = &secret, Result{Query: f.Query, Figure: secret.Figure}
		return web.Render(c, web.Page{Name: "voice/anonymous", Heading: f.Survey.Name, Body: b})
	}
	if b.Result, err = s.Result(ctx, f.Query, c.Query("unit")); err != nil {
		return err
	}
	if b.Themes, err = s.Topics(ctx, f.Query); err != nil {
		return err
	}
	latest, err := s.surveys.Responses(ctx, page.Request{Limit: 12}, f.of())
	if err != nil {
		return err
	}
	b.Latest = latest.Items
	return web.Render(c, web.Page{Name: "voice/result", Heading: f.Survey.Name, Body: b})
}

// Units are the periods that the trend can be shown by.
func (resultBody) Units() []string { return Units }

// Unit is the page with another period.
func (b resultBody) Unit(unit string) string {
	v := b.Params()
	v.Set("unit", unit)
	return b.path("", v)
}

// ByLevel leads to who answered and who did not, by level.
func (b resultBody) ByLevel() string {
	v := b.Params()
	v.Set("by", "level")
	return b.path("groups", v)
}

// AllRows lists every answer of these days, whoever gave it.
func (b resultBody) AllRows() string { return rows(b.of()) }

// Silent is how many of those asked did not answer.
func (r Result) Silent() int { return r.Rate.Asked - r.Rate.Answered }
