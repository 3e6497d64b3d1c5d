// Quiet hours: the part of the night in which nobody gets a message. They are
// asked in the reader's own time zone.

package cal

import "time"

// Quiet is a daily pause in minutes after midnight; the zero value never
// pauses. To before From runs over midnight.
type Quiet struct{ From, To int }

// ParseQuiet reads "21:00" and "08:00". Equal times mean no pause.
func ParseQuiet(from, to string) (Quiet, error) {
	a, err := ParseClock(from)
	if err != nil {
		return Quiet{}, err
	}
	b, err := ParseClock(to)
	return Quiet{a, b}, err
}

// Until is the end of the pause that t falls in, or t when it falls in none.
func (q Quiet) Until(t time.Time, loc *time.Location) time.Time {
	today := DateOf(t, loc)
	for _, d := range []Date{today.AddDays(-1), today} {
		last := d
		if q.To < q.From {
			last = d.AddDays(1)
		}
		from, to := atMinute(d, q.From, loc), atMinute(last, q.To, loc)
		if !t.Before(from) && t.Before(to) {
			return to
		}
	}
	return t
}
