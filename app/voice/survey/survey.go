// Package survey asks customers how it was, on a rhythm that does not annoy
// them, and keeps what they answered. A survey is one scored question and what
// is asked beside it, in every language; a program says who is asked when; an
// invitation is one person asked once, with a token of its own; a response is
// what they said. A GET never votes: only the form's POST does.
package survey

import (
	"slices"
	"strings"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

// Permissions of this slice.
const (
	Read   = "survey.read"
	Write  = "survey.write"
	Ask    = "survey.ask"
	Delete = "survey.delete"
)

// The kinds of question. The kind is stated, never guessed from the scale.
const (
	NPS    = "nps"
	CSAT   = "csat"
	CES    = "ces"
	Custom = "custom"
)

// Kinds lists them.
var Kinds = []string{NPS, CSAT, CES, Custom}

// Languages are those in which a survey has texts.
var Languages = []string{"en", "zh-CN"}

// Survey is one score and what is asked beside it.
type Survey struct {
	field.Row
	ID        int64   `db:"id"`
	Kind      string  `db:"kind"`
	Name      string  `db:"name"`
	Document          // what is asked now
	DraftText string  `db:"draft"` // the document being edited, "" for none
	Words     string  `db:"words"` // comment words that need a person at any score, one a line
	Active    bool    `db:"active"`
	Anonymous bool    `db:"anonymous"` // nobody learns who said what; for ever
	ClosesOn  string  `db:"closes_on"` // the last day on which it is asked, "" for none
	ClosesAtN int     `db:"closes_at_n"`
	Revision  int     `db:"revision"` // the number of the published version
	CreatedAt db.Time `db:"created_at"`
	UpdatedAt db.Time `db:"updated_at"`
	Version   int64   `db:"version"`
}

// Input is what a form or the API says about a survey.
type Input struct {
	Kind string
	Name string
	Document
	Words     string
	Active    bool
	ClosesOn  string // the last day on which it is asked, "" for none
	ClosesAtN int    // how many answers are enough, 0 for no number
	Version   int64
}

// Clean trims everything that was typed.
func (in *Input) Clean() {
	in.Name = text.Line(in.Name)
	var words []string
	for _, w := range strings.FieldsFunc(in.Words, func(r rune) bool { return r == '\n' || r == ',' || r == '，' || r == '、' }) {
		if w = strings.TrimSpace(w); w != "" && !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	in.Words = strings.Join(words, "\n")
	in.Document.clean()
}

// Validate says what is wrong, field by field.
func (in Input) Validate() error {
	c := &errs.Check{}
	c.That(slices.Contains(Kinds, in.Kind), "kind", "error.choice")
	c.That(in.Name != "", "name", "error.required")
	c.That(len([]rune(in.Name)) <= 100, "name", "error.long", "n", 100)
	c.That(len(in.Words) <= 4000, "words", "error.long", "n", 4000)
	c.That(in.ClosesOn == "" || cal.Date(in.ClosesOn).Valid(), "closes_on", "error.date")
	c.That(in.ClosesAtN >= 0 && in.ClosesAtN <= 1_000_000, "closes_at_n", "error.range", "min", 0, "max", 1_000_000)
	in.check(c, in.Kind)
	return c.Err()
}

// control finds what could break a mail's header; a line break in a text is one.
func control(r rune) bool { return r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' }

// Scale is the lowest and highest score of a kind.
func Scale(kind string) (low, high int) {
	switch kind {
	case CSAT:
		return 1, 5
	case CES:
		return 1, 7
	default:
		return 0, 10
	}
}

// Scores lists the answers that can be given, in the order in which they stand.
func (s Survey) Scores() []int {
	low, high := Scale(s.Kind)
	var out []int
	for v := low; v <= high; v++ {
		out = append(out, v)
	}
	return out
}

// Band is which third of the scale a score falls in.
type Band string

// The bands, by what a shop does about them.
const (
	LowBand  Band = "low"
	MidBand  Band = "mid"
	HighBand Band = "high"
)

// BandOf sorts a score: NPS 0-6, 7-8, 9-10; CSAT 1-2, 3, 4-5; CES 1-3, 4, 5-7.
func BandOf(kind string, score int) Band {
	mid, high := 7, 9
	switch kind {
	case CSAT:
		mid, high = 3, 4
	case CES:
		mid, high = 4, 5
	}
	switch {
	case score >= high:
		return HighBand
	case score >= mid:
		return MidBand
	}
	return LowBand
}

// low tells scores that open a case. A question of the shop's own opens none
// by its score: nobody said what its numbers mean.
func low(kind string, score int) bool { return kind != Custom && BandOf(kind, score) == LowBand }

// alarming finds the first of the survey's words in a comment.
func (s Survey) alarming(comment string) string {
	folded := text.Fold(comment)
	for _, w := range strings.Split(s.Words, "\n") {
		if f := text.Fold(w); f != "" && strings.Contains(folded, f) {
			return w
		}
	}
	return ""
}
