// Package slot tells on which occasions something periodic is made, and which
// days each of them is about: the week, month or quarter that has ended, the one
// before it and the one a year before.
package slot

import (
	"fmt"
	"slices"
	"time"

	"regulars/app/kit/cal"
)

// Kind is how long the days of an occasion are.
type Kind string

// The kinds.
const (
	Weekly    Kind = "weekly"
	Monthly   Kind = "monthly"
	Quarterly Kind = "quarterly"
)

// Kinds lists them, the shortest first.
var Kinds = []Kind{Weekly, Monthly, Quarterly}

// Valid tells whether it is one of them.
func (k Kind) Valid() bool { return slices.Contains(Kinds, k) }

// Hour is when an occasion comes on its day: before the shop opens.
const Hour = 7

// Rhythm is how often, and on which day.
type Rhythm struct {
	Kind    Kind
	Weekday int // of a weekly one, 0 is Sunday
	Day     int // of the month, or of the quarter's first
}

// LastDay is the latest day of a month to choose: every month has it.
const LastDay = 28

// Slot is one occasion: its days, and the first of the days before.
type Slot struct {
	Kind   Kind
	Name   string
	Since  cal.Date
	Until  cal.Date
	Before cal.Date
	Due    time.Time
}

// Span is some days, both ends included.
type Span struct {
	Since cal.Date `json:"since"`
	Until cal.Date `json:"until"`
}

// Days is how many they are.
func (s Span) Days() int { return s.Until.Sub(s.Since) + 1 }

// Has tells whether a day is one of them.
func (s Span) Has(d cal.Date) bool { return s.Since <= d && d <= s.Until }

// Span are the days of the occasion.
func (s Slot) Span() Span { return Span{s.Since, s.Until} }

// Earlier are the days right before them.
func (s Slot) Earlier() Span { return Span{s.Before, s.Since.AddDays(-1)} }

// YearAgo are the same days a year before: the same months, or the days 52 weeks
// before, so that a Saturday meets a Saturday.
func (s Slot) YearAgo() Span {
	if s.Kind == Weekly || s.ByHand() {
		return Span{s.Since.AddDays(-364), s.Until.AddDays(-364)}
	}
	return Span{month(s.Since, -12), month(s.Until.AddDays(1), -12).AddDays(-1)}
}

// ByHand tells whether somebody asked for it.
func (s Slot) ByHand() bool { return ByHandName(s.Name) }

// ByHandName tells whether an occasion of that name was asked for by somebody.
func ByHandName(name string) bool { return len(name) > len("2026-W47") }

// Newest is the last occasion that has come. After an absence it is the only
// one: nobody reads a pile of old reports.
func Newest(set Rhythm, now time.Time, zone *time.Location) Slot {
	due := func(d cal.Date) time.Time { return cal.At(d, Hour, 0, zone) }
	today := cal.DateOf(now, zone)
	s := Slot{Kind: set.Kind}
	if set.Kind == Weekly {
		day := today.AddDays(-((int(today.Weekday()) - set.Weekday + 7) % 7))
		if now.Before(due(day)) {
			day = day.AddDays(-7)
		}
		monday := day.AddDays(-((int(day.Weekday()) + 6) % 7))
		s.Since, s.Until, s.Before, s.Due = monday.AddDays(-7), monday.AddDays(-1), monday.AddDays(-14), due(day)
		s.Name = s.Since.Week()
		return s
	}
	months := 1
	first := month(today, 0)
	if set.Kind == Quarterly {
		months = 3
		first = month(today, -(int(today.Time(time.UTC).Month())-1)%3)
	}
	day := first.AddDays(set.Day - 1)
	if now.Before(due(day)) {
		first = month(first, -months)
		day = first.AddDays(set.Day - 1)
	}
	s.Since, s.Until, s.Before, s.Due = month(first, -months), first.AddDays(-1), month(first, -2*months), due(day)
	s.Name = s.Since.Month()
	if months == 3 {
		at := s.Since.Time(time.UTC)
		s.Name = fmt.Sprintf("%04d-Q%d", at.Year(), (int(at.Month())+2)/3)
	}
	return s
}

// month is the first day of the month so many months on.
func month(d cal.Date, months int) cal.Date {
	at := d.Time(time.UTC)
	return cal.DateOf(time.Date(at.Year(), at.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC), time.UTC)
}

// Now is the occasion that somebody asks for: as many days up to today, against
// as many before. Asked twice in a minute it is one.
func Now(kind Kind, now time.Time, zone *time.Location) Slot {
	today := cal.DateOf(now, zone)
	days := map[Kind]int{Weekly: 7, Monthly: 30, Quarterly: 90}[kind]
	since := today.AddDays(1 - days)
	return Slot{Kind: kind, Name: now.In(zone).Format("2006-01-02T15:04"), Since: since, Until: today, Before: since.AddDays(-days), Due: now}
}
