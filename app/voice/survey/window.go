package survey

import (
	"context"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/sys/db"
)

// The hours and weekdays in which a program sends. They narrow the shop's quiet
// hours and days off and never widen them.

// timed tells whether a program has hours or weekdays of its own.
func (p Program) timed() bool { return p.ToHour > 0 || p.Weekdays > 0 }

// On tells whether it sends on a weekday, 0 Monday.
func (p Program) On(n int) bool { return p.Weekdays == 0 || p.Weekdays&(1<<n) != 0 }

// next is the first moment from now on in which it may send: now itself while its
// window is open. It asks the shop's clock on each day anew, so that the hours
// stay what they are when clocks are changed.
func (p Program) next(now time.Time, zone *time.Location) time.Time {
	if !p.timed() {
		return now
	}
	to := p.ToHour
	if to == 0 {
		to = 24
	}
	for d, n := cal.Today(now, zone), 0; n < 8; d, n = d.AddDays(1), n+1 {
		if !p.On(int(d.Weekday()+6) % 7) {
			continue
		}
		if end := cal.At(d, to, 0, zone); now.Before(end) {
			begin := cal.At(d, p.FromHour, 0, zone)
			switch {
			case !begin.Before(end): // an hour that this day does not have
				continue
			case begin.After(now):
				return begin
			}
			return now
		}
	}
	return now.Add(day)
}

// unhurried is why an invitation that nobody hurried waits now, and "" when it may
// be sent: the quiet hours, a day off, its program's hours.
func (s *Service) unhurried(ctx context.Context, q db.Q, i Invitation, now time.Time) (string, error) {
	if i.ProgramID == 0 && i.WaveID == 0 {
		return "", nil
	}
	until, reason, err := s.d.Consent.Wait(ctx, q, i.CustomerID, now)
	if err != nil || until.After(now) {
		return reason, err
	}
	if i.ProgramID == 0 {
		return "", nil
	}
	p, err := readProgram(ctx, q, int64(i.ProgramID))
	if err != nil || !p.timed() {
		return "", err
	}
	zone, err := s.zone(ctx)
	if err != nil || !p.next(now, zone).After(now) {
		return "", err
	}
	return "program_hours", nil
}

// early tells why a text message is not to be sent by hand now.
func (s *Service) early(ctx context.Context, q db.Q, i Invitation, now time.Time) (string, error) {
	reason, _, err := s.tooSoon(ctx, q, i.CustomerID, int64(i.ContactID), i.ID, now)
	if err != nil || reason != "" {
		return reason, err
	}
	return s.unhurried(ctx, q, i, now)
}
