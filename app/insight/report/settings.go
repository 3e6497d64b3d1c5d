package report

import (
	"context"
	"slices"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/kit/slot"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
	"regulars/app/voice/survey"
)

const settingName = "satisfaction_report"

// Settings say when reports come and who gets them by mail.
type Settings struct {
	Rhythm     Kind    `json:"rhythm"`     // "" is never by itself
	Weekday    int     `json:"weekday"`    // of a weekly one, 0 is Sunday
	Day        int     `json:"day"`        // of the month or of the quarter's first
	Recipients []int64 `json:"recipients"` // people who work here
	From       int64   `json:"from"`       // unix ms of the decision: nothing from before it is made up for
}

func (s Settings) occasion() slot.Rhythm {
	return slot.Rhythm{Kind: s.Rhythm, Weekday: s.Weekday, Day: s.Day}
}

func readSettings(ctx context.Context, q db.Q) (Settings, error) {
	s := Settings{Weekday: int(time.Monday), Day: 1}
	err := setting.Get(ctx, q, settingName, &s)
	return s, err
}

// Settings are what holds now.
func (s *Service) Settings(ctx context.Context) (Settings, error) {
	if err := auth.From(ctx).May(Write); err != nil {
		return Settings{}, err
	}
	return readSettings(ctx, s.DB.Reader(ctx))
}

// Save changes them. Another rhythm or day begins with its next occasion.
func (s *Service) Save(ctx context.Context, in Settings) (Settings, error) {
	if err := auth.From(ctx).May(Write); err != nil {
		return Settings{}, err
	}
	return db.WriteOne(ctx, s.DB, "report.settings", func(ctx context.Context, tx *db.Tx) (Settings, error) {
		was, err := readSettings(ctx, tx)
		if err != nil {
			return in, err
		}
		if in.From = was.From; in.Rhythm != was.Rhythm || in.Weekday != was.Weekday || in.Day != was.Day {
			in.From = tx.Now.UnixMilli()
		}
		if err := s.check(ctx, &in, was); err != nil {
			return in, err
		}
		journal.About(tx, "setting", 0, settingName)
		return in, setting.Put(ctx, tx, settingName, in)
	})
}

// check says what is wrong. Somebody who was chosen before and may see nothing
// any more is kept out of the mail, not out of the form.
func (s *Service) check(ctx context.Context, in *Settings, was Settings) error {
	c := &errs.Check{}
	c.That(in.Rhythm == "" || in.Rhythm.Valid(), "rhythm", "error.choice")
	c.That(in.Weekday >= 0 && in.Weekday <= 6, "weekday", "error.choice")
	c.That(in.Day >= 1 && in.Day <= slot.LastDay, "day", "error.range", "min", 1, "max", slot.LastDay)
	c.That(len(in.Recipients) <= 200, "recipients", "error.choice")
	if err := c.Err(); err != nil {
		return err
	}
	slices.Sort(in.Recipients)
	in.Recipients = slices.Compact(in.Recipients)
	for _, id := range in.Recipients {
		if slices.Contains(was.Recipients, id) {
			continue
		}
		a, _, err := s.Users.Actor(ctx, id)
		if err != nil {
			return err
		}
		c.That(a != nil, "recipients", "error.person")
		if a != nil {
			_, ok := readerOf(a)
			c.That(ok, "recipients", "report.error.recipient", "name", a.Name)
		}
	}
	return c.Err()
}

// readerOf is whose report somebody gets: the whole shop's (0), or their team's.
// Who sees only their own customers gets none.
func readerOf(a *auth.Actor) (team int64, ok bool) {
	switch scope := a.Scope(); {
	case !a.Can(survey.Read):
		return 0, false
	case scope.Everything():
		return 0, true
	case scope.Reach != auth.Own && scope.TeamID != 0:
		return scope.TeamID, true
	}
	return 0, false
}
