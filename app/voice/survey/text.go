package survey

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strings"

	"regulars/app/sys/db"
	"regulars/app/sys/setting"
)

// Texts are a survey's words by language tag.
type Texts map[string]Text

// Text is a survey in one language.
type Text struct {
	Question string `json:"question" doc:"The one question"`
	Low      string `json:"low,omitempty" doc:"What the lowest score means"`
	High     string `json:"high,omitempty" doc:"What the highest score means"`
	Ask      Bands  `json:"ask,omitempty" doc:"What is asked next, by score"`
	Thanks   Bands  `json:"thanks,omitempty" doc:"The thank-you, by score"`
	Subject  string `json:"subject,omitempty" doc:"Subject of the mail"`
	Reminder string `json:"reminder,omitempty" doc:"Subject of the reminder"`
}

// Bands is a text for each third of the scale.
type Bands struct {
	Low  string `json:"low,omitempty"`
	Mid  string `json:"mid,omitempty"`
	High string `json:"high,omitempty"`
}

// Of is the text for a band.
func (b Bands) Of(band Band) string {
	switch band {
	case HighBand:
		return b.High
	case MidBand:
		return b.Mid
	default:
		return b.Low
	}
}

// For is the text in a language, or else in the one there is.
func (t Texts) For(language string) Text {
	if text, ok := t[language]; ok {
		return text
	}
	for _, other := range Languages {
		if text, ok := t[other]; ok {
			return text
		}
	}
	return Text{}
}

// Has tells whether a language is written.
func (t Texts) Has(language string) bool { _, ok := t[language]; return ok }

// fields are the texts by the name of their input on the page.
func (t *Text) fields() map[string]*string {
	return map[string]*string{
		"question": &t.Question, "low": &t.Low, "high": &t.High, "subject": &t.Subject, "reminder": &t.Reminder,
		"ask_low": &t.Ask.Low, "ask_mid": &t.Ask.Mid, "ask_high": &t.Ask.High,
		"thanks_low": &t.Thanks.Low, "thanks_mid": &t.Thanks.Mid, "thanks_high": &t.Thanks.High,
	}
}

// with puts the shop's name where {business} stands; no other word is filled in.
func (t Text) with(business string) Text {
	for _, s := range t.fields() {
		*s = strings.ReplaceAll(*s, "{business}", business)
	}
	return t
}

func (t *Text) clean() {
	for _, s := range t.fields() {
		*s = strings.Join(strings.Fields(*s), " ")
	}
}

// Value stores the texts as JSON.
func (t Texts) Value() (driver.Value, error) {
	raw, err := json.Marshal(map[string]Text(t))
	return string(raw), err
}

// Scan reads them.
func (t *Texts) Scan(src any) error {
	raw, ok := src.(string)
	if !ok {
		return fmt.Errorf("scan survey texts: unexpected %T", src)
	}
	return json.Unmarshal([]byte(raw), (*map[string]Text)(t))
}

// words are a survey's texts in a language, with the shop's name in its place.
func (s *Service) words(ctx context.Context, q db.Q, v Survey, language string) (Text, error) {
	b, err := setting.ReadBusiness(ctx, q)
	return v.Texts.For(language).with(b.Name), err
}
