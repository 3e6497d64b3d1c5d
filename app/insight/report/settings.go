package report

import (
	"context"
	"time"

	"regulars/app/insight/periodical"
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
		c := &errs.Check{}
		c.That(in.Rhythm == "" || in.Rhythm.Valid(), "rhythm", "error.choice")
		if err := c.Err(); err != nil {
			return in, err
		}
		if err := s.readers().Check(ctx, in.Weekday, in.Day, &in.Recipients, was.Recipients); err != nil {
			return in, err
		}
		journal.About(tx, "setting", 0, settingName)
		return in, setting.Put(ctx, tx, settingName, in)
	})
}

// readers are those who get reports.
func (s *Service) readers() periodical.Readers {
	return periodical.Readers{Users: s.Users, Permission: survey.Read}
}
