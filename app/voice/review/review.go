// Package review keeps what people wrote about the shop elsewhere, typed in or
// brought by a file: a map, a shopping site, a booking page. Nobody was asked and
// nobody knows who stayed silent, so reviews are counted apart from answers. An
// unhappy one is a complaint like any other. The kindest of them, and answers
// whose people agreed, stand on the wall of praise.
package review

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
	"unicode"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

// Review is one of them.
type Review struct {
	ID           int64    `db:"id"`
	Platform     string   `db:"platform"`
	Stars        *float64 `db:"stars"` // nil = words only
	Most         int      `db:"most"`  // stars of the best review there
	Author       string   `db:"author"`
	Words        string   `db:"words"`
	Language     string   `db:"language"`
	URL          string   `db:"url"`
	PostedOn     cal.Date `db:"posted_on"`
	RepliedAt    db.Time  `db:"replied_at"`
	Praise       bool     `db:"praise"` // it stands on the wall of praise
	CustomerID   db.ID    `db:"customer_id"`
	CustomerName db.Null  `db:"customer_name"`
	CaseID       db.ID    `db:"case_id"`
	ExternalID   string   `db:"external_id"`
	CreatedAt    db.Time  `db:"created_at"`
	UpdatedAt    db.Time  `db:"updated_at"`
	Version      int64    `db:"version"`
}

// Row is a review in a list.
type Row struct {
	field.Row
	Review
}

// Mood is how a review sounds by its stars.
type Mood string

// The moods; a review without stars has none.
const (
	Unhappy Mood = "low"
	Soso    Mood = "mid"
	Happy   Mood = "high"
)

// MoodOf sorts stars out of most: half of them and fewer are unhappy, four of
// five and more are happy.
func MoodOf(stars float64, most int) Mood {
	switch share := stars / float64(most); {
	case share <= 0.5:
		return Unhappy
	case share < 0.8:
		return Soso
	}
	return Happy
}

// Mood is the review's, "" without stars.
func (r Review) Mood() Mood {
	if r.Stars == nil {
		return ""
	}
	return MoodOf(*r.Stars, r.Most)
}

// Tone is the colour of its stars.
func (r Review) Tone() string { return map[Mood]string{Unhappy: "bad", Happy: "accent"}[r.Mood()] }

// red tells the worst reviews, which cannot wait for a working day.
func (r Review) red() bool { return r.Stars != nil && *r.Stars/float64(r.Most) <= 0.2 }

// Rated is how many stars of how many, "" for none.
func (r Review) Rated() string {
	if r.Stars == nil {
		return ""
	}
	return strings.TrimSuffix(fmt.Sprintf("%.1f", *r.Stars), ".0") + "/" + fmt.Sprint(r.Most)
}

// Input is what a form, a file or the API says about a review.
type Input struct {
	Platform   string
	Stars      *float64
	Most       int
	Author     string
	Words      string
	URL        string
	PostedOn   cal.Date
	CustomerID int64
	Customer   string // or whom somebody typed, by name, number, phone or address
	ExternalID string
	Replied    bool
	Praise     bool
	Version    int64
}

// Input is the review as a form shows it.
func (r Review) Input() Input {
	in := Input{Platform: r.Platform, Stars: r.Stars, Most: r.Most, Author: r.Author, Words: r.Words, URL: r.URL, PostedOn: r.PostedOn,
		CustomerID: int64(r.CustomerID), ExternalID: r.ExternalID, Replied: !r.RepliedAt.IsZero(), Praise: r.Praise, Version: r.Version}
	if r.CustomerID != 0 {
		in.Customer = fmt.Sprintf("%s #%d", r.CustomerName, r.CustomerID)
	}
	return in
}

// maxWords bounds what a review says, in characters.
const maxWords = 10_000

// clean trims everything that was typed; one without a day was posted today.
func (in *Input) clean(today cal.Date) {
	in.Platform, in.Author, in.URL, in.ExternalID = text.Line(in.Platform), text.Line(in.Author), strings.TrimSpace(in.URL), text.Line(in.ExternalID)
	in.Words, in.Customer = text.Block(in.Words), text.Line(in.Customer)
	if in.Most == 0 {
		in.Most = 5
	}
	if in.PostedOn == "" {
		in.PostedOn = today
	}
}

// validate says what is wrong, field by field.
func (in Input) validate(today cal.Date) error {
	c := &errs.Check{}
	c.That(in.Platform != "", "platform", "error.required")
	c.That(len([]rune(in.Platform)) <= 60, "platform", "error.long", "n", 60)
	c.That(len([]rune(in.Author)) <= 100, "author", "error.long", "n", 100)
	c.That(len([]rune(in.Words)) <= maxWords, "words", "error.long", "n", maxWords)
	c.That(in.Words != "" || in.Stars != nil, "words", "review.error.nothing")
	c.That(in.Most >= 2 && in.Most <= 100, "most", "error.range", "min", 2, "max", 100)
	c.That(in.Stars == nil || *in.Stars >= 0 && *in.Stars <= float64(in.Most), "stars", "error.range", "min", 0, "max", in.Most)
	c.That(in.PostedOn.Valid(), "posted_on", "error.date")
	c.That(!in.PostedOn.Valid() || in.PostedOn <= today.AddDays(1), "posted_on", "survey.error.future")
	c.That(in.URL == "" || address(in.URL), "url", "review.error.url")
	c.That(len([]rune(in.ExternalID)) <= 200, "external_id", "error.long", "n", 200)
	return c.Err()
}

// address tells addresses of web pages.
func address(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && len(s) <= 1000 && !strings.ContainsFunc(s, unicode.IsSpace)
}

// known is what a review is known by: the platform's own number, else a digest
// of who said what when, so that the same file again changes nothing.
func (in Input) known() string {
	if in.ExternalID != "" {
		return in.ExternalID
	}
	stars := ""
	if in.Stars != nil {
		stars = fmt.Sprint(*in.Stars)
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{text.Fold(in.Author), string(in.PostedOn), stars, fmt.Sprint(in.Most), strings.Join(strings.Fields(in.Words), " ")}, "\x00")))
	return "#" + hex.EncodeToString(sum[:12])
}

// languageOf guesses what a review is written in.
func languageOf(words string) string {
	switch {
	case words == "":
		return ""
	case strings.ContainsFunc(words, func(r rune) bool { return unicode.Is(unicode.Han, r) }):
		return "zh-CN"
	}
	return "en"
}
