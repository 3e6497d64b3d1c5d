package job

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"regulars/app/kit/cal"
)

// Schedule says when a job's slots fall due, in the shop's zone. A calendar
// schedule has one slot per local date, ISO week or month, so that no change
// of the clock gives it two.
type Schedule struct {
	kind    kind
	weekday time.Weekday
	day     int
	hour    int
	minute  int
	every   time.Duration
}

type kind int

const (
	daily kind = iota
	weekly
	monthly
	interval
)

// Daily is due once per local date.
func Daily(hour, minute int) Schedule { return Schedule{kind: daily, hour: hour, minute: minute} }

// Weekly is due once per ISO week.
func Weekly(weekday time.Weekday, hour, minute int) Schedule {
	return Schedule{kind: weekly, weekday: weekday, hour: hour, minute: minute}
}

// Monthly is due once per month; a month without that day uses its last one.
func Monthly(day, hour, minute int) Schedule {
	return Schedule{kind: monthly, day: day, hour: hour, minute: minute}
}

// Every is for jobs that look for due rows. Missed slots are not made up for:
// the rows are still there.
func Every(d time.Duration) Schedule { return Schedule{kind: interval, every: d} }

// String names the schedule for lists and the API: "daily 03:15".
func (s Schedule) String() string {
	at := fmt.Sprintf("%02d:%02d", s.hour, s.minute)
	switch s.kind {
	case daily:
		return "daily " + at
	case weekly:
		return "weekly " + strings.ToLower(s.weekday.String()[:3]) + " " + at
	case monthly:
		return "monthly " + strconv.Itoa(s.day) + " " + at
	default:
		text := s.every.String() // 5m0s, 2h0m0s
		if s.every%time.Minute == 0 {
			text = strings.TrimSuffix(text, "0s")
		}
		if s.every%time.Hour == 0 {
			text = strings.TrimSuffix(text, "0m")
		}
		return "every " + text
	}
}

func (s Schedule) valid() bool {
	if s.kind == interval {
		return s.every >= time.Second
	}
	return s.hour >= 0 && s.hour < 24 && s.minute >= 0 && s.minute < 60 &&
		(s.kind != monthly || s.day >= 1 && s.day <= 31)
}

// slot is one occasion of a calendar schedule.
type slot struct {
	name string
	at   time.Time
	day  cal.Date
}

// newest is the last slot that is due at now.
func (s Schedule) newest(now time.Time, zone *time.Location) slot {
	sl := s.of(cal.DateOf(now, zone), zone)
	for sl.at.After(now) {
		sl = s.step(sl, -1, zone)
	}
	for next := s.step(sl, 1, zone); !next.at.After(now); next = s.step(sl, 1, zone) {
		sl = next
	}
	return sl
}

// of is the slot of the day, week or month that the date lies in.
func (s Schedule) of(day cal.Date, zone *time.Location) slot {
	name := string(day)
	switch s.kind {
	case weekly:
		day = day.AddDays(isoDay(s.weekday) - isoDay(day.Weekday()))
		name = day.Week()
	case monthly:
		name = day.Month()
		first := cal.Date(name + "-01")
		day = first.AddDays(min(s.day, daysIn(first)) - 1)
	}
	return slot{name: name, at: cal.At(day, s.hour, s.minute, zone), day: day}
}

// step is the slot before (-1) or after (1).
func (s Schedule) step(sl slot, by int, zone *time.Location) slot {
	switch s.kind {
	case weekly:
		return s.of(sl.day.AddDays(7*by), zone)
	case monthly:
		first := cal.Date(sl.day.Month() + "-01")
		if by < 0 {
			return s.of(first.AddDays(-1), zone)
		}
		return s.of(first.AddDays(31), zone)
	default:
		return s.of(sl.day.AddDays(by), zone)
	}
}

// daysIn counts the days of the month that begins on first.
func daysIn(first cal.Date) int {
	return cal.Date(first.AddDays(31).Month() + "-01").Sub(first)
}

func isoDay(w time.Weekday) int { return (int(w) + 6) % 7 }

// number is the count of whole intervals since 1970.
func (s Schedule) number(t time.Time) int64 { return t.UnixMilli() / s.every.Milliseconds() }

// start is when interval n begins.
func (s Schedule) start(n int64) time.Time { return time.UnixMilli(n * s.every.Milliseconds()).UTC() }
