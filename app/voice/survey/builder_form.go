package survey

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/voice/question"
)

// A question as the builder's form sends it: text_en, help_zh-CN, the options
// row by row, the rule as one condition a row. Nothing needs a script.

// Every form offers some empty rows beside what there is.
const (
	spareOptions = 3
	spareTests   = 1
)

// textParts are the texts of a question by the name of their input.
func textParts(q *question.Question) map[string]*question.Texts {
	return map[string]*question.Texts{"text": &q.Text, "help": &q.Help, "low": &q.Low, "high": &q.High}
}

// readQuestion is what the form says about a question that is old so far. do is
// a press on a row of the options: up:<key> or gone:<key>.
func readQuestion(form url.Values, old question.Question, k Known, c *errs.Check) question.Question {
	q := question.Question{Key: old.Key, Kind: old.Kind, Required: form.Get("required") != "", Other: form.Get("other") != "", Stars: form.Get("stars") != ""}
	if kind := form.Get("kind"); kind != "" && k.Kind(old.Key) == "" {
		q.Kind = kind
	}
	for name, into := range textParts(&q) {
		*into = question.Texts{}
		for _, language := range Languages {
			(*into)[language] = question.Lines(form.Get(name + "_" + language))
		}
	}
	q.Options = readOptions(form, old, k)
	if most := strings.TrimSpace(form.Get("most")); most != "" {
		n, err := strconv.Atoi(most)
		c.That(err == nil, "most", "error.number")
		q.Most = n
	}
	q.Min, q.Max = readBound(form, "min", c), readBound(form, "max", c)
	q.Show = readRule(form, c)
	q.Jump = readJumps(form, old, c)
	q.Trim()
	return q
}

// readOptions takes the rows in order; one without words in any language goes.
func readOptions(form url.Values, old question.Question, k Known) []question.Option {
	var out []question.Option
	known := question.Question{Key: old.Key, Options: slices.Clone(old.Options)}
	for n, key := range form["option"] {
		o := question.Option{Key: key, Text: question.Texts{}}
		words := false
		for _, language := range Languages {
			list := form["option_"+language]
			if n < len(list) {
				o.Text[language] = question.Lines(list[n])
				words = words || o.Text[language] != ""
			}
		}
		if !words || form.Get("do") == "gone:"+key && key != "" {
			continue
		}
		if _, there := old.Option(key); !there {
			o.Key = freeOption(known, k)
			known.Options = append(known.Options, o)
		}
		out = append(out, o)
	}
	if key, ok := strings.CutPrefix(form.Get("do"), "up:"); ok {
		at := slices.IndexFunc(out, func(o question.Option) bool { return o.Key == key })
		if at > 0 {
			out[at-1], out[at] = out[at], out[at-1]
		}
	}
	return out
}

func readBound(form url.Values, name string, c *errs.Check) *float64 {
	typed := strings.ReplaceAll(strings.TrimSpace(form.Get(name)), ",", ".")
	if typed == "" {
		return nil
	}
	n, err := strconv.ParseFloat(typed, 64)
	if err != nil || n != n || n > 1e12 || n < -1e12 {
		c.Add(name, "error.number")
		return nil
	}
	return &n
}

// readTest reads a condition: question|op or question|op|option, with the value
// typed beside it.
func readTest(condition, value string, field string, c *errs.Check) (question.Test, bool) {
	parts := strings.Split(condition, "|")
	if condition == "" || len(parts) < 2 {
		return question.Test{}, false
	}
	t := question.Test{Question: parts[0], Op: parts[1]}
	if len(parts) == 3 {
		t.Option = parts[2]
	}
	if slices.Contains([]string{"lte", "gte", "eq", "ne"}, t.Op) {
		n, err := strconv.ParseFloat(strings.ReplaceAll(strings.TrimSpace(value), ",", "."), 64)
		c.That(err == nil, field, "builder.error.value")
		t.Value = n
	}
	return t, true
}

func readRule(form url.Values, c *errs.Check) *question.Rule {
	r := question.Rule{Any: form.Get("any") == "any"}
	values := form["show_value"]
	for n, condition := range form["show"] {
		value := ""
		if n < len(values) {
			value = values[n]
		}
		if t, ok := readTest(condition, value, "show", c); ok {
			r.Tests = append(r.Tests, t)
		}
	}
	if len(r.Tests) == 0 {
		return nil
	}
	if len(r.Tests) == 1 {
		r.Any = false
	}
	return &r
}

// readJumps reads the jumps of one condition row by row; one of several
// conditions, made over the API, is kept or dropped as a whole.
func readJumps(form url.Values, old question.Question, c *errs.Check) []question.Jump {
	var out []question.Jump
	values, targets := form["jump_value"], form["jump_to"]
	for n, condition := range form["jump"] {
		if at, ok := strings.CutPrefix(condition, "keep:"); ok {
			if k, err := strconv.Atoi(at); err == nil && k >= 0 && k < len(old.Jump) {
				out = append(out, old.Jump[k])
			}
			continue
		}
		if n >= len(values) || n >= len(targets) {
			continue
		}
		if t, ok := readTest(condition, values[n], "jump", c); ok {
			out = append(out, question.Jump{When: question.Rule{Tests: []question.Test{t}}, To: targets[n]})
		}
	}
	return out
}

// asFields turns the complaints about a whole document into those of the form
// of one question; what is about another question is told as a whole.
func asFields(err error, at int) error {
	e, ok := errs.As(err)
	if !ok || e.Kind != errs.Invalid {
		return err
	}
	mine, prefix := map[string]errs.Message{}, fmt.Sprintf("questions.%d.", at)
	out := *e
	for name, m := range e.Fields {
		part, ok := strings.CutPrefix(name, prefix)
		if !ok {
			out.Message = m
			continue
		}
		if part == "text" {
			part = "text_" + Languages[0]
		}
		mine[part] = m
	}
	out.Fields = mine
	return &out
}
