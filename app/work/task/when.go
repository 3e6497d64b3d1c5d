package task

import (
	"strings"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
)

// When is a moment that somebody chose: an instant, a day without a time, or
// nothing at all.
type When struct {
	At  time.Time
	Day cal.Date
}

// IsZero tells that no moment was chosen.
func (w When) IsZero() bool { return w.At.IsZero() && w.Day == "" }

// Hours is what a person's days look like: where they are and when their
// digest comes, which is when a day without a time begins to count.
type Hours struct {
	Zone   *time.Location
	Digest int // minutes after midnight
}

// defaultDigest is when the digest comes unless the person chose otherwise.
const defaultDigest = 8 * 60

// In is the instant that w means for a person; the zero time for none.
func (w When) In(h Hours) time.Time {
	if !w.At.IsZero() || w.Day == "" {
		return w.At
	}
	return cal.At(w.Day, h.Digest/60, h.Digest%60, h.Zone)
}

// ParseWhen reads an instant (RFC 3339), a local time as a form sends it
// (2026-11-21T10:00, also with a space), a day, or "" for none.
func ParseWhen(s string, zone *time.Location) (When, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return When{}, nil
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return checkYear(When{At: t})
	}
	if len(s) == 16 && (s[10] == 'T' || s[10] == ' ') {
		return onDay(s[:10], s[11:], zone)
	}
	return onDay(s, "", zone)
}

func onDay(day, clock string, zone *time.Location) (When, error) {
	d, err := cal.ParseDate(day)
	if err != nil || d == "" {
		return When{}, errs.New(errs.Invalid, "error.date")
	}
	if clock == "" {
		return checkYear(When{Day: d})
	}
	minutes, err := cal.ParseClock(clock)
	if err != nil {
		return When{}, err
	}
	return checkYear(When{At: cal.At(d, minutes/60, minutes%60, zone)})
}

// checkYear keeps out what no calendar of a shop means.
func checkYear(w When) (When, error) {
	year := w.At.Year()
	if w.Day != "" {
		year = w.Day.Time(time.UTC).Year()
	}
	if year < 1970 || year > 2999 {
		return When{}, errs.New(errs.Invalid, "error.date")
	}
	return w, nil
}

// Picks are the quick choices of when to get back, in the order of the form.
// "date" reads the fields beside it.
var Picks = []string{"tomorrow", "days3", "week", "month", "date"}

// Pick turns a quick choice into a moment, seen from now in the person's zone.
func Pick(name, day, clock string, now time.Time, zone *time.Location) (When, error) {
	today := cal.Today(now, zone)
	switch name {
	case "":
		if day == "" {
			return When{}, nil
		}
		return onDay(day, clock, zone) // a browser without the choice, a date all the same
	case "tomorrow":
		return picked(today.AddDays(1), clock, zone)
	case "days3":
		return picked(today.AddDays(3), clock, zone)
	case "week":
		return picked(today.AddDays(7), clock, zone)
	case "month":
		return picked(nextMonth(today), clock, zone)
	case "date":
		return onDay(day, clock, zone)
	}
	return When{}, errs.New(errs.Invalid, "error.choice")
}

func picked(d cal.Date, clock string, zone *time.Location) (When, error) {
	return onDay(string(d), clock, zone)
}

// nextMonth is the same day a month later, or that month's last one.
func nextMonth(d cal.Date) cal.Date {
	first := cal.Date(d.Month() + "-01").AddDays(31)
	first = cal.Date(first.Month() + "-01")
	last := cal.Date(first.AddDays(31).Month() + "-01").AddDays(-1)
	day := first.AddDays(d.Sub(cal.Date(d.Month() + "-01")))
	if day > last {
		return last
	}
	return day
}

// Snoozes are the ways to put a task off, in the order of the menu.
var Snoozes = []string{"hour", "tomorrow", "week", "date"}

// PutOff is when a snoozed task falls due again. A task that had a time of day
// keeps it; an overdue one is moved from now, not from when it was due.
func PutOff(by, day, clock string, due, now time.Time, h Hours) (time.Time, error) {
	if by == "hour" {
		return now.Add(time.Hour), nil
	}
	if by == "date" || by == "" {
		w, err := onDay(day, clock, h.Zone)
		if err != nil {
			return time.Time{}, err
		}
		return w.In(h), nil
	}
	if by != "tomorrow" && by != "week" {
		return time.Time{}, errs.New(errs.Invalid, "error.choice")
	}
	minutes := h.Digest
	if !due.IsZero() {
		local := due.In(h.Zone)
		minutes = local.Hour()*60 + local.Minute()
	}
	d := cal.Today(now, h.Zone).AddDays(1)
	if by == "week" {
		d = cal.Today(now, h.Zone).AddDays(7)
	}
	return cal.At(d, minutes/60, minutes%60, h.Zone), nil
}
