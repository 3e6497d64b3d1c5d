package survey

import (
	"context"
	"testing"
	"time"

	"regulars/app/sys/db"
)

// The hours of a program are the hours on the shop's clock, also on the days on
// which the clocks are changed, and only on its weekdays.
func TestAProgramSendsInItsHours(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	must(t, err)
	at := func(month time.Month, d, h, m int) time.Time { return time.Date(2026, month, d, h, m, 0, 0, berlin) }
	all, mondays := Program{FromHour: 10, ToHour: 12}, Program{FromHour: 10, ToHour: 12, Weekdays: 1}
	night := Program{FromHour: 2, ToHour: 3}
	for n, c := range []struct {
		p         Program
		now, next time.Time
	}{
		{Program{}, at(3, 29, 3, 0), at(3, 29, 3, 0)},
		{all, at(3, 28, 12, 0), at(3, 29, 10, 0)}, // the short day begins at ten all the same
		{all, at(3, 29, 11, 59), at(3, 29, 11, 59)},
		{all, at(10, 24, 23, 0), at(10, 25, 10, 0)}, // and so does the long one
		{mondays, at(3, 27, 10, 30), at(3, 30, 10, 0)},
		{mondays, at(3, 30, 12, 0), at(4, 6, 10, 0)},
		{Program{Weekdays: 64}, at(10, 24, 23, 0), at(10, 25, 0, 0)},
		{night, at(3, 29, 1, 30), at(3, 30, 2, 0)}, // two to three is not on that day
	} {
		if got := c.p.next(c.now, berlin); !got.Equal(c.next) {
			t.Errorf("%d: %s, want %s", n, got.In(berlin), c.next)
		}
	}
	if err := (ProgramInput{Kind: Relationship, Name: "x", EveryDays: 90, ExpireDays: 21, FromHour: 12, ToHour: 9}).Validate(); err == nil {
		t.Error("hours that end before they begin are taken")
	}
}

// What a program queued waits for its hours, and a clock set back sends nothing
// outside them and nothing twice.
func TestAQueuedMailWaitsForItsProgramsHours(t *testing.T) {
	f := newShop(t)
	i := f.invite(InviteInput{CustomerID: f.customer("Ann Lee"), OverrideQuietHours: true})
	f.write(func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `UPDATE survey_program SET from_hour = 15, to_hour = 16 WHERE id = 1`); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `UPDATE survey_invitation SET program_id = 1`)
		return err
	})
	f.drain()
	f.is(i.ID, Deferred, "program_hours")
	for range 3 * 48 {
		f.clock.Add(30 * time.Minute)
		f.drain()
		if f.clock.Now().Hour() == 3 {
			f.clock.Add(-90 * time.Minute)
		}
		if len(f.post.took) > 0 {
			break
		}
	}
	zone, err := f.s.zone(t.Context())
	must(t, err)
	if got := f.is(i.ID, Sent, ""); got.SentAt.In(zone).Hour() != 15 || len(f.post.took) != 1 {
		t.Errorf("left at %s, %d letters", got.SentAt.In(zone), len(f.post.took))
	}
}
