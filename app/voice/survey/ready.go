package survey

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"

	"regulars/app/voice/question"
)

// What a shop need not think up: questions to add with one press, and whole
// surveys to begin from, in both languages. A starter pack's own words stand
// where its trade talks differently.

//go:embed ready.json
var readyJSON []byte

// Ready is a question of the library.
type Ready struct {
	Topic string `json:"topic" doc:"service, speed, product, delivery, why, about, training, leaving, contact"`
	question.Question
}

// readyUse is a library question in a ready survey, with when it is asked.
type readyUse struct {
	Ready string         `json:"ready"`
	Show  *question.Rule `json:"show"`
}

// readySurvey is a survey to begin from.
type readySurvey struct {
	Key       string                    `json:"key"`
	Kind      string                    `json:"kind"`
	Name      question.Texts            `json:"name"`
	Texts     Texts                     `json:"texts"`
	Questions []readyUse                `json:"questions"`
	Packs     map[string]question.Texts `json:"packs"` // the question in the words of a trade
	Comment   string                    `json:"comment"`
}

var library, readySurveys = func() ([]Ready, []readySurvey) {
	var file struct {
		Questions []Ready       `json:"questions"`
		Surveys   []readySurvey `json:"surveys"`
	}
	if err := json.Unmarshal(readyJSON, &file); err != nil {
		panic(fmt.Sprintf("survey: ready.json is broken: %v", err)) // part of the program, tested
	}
	return file.Questions, file.Surveys
}()

// readyQuestion is a library question of its own to change.
func readyQuestion(key string) (question.Question, bool) {
	at := slices.IndexFunc(library, func(r Ready) bool { return r.Key == key })
	if at < 0 {
		return question.Question{}, false
	}
	raw, err := json.Marshal(library[at].Question)
	var q question.Question
	if err != nil || json.Unmarshal(raw, &q) != nil {
		return question.Question{}, false
	}
	return q, true
}

func readyNamed(key string) (readySurvey, bool) {
	at := slices.IndexFunc(readySurveys, func(r readySurvey) bool { return r.Key == key })
	if at < 0 {
		return readySurvey{}, false
	}
	return readySurveys[at], true
}

// document is the ready survey in the words of a starter pack.
func (r readySurvey) document(pack string) Document {
	base := blankTexts(r.Kind)
	d := Document{Texts: merged(base, r.Texts), Scored: true, Comment: r.Comment}
	if own := r.Packs[pack]; own != nil {
		words := Texts{}
		for language, ask := range own {
			words[language] = Text{Question: ask}
		}
		d.Texts = merged(d.Texts, words)
	}
	for _, use := range r.Questions {
		if q, ok := readyQuestion(use.Ready); ok {
			q.Show = use.Show
			d.Questions = append(d.Questions, q)
		}
	}
	return d
}

// blankTexts are the words with which a survey of a kind begins.
func blankTexts(kind string) Texts {
	if kind == CSAT {
		return merged(readyCSAT, nil)
	}
	return merged(readyNPS, nil)
}

// readyGroup is the library by topic, in the reader's language.
type readyGroup struct {
	Topic string
	Items []readyItem
}

type readyItem struct{ Key, Kind, Title string }

func readyQuestions(language string) []readyGroup {
	var out []readyGroup
	for _, r := range library {
		if len(out) == 0 || out[len(out)-1].Topic != r.Topic {
			out = append(out, readyGroup{Topic: r.Topic})
		}
		g := &out[len(out)-1]
		g.Items = append(g.Items, readyItem{r.Key, r.Kind, r.Text.For(language, Languages)})
	}
	return out
}
