package pool

import (
	"context"
	"fmt"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/sys/db"
)

// The shop's days, by which the database itself counts. They are written anew
// when the zone or the working hours moved, or when they come to their end.

// The calendar reaches so far back and ahead, and is renewed so long before its end.
const (
	daysBack  = maxDays + 40
	daysAhead = maxDays + 400
	daysSpare = 30
)

var (
	sqlDays    = db.SQL(`SELECT starts_at, day, seq, work FROM pool_day ORDER BY starts_at`)
	sqlDayDrop = db.SQL(`DELETE FROM pool_day`)
	sqlDayAdd  = db.SQL(`INSERT INTO pool_day (starts_at, day, seq, work) VALUES (?, ?, ?, ?)`)
)

// day is one of them, with its running numbers.
type day struct {
	Start db.Time `db:"starts_at"`
	Day   string  `db:"day"`
	Seq   int     `db:"seq"`
	Work  int     `db:"work"` // the same on days off
}

// daysFrom numbers n days.
func daysFrom(first cal.Date, n int, zone *time.Location, hours *cal.Hours) []day {
	out := make([]day, 0, n)
	work := 0
	for i := range n {
		d := first.AddDays(i)
		if hours.Workday(d) {
			work++
		}
		out = append(out, day{db.At(d.Time(zone)), string(d), i + 1, work})
	}
	return out
}

// calendarHolds tells whether the days that are kept are still the shop's, and
// reach far enough.
func calendarHolds(ctx context.Context, q db.Q, today cal.Date, zone *time.Location, hours *cal.Hours) (bool, error) {
	var kept []day
	if err := q.Select(ctx, &kept, sqlDays); err != nil {
		return false, fmt.Errorf("read the calendar: %w", err)
	}
	if len(kept) == 0 || cal.Date(kept[0].Day) > today.AddDays(-daysBack) || cal.Date(kept[len(kept)-1].Day) < today.AddDays(maxDays+daysSpare) {
		return false, nil
	}
	for i, d := range daysFrom(cal.Date(kept[0].Day), len(kept), zone, hours) {
		if k := kept[i]; !k.Start.Equal(d.Start.Time) || k.Day != d.Day || k.Seq != d.Seq || k.Work != d.Work {
			return false, nil
		}
	}
	return true, nil
}

// setCalendar writes the shop's days around today.
func setCalendar(ctx context.Context, tx *db.Tx, today cal.Date, zone *time.Location, hours *cal.Hours) error {
	if _, err := tx.Exec(ctx, sqlDayDrop); err != nil {
		return fmt.Errorf("clear the calendar: %w", err)
	}
	for _, d := range daysFrom(today.AddDays(-daysBack), daysBack+daysAhead+1, zone, hours) {
		if _, err := tx.Exec(ctx, sqlDayAdd, d.Start, d.Day, d.Seq, d.Work); err != nil {
			return fmt.Errorf("write the calendar: %w", err)
		}
	}
	return nil
}
