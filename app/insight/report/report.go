// Package report is the satisfaction report: once a week, a month or a quarter
// what customers said, whether what moved is real, what they complain about, the
// cases, and what to do next. A report keeps its figures as they stood; opening
// it counts nothing again. The whole shop has one, and each team has its own.
package report

import (
	"regulars/app/insight/periodical"
	"regulars/app/kit/cal"
	"regulars/app/kit/slot"
	"regulars/app/sys/auth"
	"regulars/app/voice/feedback"
	"regulars/app/voice/improvement"
	"regulars/app/voice/survey"
)

// Write is making reports and deciding when they come and who gets them. They
// are read by whoever reads surveys and sees the team, or the whole shop.
const Write = "report.write"

// Kind is how long the days of a report are.
type Kind = slot.Kind

// The kinds.
const (
	Weekly    = slot.Weekly
	Monthly   = slot.Monthly
	Quarterly = slot.Quarterly
)

// Kinds lists them, the shortest first.
var Kinds = slot.Kinds

// Report is one of them.
type Report struct {
	periodical.Issue
	Figures Figures `db:"-"`
}

// Figures are what a report keeps. Every number has the page that lists what
// made it.
type Figures struct {
	Before       cal.Date      `json:"before"` // the first of the days that it compares with
	Surveys      []Survey      `json:"surveys"`
	Anonymous    int           `json:"anonymous"`                   // surveys that are not divided by days
	Secret       []Secret      `json:"anonymous_surveys,omitempty"` // of the whole shop's report only
	Reviews      *Reviews      `json:"reviews,omitempty"`
	Themes       []Theme       `json:"themes"`
	Cases        *Cases        `json:"cases,omitempty"`
	Recovery     *Recovery     `json:"recovery,omitempty"`
	Improvements []Improvement `json:"improvements"`
	Steps        []Step        `json:"steps"`

	loose []loose // what topics lack, for the steps
}

// Path is where the report is read.
func (r Report) Path() string { return path(r.ID) }

// Number is a count with the page that lists it.
type Number struct {
	N    int    `json:"n"`
	Rows string `json:"rows"`
}

// Survey is one survey in the days of the report.
type Survey struct {
	ID        int64            `json:"id"`
	Name      string           `json:"name"`
	Kind      string           `json:"kind"`
	Active    bool             `json:"active"`
	Scored    bool             `json:"scored"`
	Given     Number           `json:"given"` // invited people's own answers
	Asked     Number           `json:"asked"`
	Answered  int              `json:"answered"` // of those asked in these days
	RateLow   float64          `json:"rate_low"` // in percent
	RateHigh  float64          `json:"rate_high"`
	Score     periodical.Score `json:"score"`
	Before    periodical.Score `json:"before"`
	Change    *Change          `json:"change,omitempty"`
	Beside    []Beside         `json:"beside,omitempty"`
	TopicPage string           `json:"topic_page"`
}

// Change is what moved against the days before, with its test.
type Change struct {
	Delta   float64 `json:"delta"`
	P       float64 `json:"p"`
	Method  string  `json:"method"`
	Smaller int     `json:"smaller"`
	Several int     `json:"several"`
	Least   float64 `json:"least"`
	Valid   bool    `json:"valid"`
	Verdict string  `json:"verdict"`
}

// Beside are answers that make no score: typed in, imported, given on the spot.
type Beside struct {
	Source string `json:"source"`
	Number
}

// Secret is an anonymous survey. Its answers stand in batches of whole weeks and
// at least five; here are those that ended in the days of the report.
type Secret struct {
	ID      int64   `json:"id"`
	Name    string  `json:"name"`
	Kind    string  `json:"kind"`
	Scored  bool    `json:"scored"`
	Batches []Batch `json:"batches"`
}

// Batch is one of them. Nothing opens its answers.
type Batch struct {
	Since cal.Date         `json:"since"`
	Until cal.Date         `json:"until"`
	Score periodical.Score `json:"score"`
}

// Reviews are what people wrote elsewhere without being asked. They make no
// score and no test takes them.
type Reviews struct {
	Written    Number  `json:"written"`
	Rated      int     `json:"rated"` // of them with stars
	Mean       float64 `json:"mean"`  // out of five
	Unhappy    Number  `json:"unhappy"`
	Unanswered Number  `json:"unanswered"`
	Before     Number  `json:"before"`
	BeforeMean float64 `json:"before_mean"`
	BeforeHas  int     `json:"before_rated"`
}

// Theme is what the unhappy speak of.
type Theme struct {
	ID      int64  `json:"id"`
	NameEN  string `json:"name_en"`
	NameZH  string `json:"name_zh"`
	Survey  string `json:"survey"`
	All     Number `json:"all"`
	Unhappy Number `json:"unhappy"`
	Verdict string `json:"verdict"` // whether the unhappy speak of it more than the happy
	More    bool   `json:"more"`
}

// Cases are the complaints when the report was made.
type Cases struct {
	Open    Number `json:"open"`
	Late    Number `json:"late"`
	Waiting Number `json:"waiting"` // without a first reply
	Opened  Number `json:"opened"`  // in the days of the report
}

// Recovery is how many unhappy customers were won back, beside how many come
// back by themselves.
type Recovery struct {
	Recovered Number  `json:"recovered"` // in the days of the report
	Rechecked Number  `json:"rechecked"`
	Year      Share   `json:"year"` // of those asked again in a year
	Opened    Share   `json:"opened"`
	Natural   Share   `json:"natural"`
	Known     bool    `json:"known"` // whether enough were seen to name the natural rate
	P         float64 `json:"p"`
	Method    string  `json:"method"`
	Verdict   string  `json:"verdict"`
}

// Share is K of N with its interval, as fractions.
type Share struct {
	K    int     `json:"k"`
	N    int     `json:"n"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Improvement is one that was judged in the days of the report.
type Improvement struct {
	ID       int64    `json:"id" db:"id"`
	Title    string   `json:"title" db:"title"`
	Verdict  string   `json:"verdict" db:"verdict"`
	JudgedOn cal.Date `json:"judged_on" db:"judged_on"`
	Letters  int      `json:"letters" db:"letters"`
}

// Step is something to do next, with where it is done.
type Step struct {
	Key    string `json:"key"` // of its words
	N      int    `json:"n"`
	NameEN string `json:"name_en,omitempty"`
	NameZH string `json:"name_zh,omitempty"`
	Path   string `json:"path"`
}

// For takes away what its reader may not see elsewhere.
func (f Figures) For(a *auth.Actor) Figures {
	if !a.Can(feedback.Read) {
		f.Cases, f.Recovery = nil, nil
	}
	if !a.Can(improvement.Read) {
		f.Improvements = nil
	}
	var steps []Step
	for _, s := range f.Steps {
		if s.may(a) {
			steps = append(steps, s)
		}
	}
	f.Steps = steps
	return f
}

// may tells whether a step is one for somebody.
func (s Step) may(a *auth.Actor) bool {
	switch s.Key {
	case waiting, late:
		return a.Can(feedback.Read)
	case tell, improve:
		return a.Can(improvement.Write)
	case reply:
		return a.Can(survey.Ask)
	case assign, ask, more:
		return a.Can(survey.Write)
	}
	return true
}
