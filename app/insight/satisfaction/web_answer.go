package satisfaction

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/sys/view"
	"regulars/app/sys/web"
	"regulars/app/voice/question"
	"regulars/app/voice/survey"
)

// answerBody is the page of one answer.
type answerBody struct {
	Answer
	MayDelete bool
}

// Line is a question with what was answered, "" for nothing.
type Line struct{ Question, Answer string }

// Lines are the further questions as they were asked.
func (a Answer) Lines(d view.Data) []Line {
	said := a.Said()
	var out []Line
	for _, q := range a.Asked.Questions {
		if q.Asks() {
			out = append(out, Line{q.Text.For(d.Locale.Tag(), survey.Languages), spoken(d, q, said[q.Key])})
		}
	}
	return out
}

// Lead is what the survey asked for its score.
func (a Answer) Lead(d view.Data) string {
	return strings.ReplaceAll(a.Asked.Texts.For(d.Locale.Tag()).Question, "{business}", d.Business)
}

// spoken is an answer in the words of its options.
func spoken(d view.Data, q question.Question, a question.Answer) string {
	switch {
	case a.N != nil:
		text := strconv.FormatFloat(*a.N, 'f', -1, 64)
		if _, high, ok := question.Scale(q.Kind); ok {
			text += "/" + strconv.Itoa(high)
		}
		return text
	case a.Yes != nil && *a.Yes:
		return d.Locale.T("satisfaction.option.yes")
	case a.Yes != nil:
		return d.Locale.T("satisfaction.option.no")
	case len(a.Rows) > 0:
		var parts []string
		for _, o := range q.Options {
			if n, ok := a.Rows[o.Key]; ok {
				parts = append(parts, option(d, q, o.Key)+" "+strconv.Itoa(n)+"/5")
			}
		}
		return strings.Join(parts, d.Locale.T("common.list_comma"))
	case len(a.Picks) > 0:
		var parts []string
		for i, key := range a.Picks {
			text := option(d, q, key)
			if key == question.OtherKey && a.Other != "" {
				text = a.Other
			}
			if q.Kind == question.Ranking {
				text = strconv.Itoa(i+1) + ". " + text
			}
			parts = append(parts, text)
		}
		return strings.Join(parts, d.Locale.T("common.list_comma"))
	}
	return a.Text
}

func (s *Service) showAnswer(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	a, err := s.Answer(web.Ctx(c), id)
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "voice/response", Title: "survey.response", Body: answerBody{a, web.Actor(c).Can(survey.Delete)}})
}
