// Package cal is everything about days: calendar dates without a clock, wall
// clocks that survive daylight saving, working and quiet hours, lunar dates
// and birthdays. It never asks what time it is; the caller says.
package cal

import (
	"bytes"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"

	"regulars/app/kit/errs"
)

// Date is a day as "YYYY-MM-DD"; "" is no date. Dates compare as text.
type Date string

const layout = "2006-01-02"

// ParseDate accepts "YYYY-MM-DD" of a day that exists, and "" for none.
func ParseDate(s string) (Date, error) {
	d := Date(s)
	if !d.Valid() {
		return "", errs.New(errs.Invalid, "error.date")
	}
	return d, nil
}

// DateOf is the day it is at t in loc.
func DateOf(t time.Time, loc *time.Location) Date {
	return ofUTC(t.In(loc))
}

// Today is DateOf under the name that reads well with a clock's now.
func Today(now time.Time, loc *time.Location) Date { return DateOf(now, loc) }

// Valid tells whether d is "" or a day that exists.
func (d Date) Valid() bool {
	_, ok := d.utc()
	return d == "" || ok
}

// Time is the first instant of the day in loc; the zero time for no date.
func (d Date) Time(loc *time.Location) time.Time { return At(d, 0, 0, loc) }

// AddDays moves n days; no date stays no date, and so does one beyond year 9999.
func (d Date) AddDays(n int) Date {
	t, ok := d.utc()
	if !ok || n > 4_000_000 || n < -4_000_000 {
		return ""
	}
	return ofUTC(t.AddDate(0, 0, n))
}

// Sub is the number of days from o to d; 0 when either is no date.
func (d Date) Sub(o Date) int {
	a, ok := d.utc()
	b, ok2 := o.utc()
	if !ok || !ok2 {
		return 0
	}
	return int((a.Unix() - b.Unix()) / 86400)
}

// Weekday is the day of the week; Sunday for no date, so check first.
func (d Date) Weekday() time.Weekday {
	t, ok := d.utc()
	if !ok {
		return time.Sunday
	}
	return t.Weekday()
}

// Monday is the first day of the date's week.
func (d Date) Monday() Date { return d.AddDays(-int(d.Weekday()+6) % 7) }

// Week is the ISO week as a key that sorts: "2026-W07".
func (d Date) Week() string {
	t, ok := d.utc()
	if !ok {
		return ""
	}
	year, week := t.ISOWeek()
	return fmt.Sprintf("%04d-W%02d", year, week)
}

// Month is the month as a key that sorts: "2026-02".
func (d Date) Month() string {
	if _, ok := d.utc(); !ok {
		return ""
	}
	return string(d[:7])
}

// Scan reads a nullable TEXT column.
func (d *Date) Scan(src any) error {
	var s string
	switch v := src.(type) {
	case nil:
	case string:
		s = v
	case []byte:
		s = string(v)
	default:
		return fmt.Errorf("scan date: cannot read %T", src)
	}
	got, err := ParseDate(s)
	if err != nil {
		return fmt.Errorf("scan date %q: %w", s, err)
	}
	*d = got
	return nil
}

// Value stores "" as NULL.
func (d Date) Value() (driver.Value, error) {
	if d == "" {
		return nil, nil
	}
	if !d.Valid() {
		return nil, fmt.Errorf("store date: %q is no date", string(d))
	}
	return string(d), nil
}

// MarshalJSON writes no date as null; with omitempty it is left out.
func (d Date) MarshalJSON() ([]byte, error) {
	if d == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(d))
}

// UnmarshalJSON reads null and "" as no date.
func (d *Date) UnmarshalJSON(data []byte) error {
	var s string
	if !bytes.Equal(bytes.TrimSpace(data), []byte("null")) {
		if err := json.Unmarshal(data, &s); err != nil {
			return errs.New(errs.Invalid, "error.date")
		}
	}
	got, err := ParseDate(s)
	if err != nil {
		return err
	}
	*d = got
	return nil
}

// utc is midnight UTC of the day, the form in which dates are counted.
func (d Date) utc() (time.Time, bool) {
	t, err := time.Parse(layout, string(d))
	return t, err == nil && t.Year() > 0
}

func ofUTC(t time.Time) Date {
	if t.Year() < 1 || t.Year() > 9999 {
		return ""
	}
	return Date(t.Format(layout))
}
