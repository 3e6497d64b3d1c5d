package report

import (
	"fmt"
	"slices"
	"time"

	"regulars/app/kit/cal"
)

// Kind is how long the days of a report are.
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

// hour is when a report is made on its day: before the shop opens.
const hour = 7

// slot is one occasion: its days, and the first of the days before.
type slot struct {
	Kind   Kind
	Name   string
	Since  cal.Date
	Until  cal.Date
	Before cal.Date
	Due    time.Time
}

// newest is the last occasion that has come. After an absence it is the only
// one: nobody reads a pile of old reports.
func newest(set Settings, now time.Time, zone *time.Location) slot {
	due := func(d cal.Date) time.Time { return cal.At(d, hour, 0, zone) }
	today := cal.DateOf(now, zone)
	s := slot{Kind: set.Rhythm}
	if set.Rhythm == Weekly {
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
	if set.Rhythm == Quarterly {
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

// byHand is the report that somebody asks for: as many days up to today, against
// as many before. Asked twice in a minute it is one.
func byHand(kind Kind, now time.Time, zone *time.Location) slot {
	today := cal.DateOf(now, zone)
	days := map[Kind]int{Weekly: 7, Monthly: 30, Quarterly: 90}[kind]
	since := today.AddDays(1 - days)
	return slot{Kind: kind, Name: now.In(zone).Format("2006-01-02T15:04"), Since: since, Until: today, Before: since.AddDays(-days), Due: now}
}
