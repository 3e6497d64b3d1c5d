package survey

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"regulars/app/sys/web"
	"regulars/app/voice/question"
)

// The further questions of a survey on a page: the public one, the interview
// and the preview are the same inputs. What a rule hides is on the page too,
// switched off; a script switches it on as soon as the rule holds, and without
// one it comes after the first press.

// questions is what the page's partial shows.
type questions struct {
	Version int
	Items   []askedOne
}

// Ruled tells whether any question comes and goes, so that the page wants its
// script.
func (a questions) Ruled() bool {
	return slices.ContainsFunc(a.Items, func(i askedOne) bool { return i.Rule != "" || i.Jumps != "" })
}

// askedOne is one question with what was said to it.
type askedOne struct {
	question.Question
	Name    string // of its inputs
	Title   string
	Help    string
	Low     string
	High    string
	Shown   bool
	Rule    string // JSON for the script, "" for none
	Jumps   string
	Answer  question.Answer
	Choices []askedChoice
	Values  []askedValue
}

type askedChoice struct {
	Key    string
	Text   string
	Chosen bool
	Place  int // in a ranking from 1, 0 = none
	Value  int // in a matrix, 0 = none
}

type askedValue struct {
	Value  int
	Face   string
	Chosen bool
}

// Places are the places of a ranking.
func (a askedOne) Places() []int {
	var out []int
	for k := range a.Choices {
		out = append(out, k+1)
	}
	return out
}

// Fives are the values of a matrix.
func (askedOne) Fives() []int { return []int{1, 2, 3, 4, 5} }

// Number is what was typed for a number.
func (a askedOne) Number() string {
	if a.Answer.N == nil {
		return a.Answer.Text
	}
	return strconv.FormatFloat(*a.Answer.N, 'f', -1, 64)
}

// Bound is a bound as an attribute, "" for none.
func (askedOne) Bound(n *float64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatFloat(*n, 'f', -1, 64)
}

// Yes tells what was said to a yes-or-no question.
func (a askedOne) Yes(want bool) bool { return a.Answer.Yes != nil && *a.Answer.Yes == want }

// Dated is the day as a date input wants it.
func (a askedOne) Dated() string { return a.Answer.Text }

// OtherChosen tells whether the answer of one's own is chosen.
func (a askedOne) OtherChosen() bool { return slices.Contains(a.Answer.Picks, question.OtherKey) }

// ask puts the questions of v into the reader's language, with what was said.
func ask(c *fiber.Ctx, v Survey, said question.Answers, l question.Lead) questions {
	return askIn(web.Locale(c).Tag(), v, said, l)
}

func askIn(language string, v Survey, said question.Answers, l question.Lead) questions {
	out := questions{Version: v.Revision}
	shown := v.Questions.Shown(said, l)
	for _, q := range v.Questions {
		say := func(t question.Texts) string { return t.For(language, Languages) }
		one := askedOne{Question: q, Name: "q." + q.Key, Title: say(q.Text), Help: say(q.Help), Low: say(q.Low), High: say(q.High), Answer: said[q.Key]}
		_, one.Shown = shown.Find(q.Key)
		if q.Show != nil {
			one.Rule = encoded(q.Show)
		}
		if len(q.Jump) > 0 {
			one.Jumps = encoded(q.Jump)
		}
		for k, o := range q.Options {
			one.Choices = append(one.Choices, askedChoice{o.Key, say(o.Text), slices.Contains(one.Answer.Picks, o.Key), k + 1, one.Answer.Rows[o.Key]})
		}
		if q.Kind == question.Ranking && len(one.Answer.Picks) > 0 {
			for k := range one.Choices {
				one.Choices[k].Place = slices.Index(one.Answer.Picks, one.Choices[k].Key) + 1
			}
		}
		for _, n := range q.Values() {
			value := askedValue{Value: n, Chosen: one.Answer.N != nil && *one.Answer.N == float64(n)}
			if q.Kind == question.CSAT && !q.Stars {
				value.Face = Face(CSAT, n)
			}
			one.Values = append(one.Values, value)
		}
		out.Items = append(out.Items, one)
	}
	return out
}

// encoded is a rule for the page's script.
func encoded(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		return "" // the press on the button asks the server anyway
	}
	return string(raw)
}

// lead is what is chosen for the survey's own two questions on a page.
func lead(v Survey, score int, comment string) question.Lead {
	l := question.Lead{Comment: comment}
	if v.Scored && slices.Contains(v.Scores(), score) {
		l.Score = &score
	}
	return l
}

// answerIn reads the score, the answers and which questions were on the page.
func answerIn(c *fiber.Ctx, v Survey) (score int, said question.Answers, seen []string) {
	form, err := url.ParseQuery(string(c.Request().PostArgs().QueryString()))
	if err != nil {
		form = url.Values{}
	}
	score, err = strconv.Atoi(form.Get("score"))
	if err != nil {
		score = NoScore
	}
	return score, v.Questions.Read(form), append([]string{}, form["asked"]...)
}

// unseen tells whether there is something to answer that was not on the page.
func unseen(l question.List, seen []string) bool {
	return slices.ContainsFunc(l, func(q question.Question) bool { return q.Asks() && !slices.Contains(seen, q.Key) })
}
