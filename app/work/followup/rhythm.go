package followup

import (
	"context"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/setting"
)

// RhythmSetting names how often each level of customer is contacted, in days:
// {"A": 14, "B": 30}. A customer's own rhythm goes before it.
const RhythmSetting = "followup.rhythm"

// Levels are the levels that have a rhythm.
var Levels = []string{"A", "B", "C", "D"}

// RhythmDays is how many days may pass between contacts with customers of a
// level; 0 means that nobody needs to keep in touch.
func RhythmDays(ctx context.Context, q db.Q, level string) (int, error) {
	all, err := rhythms(ctx, q)
	return all[level], err
}

func rhythms(ctx context.Context, q db.Q) (map[string]int, error) {
	all := map[string]int{}
	err := setting.Get(ctx, q, RhythmSetting, &all)
	return all, err
}

// Rhythms are the days of every level.
func (s *Service) Rhythms(ctx context.Context) (map[string]int, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, err
	}
	return rhythms(ctx, s.db.Reader(ctx))
}

// SetRhythms decides how often each level is contacted. The customers' next
// dates follow at once, by the function that the customers hand over.
func (s *Service) SetRhythms(ctx context.Context, days map[string]int) error {
	if err := auth.From(ctx).May("settings.write"); err != nil {
		return err
	}
	c := &errs.Check{}
	kept := map[string]int{}
	for _, level := range Levels {
		c.That(days[level] >= 0 && days[level] <= 3650, "rhythm_"+level, "error.range", "min", 0, "max", 3650)
		if days[level] > 0 {
			kept[level] = days[level]
		}
	}
	if err := c.Err(); err != nil {
		return err
	}
	if err := s.db.Write(ctx, "followup.rhythm", func(ctx context.Context, tx *db.Tx) error {
		return setting.Put(ctx, tx, RhythmSetting, kept)
	}); err != nil {
		return err
	}
	if s.rebuild == nil {
		return nil
	}
	return s.rebuild(ctx)
}

// Quiet is a customer with whom somebody should have been in touch again.
type Quiet struct {
	ID        int64    `db:"id"`
	Name      string   `db:"name"`
	Next      cal.Date `db:"next_contact_on"`
	Last      db.Time  `db:"last_contact_at"`
	OwnerName db.Null  `db:"owner_name"`
}

// Quiet lists the customers whose rhythm asks for a contact by today, the
// longest waiting first: the actor's own, or all that they see.
func (s *Service) Quiet(ctx context.Context, mine bool, limit int) ([]Quiet, error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return nil, err
	}
	owner := int64(0)
	if mine {
		owner = actor.UserID
	}
	return quiet(ctx, s.db.Reader(ctx), actor.Scope(), owner, string(cal.Today(s.db.Now(), actor.Zone)), limit)
}
