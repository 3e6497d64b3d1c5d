package importer

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/text"
)

var timeOfDay = regexp.MustCompile(`(?i)[t ]\s*(上午|下午|am|pm)?\s*(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?\s*(am|pm)?$`)

// Moment reads a cell as a day, and as an instant when it also says what time
// it was in that zone (or in its own). Midnight, which spreadsheets put after
// every date, says nothing. What cannot be a moment is not ok.
func (r *Row) Moment(column string, zone *time.Location) (day cal.Date, at time.Time, ok bool) {
	cell := strings.TrimSpace(r.Get(column))
	if t, err := time.Parse(time.RFC3339, cell); err == nil {
		return cal.DateOf(t, zone), t, t.Year() >= 1800 && t.Year() < 2200
	}
	date, ok := r.Date(column)
	if !ok {
		return "", time.Time{}, false
	}
	m := timeOfDay.FindStringSubmatch(text.Fold(cell))
	if m == nil {
		return cal.Date(date), time.Time{}, true
	}
	hour, _ := strconv.Atoi(m[2]) // digits only
	minute, _ := strconv.Atoi(m[3])
	half := m[1] + m[4]
	if (half == "下午" || half == "pm") && hour < 12 {
		hour += 12
	}
	if (half == "上午" || half == "am") && hour == 12 {
		hour = 0
	}
	if hour > 23 || minute > 59 {
		return "", time.Time{}, false
	}
	if hour == 0 && minute == 0 {
		return cal.Date(date), time.Time{}, true
	}
	return cal.Date(date), cal.At(cal.Date(date), hour, minute, zone), true
}
