// Package poster asks whoever passes: a poster at the counter, a line on a
// receipt, a tablet that stands there, a frame in a web page. Each has an
// address of its own behind which the survey's page lies; nobody is known there,
// so what is counted is counted apart from invited answers. Somebody may say who
// they are; which customer that is, a person decides.
package poster

import (
	"net/url"
	"slices"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
	"regulars/app/voice/survey"
)

// The kinds of place.
const (
	OnPaper = "poster"
	Slip    = "slip"
	Kiosk   = "kiosk"
	Widget  = "widget"
)

// Kinds lists them.
var Kinds = []string{OnPaper, Slip, Kiosk, Widget}

// Poster is one place.
type Poster struct {
	field.Row
	ID            int64   `db:"id"`
	SurveyID      int64   `db:"survey_id"`
	SurveyName    string  `db:"survey_name"`
	Anonymous     bool    `db:"anonymous"` // nobody learns who answered what
	Kind          string  `db:"kind"`
	Name          string  `db:"name"`
	Place         string  `db:"place"`
	ProductID     db.ID   `db:"product_id"`
	ProductName   db.Null `db:"product_name"`
	RatedID       db.ID   `db:"rated_id"` // the person it asks about
	RatedName     db.Null `db:"rated_name"`
	Origins       string  `db:"origins"` // of a widget: who may frame it, one a line
	RepeatMinutes int     `db:"repeat_minutes"`
	Contact       bool    `db:"contact"`
	Active        bool    `db:"active"`
	Nonce         string  `db:"nonce"`
	UserID        db.ID   `db:"user_id"`
	CreatedAt     db.Time `db:"created_at"`
	UpdatedAt     db.Time `db:"updated_at"`
	Version       int64   `db:"version"`
}

// Input is what a form or the API says about a poster.
type Input struct {
	Kind          string
	Name          string
	SurveyID      int64
	Place         string
	ProductID     int64
	RatedID       int64
	Origins       string
	RepeatMinutes int
	Contact       bool
	Active        bool
	Version       int64
}

// Input is the poster as a form shows it.
func (p Poster) Input() Input {
	return Input{p.Kind, p.Name, p.SurveyID, p.Place, int64(p.ProductID), int64(p.RatedID), p.Origins, p.RepeatMinutes, p.Contact, p.Active, p.Version}
}

// fresh is what a new poster starts from: one answer of a device in half a day.
func fresh(kind string) Input {
	return Input{Kind: kind, RepeatMinutes: 720, Contact: true, Active: true}
}

// maxRepeat is four weeks, in minutes.
const maxRepeat = 28 * 24 * 60

// clean trims everything that was typed.
func (in *Input) clean() {
	in.Name, in.Place = text.Line(in.Name), text.Line(in.Place)
	var origins []string
	for _, o := range strings.Fields(strings.ReplaceAll(in.Origins, ",", " ")) {
		if o = strings.ToLower(strings.TrimRight(o, "/")); !slices.Contains(origins, o) {
			origins = append(origins, o)
		}
	}
	in.Origins = strings.Join(origins, "\n")
	if in.Kind != Widget {
		in.Origins = ""
	}
}

// validate says what is wrong, field by field.
func (in Input) validate() error {
	c := &errs.Check{}
	c.That(slices.Contains(Kinds, in.Kind), "kind", "error.choice")
	c.That(in.Name != "", "name", "error.required")
	c.That(len([]rune(in.Name)) <= 100, "name", "error.long", "n", 100)
	c.That(len([]rune(in.Place)) <= 100, "place", "error.long", "n", 100)
	c.That(in.SurveyID > 0, "survey_id", "error.required")
	c.That(in.RepeatMinutes >= 0 && in.RepeatMinutes <= maxRepeat, "repeat_minutes", "error.range", "min", 0, "max", maxRepeat)
	list := strings.Fields(in.Origins)
	c.That(len(list) <= 20, "origins", "error.many", "n", 20)
	c.That(in.Kind != Widget || len(list) > 0, "origins", "error.required")
	for _, o := range list {
		c.That(origin(o), "origins", "poster.error.origin")
	}
	return c.Err()
}

// origin tells addresses of sites, without a path and without anything that
// would mean more in a header.
func origin(o string) bool {
	u, err := url.Parse(o)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.Hostname() != "" && len(o) <= 200 &&
		o == u.Scheme+"://"+u.Host && !strings.ContainsFunc(u.Host, func(r rune) bool {
		return r != '.' && r != '-' && r != ':' && r != '[' && r != ']' && (r < '0' || r > '9') && (r < 'a' || r > 'z')
	})
}

// channel is how answers given here are marked.
func (p Poster) channel() string {
	switch p.Kind {
	case Kiosk:
		return survey.Kiosk
	case Widget:
		return survey.Widget
	}
	return survey.QR
}

// path is the page behind a token of the kind.
func path(kind, token string) string {
	switch kind {
	case Kiosk:
		return "/s/k/" + token
	case Widget:
		return "/s/w/" + token
	}
	return "/s/p/" + token
}

// At is where it stands, as people call it.
func (p Poster) At() string {
	if p.Place != "" {
		return p.Place
	}
	return p.Name
}

// Paper tells what is printed.
func (p Poster) Paper() bool { return p.Kind == OnPaper || p.Kind == Slip }
