package i18n

import (
	"fmt"
	"math"
	"time"
)

// style is how a language writes dates.
type style struct {
	day, dayYear   func(time.Time) string
	long, longYear func(time.Time) string
	month          func(time.Time) string
	shortMonth     func(time.Time) string
	weekday        func(time.Time) string
	joint          string // between a date and a time of day
}

var styles = map[string]style{
	English: {
		day:        layout("2 Jan"),
		dayYear:    layout("2 Jan 2006"),
		long:       layout("Monday, 2 January"),
		longYear:   layout("Monday, 2 January 2006"),
		month:      layout("January 2006"),
		shortMonth: layout("Jan"),
		weekday:    layout("Monday"),
		joint:      ", ",
	},
	Chinese: {
		day:        layout("1 月 2 日"),
		dayYear:    layout("2006 年 1 月 2 日"),
		long:       func(t time.Time) string { return t.Format("1 月 2 日 ") + chineseWeekday(t) },
		longYear:   func(t time.Time) string { return t.Format("2006 年 1 月 2 日 ") + chineseWeekday(t) },
		month:      layout("2006 年 1 月"),
		shortMonth: layout("1 月"),
		weekday:    chineseWeekday,
		joint:      " ",
	},
}

func layout(l string) func(time.Time) string {
	return func(t time.Time) string { return t.Format(l) }
}

func chineseWeekday(t time.Time) string {
	return "星期" + string([]rune("日一二三四五六")[t.Weekday()])
}

// Date is the short date: 15 Nov, with the year when it is not this one.
func (l *Locale) Date(t time.Time) string {
	return l.write(t, l.style.day, l.style.dayYear)
}

// DateLong is the date as a heading: Saturday, 21 November.
func (l *Locale) DateLong(t time.Time) string {
	return l.write(t, l.style.long, l.style.longYear)
}

// sheetMoment is a moment in a file that a program counts on.
const sheetMoment = "2006-01-02 15:04"

// DateTime is the short date and the time of day.
func (l *Locale) DateTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	if l.sheet {
		return t.In(l.zone).Format(sheetMoment)
	}
	return l.Date(t) + l.style.joint + l.Time(t)
}

// Time is the time of day, 14:05.
func (l *Locale) Time(t time.Time) string { return l.write(t, layout("15:04"), layout("15:04")) }

// Month is a month with its year: November 2026.
func (l *Locale) Month(t time.Time) string { return l.write(t, l.style.month, l.style.month) }

// ShortMonth is a month's name under a chart.
func (l *Locale) ShortMonth(t time.Time) string {
	return l.write(t, l.style.shortMonth, l.style.shortMonth)
}

// Weekday is the day's name.
func (l *Locale) Weekday(t time.Time) string { return l.write(t, l.style.weekday, l.style.weekday) }

func (l *Locale) write(t time.Time, thisYear, otherYear func(time.Time) string) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(l.zone)
	if l.sheet {
		return t.Format(time.DateOnly)
	}
	if !l.now.IsZero() && l.Now().Year() == t.Year() {
		return thisYear(t)
	}
	return otherYear(t)
}

// Ago says how far a moment is from now, in both directions: "6 days ago",
// "yesterday", "in 2 weeks". Days are the reader's calendar days.
func (l *Locale) Ago(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	if l.sheet {
		return l.DateTime(t)
	}
	days := Days(l.Now(), t.In(l.zone))
	if days == 0 {
		return l.agoWithinDay(l.now.Sub(t))
	}
	switch days {
	case -1:
		return l.T("date.yesterday")
	case 1:
		return l.T("date.tomorrow")
	}
	count := int(math.Abs(float64(days)))
	switch {
	case count < 60:
		return l.either(days < 0, "date.days_ago", "date.days_ahead", count)
	case count < 730:
		return l.either(days < 0, "date.months_ago", "date.months_ahead", int(math.Round(float64(count)/30.44)))
	}
	return l.either(days < 0, "date.years_ago", "date.years_ahead", int(math.Round(float64(count)/365.25)))
}

// AgoDay is Ago for a calendar date, which has no time of day: today, yesterday.
func (l *Locale) AgoDay(t time.Time) string {
	if l.sheet {
		return l.Date(t)
	}
	if !t.IsZero() && Days(l.Now(), t.In(l.zone)) == 0 {
		return l.T("date.today")
	}
	return l.Ago(t)
}

func (l *Locale) agoWithinDay(since time.Duration) string {
	past := since >= 0
	minutes := int(since.Abs().Minutes())
	switch {
	case minutes < 1:
		return l.T("date.now")
	case minutes < 60:
		return l.either(past, "date.minutes_ago", "date.minutes_ahead", minutes)
	}
	return l.either(past, "date.hours_ago", "date.hours_ahead", minutes/60)
}

func (l *Locale) either(past bool, ago, ahead string, n int) string {
	if past {
		return l.T(ago, "n", n)
	}
	return l.T(ahead, "n", n)
}

// Duration writes a length of time in its largest fitting unit: 38 min, 5 h, 3 days.
func (l *Locale) Duration(d time.Duration) string {
	switch d = d.Abs(); {
	case d < time.Hour:
		return l.T("date.for_minutes", "n", int(d.Minutes()))
	case d < 48*time.Hour:
		return l.T("date.for_hours", "n", int(d.Hours()))
	}
	return l.T("date.for_days", "n", int(d.Hours()/24))
}

// Days counts the calendar days from one moment to another, each taken in the
// zone it carries; a day of 23 or 25 hours is still one day.
func Days(from, to time.Time) int {
	a := time.Date(from.Year(), from.Month(), from.Day(), 0, 0, 0, 0, time.UTC)
	b := time.Date(to.Year(), to.Month(), to.Day(), 0, 0, 0, 0, time.UTC)
	return int(b.Sub(a).Hours() / 24)
}

// ParseDay reads YYYY-MM-DD as the start of that day in the reader's zone.
func (l *Locale) ParseDay(day string) (time.Time, error) {
	t, err := time.ParseInLocation(time.DateOnly, day, l.zone)
	if err != nil {
		return time.Time{}, fmt.Errorf("read calendar date: %w", err)
	}
	return t, nil
}
