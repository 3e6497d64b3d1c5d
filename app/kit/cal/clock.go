// Wall clocks: "09:30 on that day in that place" as an instant, for every day
// of the year. In the hour that spring skips, the answer is the first instant
// after the gap; in the hour that autumn repeats, the first of the two. So a
// later wall time never comes out earlier.

package cal

import (
	"fmt"
	"strconv"
	"sync"
	"time"
	_ "time/tzdata" // a single binary must know the zones of every machine

	"regulars/app/kit/errs"
)

var zones sync.Map // name -> *time.Location

// Zone finds a time zone by its IANA name. "Local" and "" are refused: what
// they mean depends on the machine.
func Zone(name string) (*time.Location, error) {
	if loc, ok := zones.Load(name); ok {
		return loc.(*time.Location), nil
	}
	unknown := errs.New(errs.Invalid, "error.time_zone", "name", name)
	if name == "" || name == "Local" {
		return nil, unknown
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		unknown.Cause = fmt.Errorf("load time zone: %w", err)
		return nil, unknown
	}
	zones.Store(name, loc)
	return loc, nil
}

// At is the instant of hh:mm on that date in loc; 24:00 is the next midnight.
// No date gives the zero time.
func At(d Date, hh, mm int, loc *time.Location) time.Time {
	day, ok := d.utc()
	if !ok {
		return time.Time{}
	}
	want := time.Date(day.Year(), day.Month(), day.Day(), hh, mm, 0, 0, time.UTC)
	t := time.Date(want.Year(), want.Month(), want.Day(), want.Hour(), want.Minute(), 0, 0, loc)
	start, end := t.ZoneBounds()
	if got := wall(t); got.After(want) {
		return start // the gap, seen from its far side
	} else if got.Before(want) {
		return end // the gap, seen from its near side
	}
	if start.IsZero() {
		return t
	}
	_, offset := start.Add(-time.Nanosecond).Zone()
	first := time.Unix(want.Unix()-int64(offset), 0).In(loc)
	if first.Before(start) && wall(first).Equal(want) {
		return first
	}
	return t
}

// wall is what the clock on the wall shows, as if it were UTC.
func wall(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// ParseClock reads "09:30" as minutes after midnight; "24:00" is allowed.
func ParseClock(s string) (int, error) {
	bad := errs.New(errs.Invalid, "error.clock")
	if len(s) != 5 || s[2] != ':' {
		return 0, bad
	}
	h, err := strconv.ParseUint(s[:2], 10, 8)
	m, err2 := strconv.ParseUint(s[3:], 10, 8)
	if err != nil || err2 != nil || m > 59 || h*60+m > 24*60 {
		return 0, bad
	}
	return int(h*60 + m), nil
}

func clockText(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

// atMinute is At with minutes after midnight.
func atMinute(d Date, minutes int, loc *time.Location) time.Time {
	return At(d, minutes/60, minutes%60, loc)
}
