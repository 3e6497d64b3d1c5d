package satisfaction

import (
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/kit/stats"
	"regulars/app/sys/view"
	"regulars/app/sys/view/chart"
	"regulars/app/sys/web"
	"regulars/app/voice/question"
	"regulars/app/voice/survey"
)

// groupsBody is a survey divided.
type groupsBody struct {
	frame
	Groups Groups
}

// Title is a group in words.
func (g Group) Title(d view.Data, by string) string { return title(d, by, g.Value, g.Name) }

func title(d view.Data, by, value, name string) string {
	switch {
	case value == "":
		return d.Locale.T("satisfaction.none")
	case name != "":
		return name
	case by == "channel":
		return d.Locale.T("survey.channel." + value)
	case by == "source":
		return d.Locale.T("satisfaction.source." + value)
	case by == "region":
		return d.Locale.Country(value)
	}
	return value
}

// Only is the same page narrowed to the group.
func (b groupsBody) Only(g Group, at string) string {
	f := b.frame
	f.Query = f.Query.with(is(b.Groups.By, g.Value))
	return f.Path(at)
}

// By is the same page divided by something else.
func (b groupsBody) By(dimension string) string {
	v := b.Params()
	v.Set("by", dimension)
	return b.path("groups", v)
}

// Several is among how many comparisons each one was made, 0 when none was.
func (b groupsBody) Several() (n int) {
	for _, g := range b.Groups.Groups {
		if g.Rest.Valid && g.Rest.Verdict != stats.TooEarly {
			n = max(n, g.Rest.Several)
		}
	}
	return n
}

func (s *Service) showGroups(c *fiber.Ctx) error {
	f, err := s.frame(c, "groups")
	if err != nil {
		return err
	}
	if f.Survey.Anonymous {
		return errs.NotVisible()
	}
	by := c.Query("by", "level")
	if !slices.Contains(f.Dimensions(), by) {
		return errs.NotVisible()
	}
	g, err := s.Groups(web.Ctx(c), f.Query, by)
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "voice/groups", Heading: f.Survey.Name, Body: groupsBody{f, g}})
}

// compareBody sets two groups or periods beside each other.
type compareBody struct {
	frame
	By         string
	Choices    []Group // what can be compared
	A, B       string
	Since2     string
	Until2     string
	Comparison *Comparison
}

// Options are the groups to choose from.
func (b compareBody) Options(d view.Data) []view.Option {
	var out []view.Option
	for _, g := range b.Choices {
		value := g.Value
		if value == "" {
			value = noneValue
		}
		out = append(out, view.Option{Value: value, Label: g.Title(d, b.By)})
	}
	return out
}

// Side is a side in words: its group, its days, or both.
func (b compareBody) Side(d view.Data, s Side) string {
	days := d.Locale.T("satisfaction.from_to", "from", d.Date(s.Since), "to", d.Date(s.Until))
	if s.Any {
		return days
	}
	return title(d, b.By, s.Value, s.Name) + d.Locale.T("common.comma") + days
}

// noneValue stands for "none" in a form, where "" is nothing chosen.
const noneValue = "-"

func (s *Service) showCompare(c *fiber.Ctx) error {
	f, err := s.frame(c, "compare")
	if err != nil {
		return err
	}
	if f.Survey.Anonymous {
		return errs.NotVisible()
	}
	ctx := web.Ctx(c)
	b := compareBody{frame: f, By: c.Query("by", "level"), A: c.Query("a"), B: c.Query("b"), Since2: c.Query("since2"), Until2: c.Query("until2")}
	if !slices.Contains(f.Dimensions(), b.By) || b.By == "source" {
		return errs.NotVisible()
	}
	groups, err := s.Groups(ctx, f.Query, b.By)
	if err != nil {
		return err
	}
	b.Choices = groups.Groups
	before := f.Query
	if b.Since2 != "" || b.Until2 != "" {
		other, err := s.Ask(ctx, f.Survey.ID, b.Since2, b.Until2, f.Conds)
		if err != nil {
			return web.Render(c, web.Page{Name: "voice/compare", Heading: f.Survey.Name, Body: b, Err: err})
		}
		before.Since, before.Until = other.Since, other.Until
	}
	if b.A == "" && b.B == "" && before.Since == f.Since && before.Until == f.Until {
		return web.Render(c, web.Page{Name: "voice/compare", Heading: f.Survey.Name, Body: b})
	}
	result, err := s.Compare(ctx, b.By, side(b.A, before), side(b.B, f.Query))
	if err != nil {
		return err
	}
	b.Comparison = &result
	return web.Render(c, web.Page{Name: "voice/compare", Heading: f.Survey.Name, Body: b})
}

func side(value string, q Query) Side {
	switch value {
	case "":
		return Side{Any: true, Query: q}
	case noneValue:
		return Side{Query: q}
	}
	return Side{Value: value, Query: q}
}

// saidBody is what was answered to the further questions.
type saidBody struct {
	frame
	Said []Said
}

// Text is a question in the reader's language.
func (s Said) Text(d view.Data) string { return s.Question.Text.For(d.Locale.Tag(), survey.Languages) }

// Option is an option's words.
func (s Said) Option(d view.Data, key string) string { return option(d, s.Question, key) }

func option(d view.Data, q question.Question, key string) string {
	if o, ok := q.Option(key); ok {
		return o.Text.For(d.Locale.Tag(), survey.Languages)
	}
	switch key {
	case "yes", "no", question.OtherKey:
		return d.Locale.T("satisfaction.option." + key)
	}
	return key
}

func (s *Service) showSaid(c *fiber.Ctx) error {
	f, err := s.frame(c, "said")
	if err != nil {
		return err
	}
	if f.Survey.Anonymous {
		return errs.NotVisible()
	}
	said, err := s.Questions(web.Ctx(c), f.Query)
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "voice/said", Heading: f.Survey.Name, Body: saidBody{f, said}})
}

// driversBody is importance beside performance.
type driversBody struct {
	frame
	Drivers Drivers
}

// Name is a driver in the reader's language.
func (b driversBody) Name(d view.Data, one Driver) string {
	text := one.Question.Text.For(d.Locale.Tag(), survey.Languages)
	if one.Item != "" {
		return option(d, one.Question, one.Item)
	}
	return text
}

// Scatter is the picture.
func (b driversBody) Scatter(d view.Data) chart.Scatter {
	return b.Drivers.Chart(d, func(one Driver) string { return b.Name(d, one) })
}

func (s *Service) showDrivers(c *fiber.Ctx) error {
	f, err := s.frame(c, "drivers")
	if err != nil {
		return err
	}
	if f.Survey.Anonymous || !f.Survey.Scored {
		return errs.NotVisible()
	}
	d, err := s.Drivers(web.Ctx(c), f.Query)
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "voice/drivers", Heading: f.Survey.Name, Body: driversBody{f, d}})
}

// Hidden is what a form keeps beside its own fields.
func (f frame) Hidden(own ...string) url.Values {
	v := f.Params()
	for _, name := range own {
		v.Del(name)
	}
	return v
}

// Dimension is the page for groups of something else.
func (b compareBody) Dimension(by string) string {
	v := b.Params()
	v.Set("by", by)
	return b.path("compare", v)
}

// Meter is a choice's share as a bar.
func (s Said) Meter(c Choice) chart.Meter {
	return chart.Meter{Parts: []chart.Segment{{Share: s.Fraction(c.Share.Value), Class: "fg"}}}
}

// Fraction turns a percentage into a share for the percent sign of the language.
func (Said) Fraction(percent float64) float64 { return percent / 100 }

// Share is Fraction for a driver.
func (Driver) Share(percent float64) float64 { return percent / 100 }

// themesBody is what they talk about.
type themesBody struct {
	frame
	Themes Themes
}

func (s *Service) showTopics(c *fiber.Ctx) error {
	f, err := s.frame(c, "topics")
	if err != nil {
		return err
	}
	if f.Survey.Anonymous {
		return errs.NotVisible()
	}
	t, err := s.Topics(web.Ctx(c), f.Query)
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "voice/themes", Heading: f.Survey.Name, Body: themesBody{f, t}})
}

// Meter is how happy those are who speak of it.
func (t Theme) Meter(d view.Data) chart.Meter {
	n := float64(max(1, t.Bands.N()))
	return chart.Meter{Label: d.Locale.T("satisfaction.mood", "happy", d.Locale.Percent(float64(t.Bands.Promoters)/n), "unhappy", d.Locale.Percent(float64(t.Bands.Detractors)/n)),
		Parts: []chart.Segment{{Share: float64(t.Bands.Promoters) / n, Class: "fg"}, {Share: float64(t.Bands.Passives) / n, Class: "soft"}, {Share: float64(t.Bands.Detractors) / n, Class: "low"}}}
}

// Whose says to whom the topic belongs, in words.
func (t Theme) Whose(d view.Data) string {
	switch {
	case t.Verdict == stats.TooEarly:
		return d.Locale.T("satisfaction.verdict.too_early")
	case t.Verdict == stats.CouldBeChance:
		return d.Locale.T("satisfaction.said_by_both")
	case t.Odds.Delta > 0:
		return d.Locale.T("satisfaction.said_by_unhappy")
	}
	return d.Locale.T("satisfaction.said_by_happy")
}

// Fraction turns a percentage into a share.
func (Theme) Fraction(percent float64) float64 { return percent / 100 }

// Few are the topics that the overview shows.
func (t Themes) Few() []Theme { return t.Themes[:min(5, len(t.Themes))] }
