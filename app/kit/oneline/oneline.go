// Package oneline reads what somebody typed in one line, or a chat pasted from
// a messenger, by a fixed grammar in English and Chinese: who, how to reach
// them, what they order, for how much, by when, and what is to be done. There
// is no guessing machine behind it. Everything found says which stretch of the
// text it came from and how sure that is; what is ambiguous stays a note.
package oneline

import (
	"sort"
	"strings"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/money"
	"regulars/app/kit/phone"
)

// MaxText is how many bytes are looked at; the rest is note.
const MaxText = 60000

// MaxFound is how many things of one sort are found; what is beyond stays note.
const MaxFound = 200

// Kind says what a stretch of text was understood as.
type Kind string

// The kinds of what is found.
const (
	Name    Kind = "name"
	Phone   Kind = "phone"
	Email   Kind = "email"
	Money   Kind = "amount"
	Product Kind = "product"
	When    Kind = "when"
	Intent  Kind = "intent"
)

// Sure is how sure a reading is.
type Sure int

// From "please look at it" to "cannot be anything else".
const (
	Guess Sure = iota + 1
	Likely
	Certain
)

// Span is a stretch of the text, in bytes.
type Span struct{ Start, End int }

// Found is a value with where it was read and how sure it is.
type Found[T any] struct {
	Value T
	Span  Span
	Sure  Sure
}

// Who is a person's or a company's name.
type Who struct {
	Name    string
	Company bool
}

// Amount is a sum of money. Currency is "" when only a number was written.
type Amount struct {
	Minor    int64 // in that currency, or in the shop's
	Currency string
}

// Line is something that is ordered.
type Line struct {
	Name     string // as it was written
	Products []int  // positions in Input.Products it may mean; one when it is clear
	Quantity money.Quantity
	Unit     string
	Counted  bool // the quantity was written, not assumed
}

// Moment is a day, with a time when one was written.
type Moment struct {
	Day     cal.Date
	Minutes int // after midnight, -1 without a time
}

// Purpose is what is to be done.
type Purpose string

// The purposes.
const (
	Order     Purpose = "order"
	CallBack  Purpose = "call"
	Visit     Purpose = "visit"
	Complaint Purpose = "complaint"
)

// Message is one message of a pasted chat.
type Message struct {
	Speaker string
	Own     bool // somebody who works here wrote it
	Day     cal.Date
	Head    Span // name and time
	Body    Span
}

// Item is a product of the shop's, as far as the grammar needs it.
type Item struct{ Name, Code string }

// Input is the text and what the shop knows.
type Input struct {
	Text     string
	Products []Item
	Own      []string // names of the people who work here: in a chat, the other one is the customer
	Now      time.Time
	Zone     *time.Location
	Region   string // ISO country of telephone numbers without a country code
	Currency string // the shop's
}

// Result is what was understood.
type Result struct {
	Names    []Found[Who]
	Phones   []Found[phone.Number]
	Emails   []Found[string]
	Amounts  []Found[Amount]
	Lines    []Found[Line]
	Moments  []Found[Moment]
	Purposes []Found[Purpose]
	Chat     []Message // in order; nil for a typed line
	Note     string    // the rest, in the words of the text
}

// Mark is a stretch of text to highlight.
type Mark struct {
	Kind Kind
	Span Span
	Sure Sure
}

// Marks are all stretches that were understood, in order, none within another.
func (r Result) Marks() []Mark {
	var all []Mark
	for _, f := range r.Names {
		all = append(all, Mark{Name, f.Span, f.Sure})
	}
	for _, f := range r.Phones {
		all = append(all, Mark{Phone, f.Span, f.Sure})
	}
	for _, f := range r.Emails {
		all = append(all, Mark{Email, f.Span, f.Sure})
	}
	for _, f := range r.Amounts {
		all = append(all, Mark{Money, f.Span, f.Sure})
	}
	for _, f := range r.Lines {
		all = append(all, Mark{Product, f.Span, f.Sure})
	}
	for _, f := range r.Moments {
		all = append(all, Mark{When, f.Span, f.Sure})
	}
	for _, f := range r.Purposes {
		all = append(all, Mark{Intent, f.Span, f.Sure})
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].Span.Start < all[j].Span.Start })
	out := all[:0]
	end := 0
	for _, m := range all {
		if m.Span.Start >= end && m.Span.End > m.Span.Start {
			out = append(out, m)
			end = m.Span.End
		}
	}
	return out
}

// Has tells whether a purpose was read.
func (r Result) Has(p Purpose) bool {
	for _, f := range r.Purposes {
		if f.Value == p {
			return true
		}
	}
	return false
}

// Read understands a text.
func Read(in Input) Result {
	if in.Zone == nil {
		in.Zone = time.UTC
	}
	rest := ""
	if len(in.Text) > MaxText {
		cut := MaxText
		for cut > 0 && in.Text[cut]&0xc0 == 0x80 {
			cut--
		}
		in.Text, rest = in.Text[:cut], in.Text[cut:]
	}
	s := newScan(in)
	s.chat()
	s.emails()
	s.links()
	s.counted()
	s.products()
	s.dates()
	s.phones()
	s.quantities()
	s.purposes()
	s.partial()
	s.money()
	s.bare()
	s.names()
	s.out.Note = s.note() + strings.ToValidUTF8(rest, "")
	s.order()
	return s.out
}
