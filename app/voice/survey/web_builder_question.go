package survey

import (
	"encoding/json"
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/i18n"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
	"regulars/app/voice/question"
)

// questionForm is one question of the draft as the page shows it.
type questionForm struct {
	question.Question
	Fixed      bool        // it was published: its kind stays
	Conditions []condition // what a rule may look at
	Tests      []testRow
	After      []condition // what a jump may look at: this question too
	Jumps      []jumpRow
	Targets    []view.Option
	Least      string // the bounds as text
	Greatest   string
}

// condition is a question with the comparisons that can be made about it.
type condition struct {
	Title   string
	Options []view.Option
}

type testRow struct{ Condition, Value string }

type jumpRow struct {
	testRow
	To   string
	Keep string // a jump of several conditions in words
	At   int
}

func newQuestionForm(q question.Question) *questionForm { return &questionForm{Question: q} }

// Texts are the parts of the question that have words, in the order of the page.
func (f questionForm) Texts() []string {
	if f.Scaled() && f.Kind != question.CSAT || f.Kind == question.Matrix {
		return []string{"text", "help", "low", "high"}
	}
	return []string{"text", "help"}
}

// Text is what stands in one of them.
func (f questionForm) TextOf(part, language string) string {
	return (*textParts(&f.Question)[part])[language]
}

// Lacks tells that a text is missing in a language although another has it.
func (f questionForm) Lacks(part, language string) bool {
	t := *textParts(&f.Question)[part]
	return t[language] == "" && t.For("", Languages) != ""
}

// Optioned tells whether the kind has options or rows.
func (f questionForm) Optioned() bool { return f.Picked() || f.Kind == question.Matrix }

// Spare are the empty rows beneath the options.
func (questionForm) Spare() []int { return make([]int, spareOptions) }

// prepare fills in what the form can choose from.
func (f *questionForm) prepare(l *i18n.Locale, v Survey, d Document, k Known) {
	f.Fixed = k.Kind(f.Key) != ""
	f.Least, f.Greatest = bound(f.Min), bound(f.Max)
	at, err := place(d.Questions, f.Key)
	if err != nil {
		return
	}
	f.Conditions = conditions(l, v, d.Questions[:at], d)
	f.After = conditions(l, v, d.Questions[:at+1], d)
	for _, q := range d.Questions[at+1:] {
		f.Targets = append(f.Targets, view.Option{Value: q.Key, Label: q.Text.For(l.Tag(), Languages)})
	}
	f.Targets = append(f.Targets, view.Option{Value: question.End, Label: l.T("builder.end")})
	f.Tests, f.Jumps = nil, nil
	if f.Show != nil {
		for _, t := range f.Show.Tests {
			f.Tests = append(f.Tests, rowOf(t))
		}
	}
	for range spareTests {
		f.Tests = append(f.Tests, testRow{})
	}
	for n, j := range f.Jump {
		row := jumpRow{To: j.To, At: n}
		if len(j.When.Tests) == 1 {
			row.testRow = rowOf(j.When.Tests[0])
		} else {
			row.Keep = ruleWords(l, d, j.When)
		}
		f.Jumps = append(f.Jumps, row)
	}
	f.Jumps = append(f.Jumps, jumpRow{})
}

func bound(n *float64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatFloat(*n, 'f', -1, 64)
}

func rowOf(t question.Test) testRow {
	row := testRow{Condition: t.Question + "|" + t.Op}
	if t.Option != "" {
		row.Condition += "|" + t.Option
	}
	switch t.Op {
	case "lte", "gte", "eq", "ne":
		row.Value = strconv.FormatFloat(t.Value, 'f', -1, 64)
	}
	return row
}

// conditions are the comparisons with the survey's own two questions and with
// those before.
func conditions(l *i18n.Locale, v Survey, before question.List, d Document) []condition {
	var out []condition
	add := func(title, key, kind string, q question.Question) {
		c := condition{Title: title}
		for _, op := range question.Ops(kind) {
			if op != "is" && op != "not" {
				c.Options = append(c.Options, view.Option{Value: key + "|" + op, Label: l.T("builder.op." + op)})
				continue
			}
			options := q.Options
			for _, o := range options {
				c.Options = append(c.Options, view.Option{Value: key + "|" + op + "|" + o.Key, Label: l.T("builder.op."+op, "option", o.Text.For(l.Tag(), Languages))})
			}
			if q.Other {
				c.Options = append(c.Options, view.Option{Value: key + "|" + op + "|" + question.OtherKey, Label: l.T("builder.op."+op, "option", l.T("question.other"))})
			}
		}
		if len(c.Options) > 0 {
			out = append(out, c)
		}
	}
	if d.Scored {
		add(l.T("builder.score"), question.Score, leadKind(v.Kind), question.Question{})
	}
	if d.Comment != CommentNo {
		add(l.T("builder.comment"), question.Comment, question.Long, question.Question{})
	}
	for _, q := range before {
		add(q.Text.For(l.Tag(), Languages), q.Key, q.Kind, q)
	}
	return out
}

// postQuestion saves one question of the draft.
func (s *Service) postQuestion(c *fiber.Ctx) error {
	id, version, err := pressed(c)
	if err != nil {
		return err
	}
	ctx, key := web.Ctx(c), c.Params("key")
	v, err := s.Get(ctx, id)
	if err != nil {
		return err
	}
	d, err := v.Draft()
	if err != nil {
		return err
	}
	at, err := place(d.Questions, key)
	if err != nil {
		return err
	}
	k, err := s.Known(ctx, id)
	if err != nil {
		return err
	}
	form, err := url.ParseQuery(string(c.Request().PostArgs().QueryString()))
	if err != nil {
		return errs.New(errs.Malformed, "error.invalid")
	}
	check := &errs.Check{}
	q := readQuestion(form, d.Questions[at], k, check)
	if q.Kind != d.Questions[at].Kind && len(q.Options) == 0 {
		q.Options = s.firstOptions(q.Kind)
	}
	if form.Get("rest") == "theirs" { // of two editors' options and rules the other's were chosen
		now := d.Questions[at]
		q.Options, q.Other, q.Most, q.Min, q.Max, q.Stars, q.Show, q.Jump = now.Options, now.Other, now.Most, now.Min, now.Max, now.Stars, now.Show, now.Jump
	}
	if err = check.Err(); err == nil {
		_, err = s.Replace(ctx, id, version, q)
	}
	if err == nil {
		return web.Done(c, builderPath(id, key), "common.saved")
	}
	b := builderBody{At: key, One: newQuestionForm(q)}
	if e, ok := errs.As(err); ok && e.Kind == errs.Conflict {
		b.Theirs = questionClashes(web.Locale(c), q, d.Questions[at])
	}
	return s.builder(c, v, b, asFields(err, at))
}

// questionClashes shows what two editors want of one question: its words text
// by text, the rest as a whole.
func questionClashes(l *i18n.Locale, ours, theirs question.Question) []web.Clash {
	var fields []web.Clash
	for _, part := range []string{"text", "help", "low", "high"} {
		for _, language := range Languages {
			fields = append(fields, web.Clash{Name: part + "_" + language, Label: l.T("builder.part."+part) + ", " + languageName(l, language),
				Ours: (*textParts(&ours)[part])[language], Theirs: (*textParts(&theirs)[part])[language]})
		}
	}
	fields = append(fields, web.Clash{Name: "required", Label: "builder.required", Ours: web.Ticked(ours.Required), Theirs: web.Ticked(theirs.Required), Show: web.Answered(l)})
	rest := func(q question.Question) string {
		q.Text, q.Help, q.Low, q.High, q.Required = nil, nil, nil, nil, false
		raw, err := json.Marshal(q)
		if err != nil {
			return ""
		}
		return string(raw)
	}
	mine := rest(ours)
	fields = append(fields, web.Clash{Name: "rest", Label: "builder.rest", Ours: mine, Theirs: rest(theirs), Values: []string{"theirs"},
		Show: func(value string) string {
			if value == mine {
				return l.T("builder.rest_ours")
			}
			return l.T("builder.rest_theirs")
		}})
	return web.Clashes(l, fields...)
}

func languageName(l *i18n.Locale, language string) string {
	if language == "en" {
		return l.T("survey.language.en")
	}
	return l.T("survey.language.zh")
}
