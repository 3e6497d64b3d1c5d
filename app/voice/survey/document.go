package survey

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/voice/question"
)

// Whether a survey asks for words beside the score.
const (
	CommentMay  = "may"
	CommentMust = "must"
	CommentNo   = "no"
)

// Document is everything a survey asks and says; a published one never changes.
type Document struct {
	Texts     Texts         `db:"texts" json:"texts"`
	Questions question.List `db:"questions" json:"questions,omitempty"`
	Scored    bool          `db:"scored" json:"scored"` // whether it has a score; only a survey of one's own may have none
	Stars     bool          `db:"stars" json:"stars,omitempty"`
	Comment   string        `db:"comment" json:"comment,omitempty"` // may, must or no
	Actions   Actions       `db:"actions" json:"actions,omitempty"`
}

// The kinds of button on the thank-you.
const (
	ActionReview = "review" // leads to where the shop is reviewed
	ActionRefer  = "refer"  // tells a friend
	ActionTalk   = "talk"   // somebody calls back
)

// Action is a button on the thank-you.
type Action struct {
	Kind string         `json:"kind" enum:"review,refer,talk"`
	URL  string         `json:"url,omitempty" doc:"review: where it leads, https"`
	Text question.Texts `json:"text,omitempty" doc:"Words of one's own by language"`
}

// Actions are the buttons by band.
type Actions map[Band][]Action

// Value stores the actions as JSON.
func (a Actions) Value() (driver.Value, error) {
	if len(a) == 0 {
		return "{}", nil
	}
	raw, err := json.Marshal(map[Band][]Action(a))
	return string(raw), err
}

// Scan reads them.
func (a *Actions) Scan(src any) error {
	raw, ok := src.(string)
	if !ok {
		return fmt.Errorf("scan the actions of a survey: unexpected %T", src)
	}
	return json.Unmarshal([]byte(raw), (*map[Band][]Action)(a))
}

// clean trims everything that was typed and makes equal documents look equal.
func (d *Document) clean() {
	texts := Texts{}
	for language, t := range d.Texts {
		t.clean()
		if t != (Text{}) {
			texts[language] = t
		}
	}
	d.Texts = texts
	d.Questions.Clean()
	if len(d.Questions) == 0 {
		d.Questions = nil
	}
	if d.Comment == "" {
		d.Comment = CommentMay
	}
	for band, list := range d.Actions {
		for k := range list {
			list[k].URL = strings.TrimSpace(list[k].URL)
		}
		if len(list) == 0 {
			delete(d.Actions, band)
		}
	}
	if len(d.Actions) == 0 {
		d.Actions = nil
	}
}

// check says what is wrong with the document of a survey of the kind.
func (d Document) check(c *errs.Check, kind string) {
	c.That(d.Scored || kind == Custom, "scored", "survey.error.scored")
	c.That(d.Scored || len(d.Questions) > 0, "questions", "survey.error.empty")
	c.That(slices.Contains([]string{CommentMay, CommentMust, CommentNo}, d.Comment), "comment", "error.choice")
	asked := false
	for language, t := range d.Texts {
		c.That(slices.Contains(Languages, language), "texts", "survey.error.language")
		c.That(t.Question != "", "question_"+language, "error.required")
		asked = asked || t.Question != ""
		for name, s := range t.fields() {
			c.That(len([]rune(*s)) <= 500, name+"_"+language, "error.long", "n", 500)
			c.That(!strings.ContainsFunc(*s, control), name+"_"+language, "survey.error.control")
		}
	}
	c.That(asked, "texts", "survey.error.no_text")
	lead := ""
	if d.Scored {
		lead = leadKind(kind)
	}
	d.Questions.Check(c, lead, Languages)
	for band, list := range d.Actions {
		c.That(band == LowBand || band == MidBand || band == HighBand, "actions", "error.choice")
		for _, a := range list {
			c.That(slices.Contains([]string{ActionReview, ActionRefer, ActionTalk}, a.Kind), "actions", "error.choice")
			if a.Kind == ActionReview {
				u, err := url.Parse(a.URL)
				c.That(err == nil && u.Scheme == "https" && u.Host != "" && len(a.URL) <= 500, "actions", "survey.error.review_url")
			}
		}
	}
}

// leadKind is the kind of question that a survey's score is, for rules.
func leadKind(kind string) string {
	if kind == Custom {
		return NPS // any scale compares the same way
	}
	return kind
}

// same tells whether two documents ask and say the same.
func (d Document) same(other Document) bool { return reflect.DeepEqual(d, other) }

// Missing lists the languages that some words lack although another has them.
func (d Document) Missing() []string {
	gone := map[string]bool{}
	for _, language := range Languages {
		mine := d.Texts[language]
		for _, other := range d.Texts {
			theirs := other.fields()
			for name, s := range mine.fields() {
				gone[language] = gone[language] || *s == "" && *theirs[name] != ""
			}
		}
	}
	for _, languages := range d.Questions.Missing(Languages) {
		for _, l := range languages {
			gone[l] = true
		}
	}
	var out []string
	for _, l := range Languages {
		if gone[l] {
			out = append(out, l)
		}
	}
	return out
}
