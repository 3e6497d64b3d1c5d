// Package question is what a survey asks beside its score: the kinds of
// question, when each is shown, what counts as an answer, and how a person's
// answers are read from a page or from the API. It knows no database.
//
// The score and the comment of a survey are questions too: rules name them
// "score" and "comment".
package question

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Keys of what every survey asks itself.
const (
	Score   = "score"
	Comment = "comment"
)

// The kinds of question.
const (
	NPS       = "nps"       // 0-10
	CSAT      = "csat"      // 1-5
	CES       = "ces"       // 1-7
	Single    = "single"    // one option
	Multi     = "multi"     // several options
	YesNo     = "yesno"     // yes or no
	Short     = "short"     // one line
	Long      = "long"      // several lines
	Number    = "number"    // a number within bounds
	Date      = "date"      // a day
	Ranking   = "ranking"   // the options in an order
	Matrix    = "matrix"    // each row from 1 to 5
	Statement = "statement" // nothing to answer
	Consent   = "consent"   // a tick that agrees to something
)

// Kinds lists them in the order in which the builder offers them.
var Kinds = []string{NPS, CSAT, CES, Single, Multi, YesNo, Short, Long, Number, Date, Ranking, Matrix, Statement, Consent}

// Texts are words by language tag.
type Texts map[string]string

// For is the text in a language, else in the first that has one, in the order
// of languages.
func (t Texts) For(language string, languages []string) string {
	if s := t[language]; s != "" {
		return s
	}
	for _, l := range languages {
		if s := t[l]; s != "" {
			return s
		}
	}
	return ""
}

// Option is one choice of a single, multi or ranking question, or one row of a
// matrix.
type Option struct {
	Key  string `json:"key"`
	Text Texts  `json:"text"`
}

// Question is one thing that is asked. Its key never changes once published:
// answers are kept under it.
type Question struct {
	Key      string   `json:"key"`
	Kind     string   `json:"kind"`
	Text     Texts    `json:"text"`
	Help     Texts    `json:"help,omitempty"`
	Low      Texts    `json:"low,omitempty" doc:"What the lowest value of a scale or matrix means"`
	High     Texts    `json:"high,omitempty" doc:"What the highest value means"`
	Required bool     `json:"required,omitempty"`
	Options  []Option `json:"options,omitempty"`
	Other    bool     `json:"other,omitempty" doc:"Single and multi: an answer of one's own"`
	Most     int      `json:"most,omitempty" doc:"Multi: how many may be chosen, 0 = all"`
	Min      *float64 `json:"min,omitempty"`
	Max      *float64 `json:"max,omitempty"`
	Stars    bool     `json:"stars,omitempty" doc:"CSAT: stars instead of faces"`
	Show     *Rule    `json:"show,omitempty" doc:"Shown only if"`
	Jump     []Jump   `json:"jump,omitempty" doc:"Where the survey goes on after this question; the first that holds"`
}

// Rule holds when all its tests do, or with Any when one of them does.
type Rule struct {
	Any   bool   `json:"any,omitempty"`
	Tests []Test `json:"tests"`
}

// Test compares the answer to an earlier question.
type Test struct {
	Question string  `json:"question" doc:"Key of an earlier question, or score or comment"`
	Op       string  `json:"op" enum:"eq,ne,lte,gte,is,not,answered,empty,yes,no"`
	Value    float64 `json:"value,omitempty" doc:"For eq, ne, lte and gte"`
	Option   string  `json:"option,omitempty" doc:"For is and not"`
}

// Jump leaves out what stands between a question and another further down.
type Jump struct {
	When Rule   `json:"when"`
	To   string `json:"to" doc:"Key of a later question, or end"`
}

// End is where a jump leaves the survey.
const End = "end"

// List is what a survey asks beside its score and its comment, in order.
type List []Question

// Find is the question of a key.
func (l List) Find(key string) (Question, bool) {
	k := slices.IndexFunc(l, func(q Question) bool { return q.Key == key })
	if k < 0 {
		return Question{}, false
	}
	return l[k], true
}

// Scale is the lowest and highest value of a kind that has one.
func Scale(kind string) (low, high int, ok bool) {
	switch kind {
	case NPS:
		return 0, 10, true
	case CSAT, Matrix:
		return 1, 5, true
	case CES:
		return 1, 7, true
	}
	return 0, 0, false
}

// Scaled tells whether the answer is one value of a scale.
func (q Question) Scaled() bool { return q.Kind == NPS || q.Kind == CSAT || q.Kind == CES }

// Values lists the scale's values in the order in which they stand; none without
// a scale.
func (q Question) Values() []int {
	if !q.Scaled() {
		return nil
	}
	low, high, _ := Scale(q.Kind)
	var out []int
	for v := low; v <= high; v++ {
		out = append(out, v)
	}
	return out
}

// Picked tells whether the answer is one or several of the options.
func (q Question) Picked() bool { return q.Kind == Single || q.Kind == Multi || q.Kind == Ranking }

// Asks tells whether there is anything to answer.
func (q Question) Asks() bool { return q.Kind != Statement }

// Option is the option of a key.
func (q Question) Option(key string) (Option, bool) {
	k := slices.IndexFunc(q.Options, func(o Option) bool { return o.Key == key })
	if k < 0 {
		return Option{}, false
	}
	return q.Options[k], true
}

// Clean trims every text and drops those without words.
func (l List) Clean() {
	for k := range l {
		q := &l[k]
		q.Key = strings.TrimSpace(q.Key)
		for _, t := range []*Texts{&q.Text, &q.Help, &q.Low, &q.High} {
			*t = t.clean()
		}
		for o := range q.Options {
			q.Options[o].Key = strings.TrimSpace(q.Options[o].Key)
			q.Options[o].Text = q.Options[o].Text.clean()
		}
	}
}

func (t Texts) clean() Texts {
	out := Texts{}
	for language, s := range t {
		if s = strings.Join(strings.Fields(s), " "); s != "" {
			out[language] = s
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// Missing lists, by question key, the languages of those that a text lacks
// although another has it. What is missing is shown in another language.
func (l List) Missing(languages []string) map[string][]string {
	out := map[string][]string{}
	lacks := func(key string, t Texts) {
		for _, language := range languages {
			if len(t) > 0 && t[language] == "" && !slices.Contains(out[key], language) {
				out[key] = append(out[key], language)
			}
		}
	}
	for _, q := range l {
		for _, t := range []Texts{q.Text, q.Help, q.Low, q.High} {
			lacks(q.Key, t)
		}
		for _, o := range q.Options {
			lacks(q.Key, o.Text)
		}
	}
	return out
}

// Value stores the questions as JSON.
func (l List) Value() (driver.Value, error) {
	if len(l) == 0 {
		return "[]", nil
	}
	raw, err := json.Marshal([]Question(l))
	return string(raw), err
}

// Scan reads them.
func (l *List) Scan(src any) error {
	raw, ok := src.(string)
	if !ok {
		return fmt.Errorf("scan questions: unexpected %T", src)
	}
	return json.Unmarshal([]byte(raw), (*[]Question)(l))
}

// Trim drops what a question of its kind has no use for, so that what was typed
// for another kind does not linger.
func (q *Question) Trim() {
	if !q.Picked() && q.Kind != Matrix {
		q.Options = nil
	}
	if q.Kind != Single && q.Kind != Multi {
		q.Other = false
	}
	if q.Kind != Multi {
		q.Most = 0
	}
	if q.Kind != Number {
		q.Min, q.Max = nil, nil
	}
	if q.Kind != CSAT {
		q.Stars = false
	}
	if !q.Scaled() && q.Kind != Matrix {
		q.Low, q.High = nil, nil
	}
	if !q.Asks() {
		q.Required = false
	}
}
