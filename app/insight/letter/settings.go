package letter

import (
	"context"
	"time"

	"regulars/app/insight/periodical"
	"regulars/app/kit/slot"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
)

const settingName = "letter"

// Settings say when letters come and who gets them by mail.
type Settings struct {
	Weekly     bool    `json:"weekly"`
	Monthly    bool    `json:"monthly"`
	Weekday    int     `json:"weekday"`    // 0 is Sunday
	Day        int     `json:"day"`        // of the month
	Recipients []int64 `json:"recipients"` // people who work here
	Declined   bool    `json:"declined"`   // nobody is to be asked whether they want letters

	// Unix ms of the decisions: nothing from before them is made up for.
	WeeklyFrom  int64 `json:"weekly_from"`
	MonthlyFrom int64 `json:"monthly_from"`
}

// rhythm is one of them, with when it was decided.
type rhythm struct {
	slot.Rhythm
	from int64
}

func (s Settings) rhythms() (out []rhythm) {
	if s.Weekly {
		out = append(out, rhythm{slot.Rhythm{Kind: slot.Weekly, Weekday: s.Weekday}, s.WeeklyFrom})
	}
	if s.Monthly {
		out = append(out, rhythm{slot.Rhythm{Kind: slot.Monthly, Day: s.Day}, s.MonthlyFrom})
	}
	return out
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
	return db.WriteOne(ctx, s.DB, "letter.settings", func(ctx context.Context, tx *db.Tx) (Settings, error) {
		was, err := readSettings(ctx, tx)
		if err != nil {
			return in, err
		}
		in.WeeklyFrom, in.MonthlyFrom, in.Declined = was.WeeklyFrom, was.MonthlyFrom, was.Declined
		if in.Weekly != was.Weekly || in.Weekday != was.Weekday {
			in.WeeklyFrom = tx.Now.UnixMilli()
		}
		if in.Monthly != was.Monthly || in.Day != was.Day {
			in.MonthlyFrom = tx.Now.UnixMilli()
		}
		if err := s.readers().Check(ctx, in.Weekday, in.Day, &in.Recipients, was.Recipients); err != nil {
			return in, err
		}
		journal.About(tx, "setting", 0, settingName)
		return in, setting.Put(ctx, tx, settingName, in)
	})
}

// readers are those who get letters.
func (s *Service) readers() periodical.Readers {
	return periodical.Readers{Users: s.Users, Permission: Read}
}

// offerAfter is how many days of sales it takes until letters are offered.
const offerAfter = 28

// Offered tells whether the reader is asked on their morning card whether they
// want letters: once there is something to write about, until somebody decides.
func (s *Service) Offered(ctx context.Context) (bool, error) {
	if !auth.From(ctx).Can(Write) {
		return false, nil
	}
	q := s.DB.Reader(ctx)
	set, err := readSettings(ctx, q)
	if err != nil || set.Declined || set.Weekly || set.Monthly || set.WeeklyFrom != 0 {
		return false, err
	}
	b, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return false, err
	}
	old := time.UnixMilli(b.SetupAt).AddDate(0, 0, offerAfter)
	if !b.Ready() || s.DB.Now().Before(old) {
		return false, nil
	}
	var sold int
	err = q.Get(ctx, &sold, sqlSold)
	return sold > 0, err
}

// Decline takes the offer away.
func (s *Service) Decline(ctx context.Context) error {
	if err := auth.From(ctx).May(Write); err != nil {
		return err
	}
	return s.DB.Write(ctx, "letter.decline", func(ctx context.Context, tx *db.Tx) error {
		set, err := readSettings(ctx, tx)
		if err != nil {
			return err
		}
		set.Declined = true
		journal.About(tx, "setting", 0, settingName)
		return setting.Put(ctx, tx, settingName, set)
	})
}
