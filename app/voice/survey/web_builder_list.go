package survey

import (
	"strconv"
	"strings"

	"regulars/app/sys/i18n"
	"regulars/app/voice/question"
)

// The list of questions with what is worth knowing of each: its kind, when it
// is asked, which language is missing.

func builderItems(l *i18n.Locale, v Survey, d Document) []builderItem {
	missing := d.Questions.Missing(Languages)
	var out []builderItem
	for k, q := range d.Questions {
		item := builderItem{Key: q.Key, N: k + 1, Title: q.Text.For(l.Tag(), Languages), Kind: q.Kind, Jumps: len(q.Jump) > 0,
			Missing: missing[q.Key], First: k == 0, Last: k == len(d.Questions)-1}
		if q.Show != nil {
			item.Rule = ruleWords(l, d, *q.Show)
		}
		out = append(out, item)
	}
	return out
}

// ruleWords says a rule as a sentence.
func ruleWords(l *i18n.Locale, d Document, r question.Rule) string {
	var parts []string
	for _, t := range r.Tests {
		parts = append(parts, testWords(l, d, t))
	}
	if r.Any {
		return strings.Join(parts, l.T("builder.or"))
	}
	return strings.Join(parts, l.T("builder.and"))
}

func testWords(l *i18n.Locale, d Document, t question.Test) string {
	value := strconv.FormatFloat(t.Value, 'f', -1, 64)
	name := l.T("builder.score")
	switch q, ok := d.Questions.Find(t.Question); {
	case ok:
		name = q.Text.For(l.Tag(), Languages)
		if o, there := q.Option(t.Option); there {
			value = o.Text.For(l.Tag(), Languages)
		} else if t.Option == question.OtherKey {
			value = l.T("question.other")
		}
	case t.Question == question.Comment:
		name = l.T("builder.comment")
	}
	return l.T("builder.if."+t.Op, "question", name, "value", value)
}

// firstSeconds is how long one takes to answer a question of each kind.
var firstSeconds = map[string]int{question.NPS: 5, question.CSAT: 5, question.CES: 5, question.Single: 6, question.Multi: 8, question.YesNo: 4,
	question.Short: 10, question.Long: 20, question.Number: 6, question.Date: 6, question.Ranking: 15, question.Matrix: 4, question.Statement: 4, question.Consent: 4}

// seconds is how long the survey takes somebody who is asked all of it.
func (d Document) seconds() int {
	n := 0
	if d.Scored {
		n += 5
	}
	if d.Comment != CommentNo {
		n += 15
	}
	for _, q := range d.Questions {
		if q.Kind == question.Matrix {
			n += firstSeconds[q.Kind] * len(q.Options)
			continue
		}
		n += firstSeconds[q.Kind]
	}
	return n
}

// gaps counts the texts that one language lacks although another has them.
func (d Document) gaps() int {
	n := 0
	for _, language := range Languages {
		mine := d.Texts[language]
		for name, s := range mine.fields() {
			for _, other := range Languages {
				theirs := d.Texts[other]
				if *s == "" && *theirs.fields()[name] != "" {
					n++
					break
				}
			}
		}
	}
	count := func(t question.Texts) {
		for _, language := range Languages {
			if len(t) > 0 && t[language] == "" {
				n++
			}
		}
	}
	for _, q := range d.Questions {
		for _, t := range []question.Texts{q.Text, q.Help, q.Low, q.High} {
			count(t)
		}
		for _, o := range q.Options {
			count(o.Text)
		}
	}
	return n
}
