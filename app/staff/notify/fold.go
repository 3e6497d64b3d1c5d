package notify

import (
	"slices"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/sys/i18n"
)

// A calm inbox: what came on one day stands together, and what a burst told of
// one customer or record is one line that is opened, read and gone as one.

// Day is the notifications of a day.
type Day struct {
	At    time.Time
	Lines []Line
}

// Line is a notification with the earlier ones of its sort that it stands for.
type Line struct {
	Notification
	Also []int64
}

// New tells whether it waits to be read.
func (l Line) New() bool { return l.Unread() }

// N is how many tellings the line stands for.
func (l Line) N() int { return 1 + len(l.Also) }

// byDay arranges a page of notifications, newest first.
func byDay(l *i18n.Locale, list []Notification) []Day {
	var out []Day
	var today cal.Date
	for _, n := range list {
		day := cal.DateOf(n.CreatedAt.Time, l.Zone())
		if len(out) == 0 || day != today {
			out, today = append(out, Day{At: n.CreatedAt.Time}), day
		}
		d := &out[len(out)-1]
		at := slices.IndexFunc(d.Lines, func(line Line) bool { return sameSort(line.Notification, n) })
		if at < 0 {
			d.Lines = append(d.Lines, Line{Notification: n})
			continue
		}
		d.Lines[at].Also = append(d.Lines[at].Also, n.ID)
	}
	return out
}

// sameSort: of one kind, about one customer or one record, and both read or
// both waiting.
func sameSort(a, b Notification) bool {
	if a.Kind != b.Kind || a.Unread() != b.Unread() {
		return false
	}
	if a.CustomerID != 0 || b.CustomerID != 0 {
		return a.CustomerID == b.CustomerID
	}
	return a.SubjectKind == b.SubjectKind && a.SubjectID == b.SubjectID
}
