package question

import (
	"fmt"
	"regexp"
	"slices"

	"regulars/app/kit/errs"
)

// Bounds of a survey.
const (
	MaxQuestions = 50
	MaxOptions   = 30
	MaxText      = 500 // characters of one text
	maxTests     = 10
	maxJumps     = 10
)

// keyForm is what a question's or an option's key looks like: it stands in
// names of inputs and in exports.
var keyForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,29}$`)

// Ops are the comparisons a rule may make about a question of the kind.
func Ops(kind string) []string {
	switch kind {
	case NPS, CSAT, CES, Number:
		return []string{"lte", "gte", "eq", "ne", "answered", "empty"}
	case Single, Multi:
		return []string{"is", "not", "answered", "empty"}
	case YesNo:
		return []string{"yes", "no", "answered", "empty"}
	case Consent:
		return []string{"yes", "no"}
	case Statement:
		return nil
	}
	return []string{"answered", "empty"}
}

// Check says what is wrong with a survey's questions, field by field; a field is
// questions.<number>.<part>. The survey's own score is of the kind lead, "" for
// none.
func (l List) Check(c *errs.Check, lead string, languages []string) {
	c.That(len(l) <= MaxQuestions, "questions", "question.error.many", "n", MaxQuestions)
	kinds := map[string]string{Comment: Long}
	if lead != "" {
		kinds[Score] = lead
	}
	for k, q := range l {
		at := func(part string) string { return fmt.Sprintf("questions.%d.%s", k, part) }
		_, twice := kinds[q.Key]
		c.That(!twice && q.Key != Score && q.Key != End, at("key"), "question.error.twice")
		c.That(keyForm.MatchString(q.Key), at("key"), "question.error.key")
		c.That(slices.Contains(Kinds, q.Kind), at("kind"), "error.choice")
		c.That(len(q.Text) > 0, at("text"), "error.required")
		for part, t := range map[string]Texts{"text": q.Text, "help": q.Help, "low": q.Low, "high": q.High} {
			t.check(c, at(part), languages)
		}
		q.checkOptions(c, at, languages)
		c.That(q.Min == nil || q.Max == nil || *q.Min <= *q.Max, at("max"), "question.error.bounds")
		c.That(q.Most >= 0 && q.Most <= MaxOptions, at("most"), "error.range", "min", 0, "max", MaxOptions)
		if q.Show != nil {
			q.Show.check(c, at("show"), kinds, l)
		}
		kinds[q.Key] = q.Kind
		l.checkJumps(c, k, at("jump"), kinds)
	}
}

func (t Texts) check(c *errs.Check, field string, languages []string) {
	for language, s := range t {
		c.That(slices.Contains(languages, language), field, "survey.error.language")
		c.That(len([]rune(s)) <= MaxText, field, "error.long", "n", MaxText)
	}
}

func (q Question) checkOptions(c *errs.Check, at func(string) string, languages []string) {
	least := 0
	switch q.Kind {
	case Single, Multi, Ranking:
		least = 2
	case Matrix:
		least = 1
	}
	c.That(len(q.Options) >= least, at("options"), "question.error.options", "n", least)
	c.That(len(q.Options) <= MaxOptions, at("options"), "question.error.many_options", "n", MaxOptions)
	seen := map[string]bool{}
	for _, o := range q.Options {
		c.That(keyForm.MatchString(o.Key), at("options"), "question.error.key")
		c.That(!seen[o.Key], at("options"), "question.error.twice")
		c.That(len(o.Text) > 0, at("options"), "question.error.option_text")
		o.Text.check(c, at("options"), languages)
		seen[o.Key] = true
	}
}

// check looks at a rule over the questions known so far, so that no rule waits
// for something that is asked later.
func (r Rule) check(c *errs.Check, field string, kinds map[string]string, l List) {
	c.That(len(r.Tests) > 0 && len(r.Tests) <= maxTests, field, "question.error.rule")
	for _, t := range r.Tests {
		kind, known := kinds[t.Question]
		c.That(known, field, "question.error.earlier")
		if !known {
			continue
		}
		c.That(slices.Contains(Ops(kind), t.Op), field, "question.error.rule")
		if t.Op == "is" || t.Op == "not" {
			q, _ := l.Find(t.Question)
			_, there := q.Option(t.Option)
			c.That(there || t.Option == OtherKey && q.Other, field, "question.error.rule")
		}
	}
}

func (l List) checkJumps(c *errs.Check, k int, field string, kinds map[string]string) {
	c.That(len(l[k].Jump) <= maxJumps, field, "question.error.rule")
	for _, j := range l[k].Jump {
		j.When.check(c, field, kinds, l)
		later := slices.ContainsFunc(l[k+1:], func(q Question) bool { return q.Key == j.To })
		c.That(j.To == End || later, field, "question.error.later")
	}
}

// Frozen says what about published questions may no longer change: the kind
// under a key, and with it the direction of its scale. Answers of both versions
// are counted together.
func (l List) Frozen(c *errs.Check, published List) {
	for k, q := range l {
		if old, ok := published.Find(q.Key); ok {
			c.That(old.Kind == q.Kind, fmt.Sprintf("questions.%d.kind", k), "question.error.frozen")
		}
	}
}
