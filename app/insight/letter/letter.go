// Package letter is the owner's letter: once a week or a month how the shop is
// doing, in words and pictures. Customers won and lost, sales, money received and
// owed, what customers say, and what to look at; each beside the days before and
// the same days a year ago, and whether the difference could be chance. A letter
// keeps its figures as they stood. The whole shop has one, and each team its own.
package letter

import (
	"regulars/app/insight/periodical"
	"regulars/app/kit/cal"
	"regulars/app/kit/slot"
	"regulars/app/kit/stats"
)

// Permissions of this slice. A letter is read by whoever sees the whole shop, or
// a team; what somebody may not see elsewhere is left out of theirs.
const (
	Read  = "letter.read"
	Write = "letter.write" // make letters, decide when they come and who gets them
)

// Kinds are how long the days of a letter are.
var Kinds = []slot.Kind{slot.Weekly, slot.Monthly}

// Letter is one of them.
type Letter struct {
	periodical.Issue
	Figures Figures `db:"-"`

	names map[int64]string // of the customers in it whom the reader may see
}

// Path is where the letter is read.
func (l Letter) Path() string { return path(l.ID) }

// Figures are what a letter keeps. Parts that the reader may not see are absent.
type Figures struct {
	Currency  string     `json:"currency"`
	Before    slot.Span  `json:"before"`
	Year      slot.Span  `json:"year"`
	Begun     cal.Date   `json:"begun"`                           // the first day that something was sold, "" for never
	Silence   int        `json:"silence"`                         // days without an order after which anybody counts as silent, 0 while too little is known or it means nothing
	Nothing   bool       `json:"silence_means_nothing,omitempty"` // tried on the shop's own past, see prediction.Silence: then nobody is called silent
	Customers []Line     `json:"customers,omitempty"`
	Sales     []Line     `json:"sales,omitempty"`
	Deals     []Line     `json:"deals,omitempty"`
	Leads     []Line     `json:"leads,omitempty"`
	Cash      []Line     `json:"cash,omitempty"`
	Promises  []Line     `json:"promises,omitempty"`
	Bars      []Bar      `json:"bars,omitempty"`
	Best      []Product  `json:"best_sellers,omitempty"`
	Up        []Customer `json:"spent_more,omitempty"`
	Down      []Customer `json:"spent_less,omitempty"`
	Targets   []Target   `json:"targets,omitempty"`
	Owed      *Owed      `json:"owed,omitempty"`
	Surveys   []Survey   `json:"surveys,omitempty"`
	Cases     *Cases     `json:"cases,omitempty"`
	Steps     []Step     `json:"look_at"`
}

// The units of a line.
const (
	Count = "count"
	Money = "money"
	Share = "share"
)

// Line is one figure in the days of the letter, those before, and those a year
// before.
type Line struct {
	Key      string `json:"key"`
	Unit     string `json:"unit" enum:"count,money,share"`
	Now      Value  `json:"now"`
	Before   Value  `json:"before"`
	Year     Value  `json:"year"`
	VsBefore *Test  `json:"vs_before,omitempty"`
	VsYear   *Test  `json:"vs_year,omitempty"`
}

// Value is a count, an amount in minor units, or N of Of. Unknown is a figure of
// days from which there is nothing.
type Value struct {
	Known bool   `json:"known"`
	N     int64  `json:"n"`
	Of    int64  `json:"of,omitempty"`
	Rows  string `json:"rows,omitempty"` // the page that lists what made it
}

// Test is whether a difference is more than chance. P is adjusted for all the
// comparisons of the letter with the same days.
type Test struct {
	P       float64       `json:"p"`
	Method  stats.Method  `json:"method"`
	Verdict stats.Verdict `json:"verdict"`

	n int // what it rests on
}

// Bar is what was sold in one of the last weeks or months, and a year before.
type Bar struct {
	slot.Span
	Total   int64  `json:"total"`
	Year    int64  `json:"year"`
	HasYear bool   `json:"has_year"`
	Rows    string `json:"rows"`
}

// Product is one that sold well.
type Product struct {
	ID     int64  `json:"id" db:"product_id"`
	Name   string `json:"name" db:"name"`
	Amount int64  `json:"amount" db:"amount"`
	Orders int    `json:"orders" db:"orders"`
	Rows   string `json:"rows" db:"-"`
}

// Customer is one who bought in these days and in those before. Their name is
// not kept.
type Customer struct {
	ID     int64  `json:"customer_id" db:"customer_id"`
	Now    int64  `json:"now" db:"now"`
	Before int64  `json:"before" db:"before"`
	Rows   string `json:"rows" db:"-"`
}

// Target is what was to be reached in the month or quarter of the last day.
type Target struct {
	Period  string  `json:"period" db:"period"`
	Metric  string  `json:"metric" db:"metric"`
	Value   int64   `json:"value" db:"-"`
	Target  int64   `json:"target" db:"target"`
	Elapsed float64 `json:"elapsed" db:"-"` // share of its days
	Rows    string  `json:"rows" db:"-"`
}

// Owed is what customers owed when the letter was made, by age.
type Owed struct {
	Total   int64    `json:"total"`
	Overdue int64    `json:"overdue"`
	Ages    [5]int64 `json:"ages" doc:"Not due, to 30 days late, to 60, to 90, longer"`
	Debtors int      `json:"debtors"` // who are late
	Oldest  int      `json:"oldest"`  // days
	Team    int64    `json:"team,omitempty"`
}

// Number is a count with the page that lists it.
type Number struct {
	N    int    `json:"n"`
	Rows string `json:"rows"`
}

// Survey is what customers said in one survey. The tests are the satisfaction
// report's.
type Survey struct {
	ID       int64            `json:"id"`
	Name     string           `json:"name"`
	Kind     string           `json:"kind"`
	Now      periodical.Score `json:"now"`
	Before   periodical.Score `json:"before"`
	Year     periodical.Score `json:"year"`
	VsBefore *Test            `json:"vs_before,omitempty"`
}

// Cases are the complaints when the letter was made, and those of its days.
type Cases struct {
	Opened    Line   `json:"opened"`
	Open      Number `json:"open"`
	Late      Number `json:"late"`
	Recovered Number `json:"recovered"`
	Rechecked Number `json:"rechecked"`
}

// Step is something to look at, with where.
type Step struct {
	Key    string `json:"key"`
	N      int    `json:"n"`
	Amount int64  `json:"amount,omitempty"`
	Name   string `json:"name,omitempty"` // of a metric or a period
	Path   string `json:"path"`
}

// line finds a line by its key.
func line(lines []Line, key string) (Line, bool) {
	for _, l := range lines {
		if l.Key == key {
			return l, true
		}
	}
	return Line{}, false
}
