package daybook

import (
	"context"
	"fmt"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/staff/notify"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/setting"
)

// Rule is when people are reminded of the reports that they have not handed in.
type Rule struct {
	DayAt    string `json:"day_at"`   // HH:MM on working days, "" is never
	WeekAt   string `json:"week_at"`  // HH:MM on WeekDay, "" is never
	WeekDay  int    `json:"week_day"` // 0 Sunday … 6 Saturday
	Managers bool   `json:"managers"` // they hand in too
}

const ruleSetting = "daybook"

// Rule reads it. Nobody is reminded until somebody says so.
func (s *Service) Rule(ctx context.Context) (Rule, error) {
	r := Rule{WeekDay: 5}
	if err := auth.From(ctx).May(Read); err != nil {
		return r, err
	}
	return r, setting.Get(ctx, s.DB.Reader(ctx), ruleSetting, &r)
}

// SetRule stores it.
func (s *Service) SetRule(ctx context.Context, r Rule) error {
	if err := auth.From(ctx).May(Admin); err != nil {
		return err
	}
	c := &errs.Check{}
	for name, at := range map[string]string{"day_at": r.DayAt, "week_at": r.WeekAt} {
		if at != "" {
			_, err := cal.ParseClock(at)
			c.That(err == nil, name, "error.clock")
		}
	}
	c.That(r.WeekDay >= 0 && r.WeekDay <= 6, "week_day", "error.choice")
	if err := c.Err(); err != nil {
		return err
	}
	return s.DB.Write(ctx, "daybook.rule", func(ctx context.Context, tx *db.Tx) error { return setting.Put(ctx, tx, ruleSetting, r) })
}

// patience is how late a reminder may still come.
const patience = 3 * time.Hour

// Remind tells those who have not handed in what is asked for by now, once.
func (s *Service) Remind(ctx context.Context) error {
	ctx = auth.With(ctx, auth.System("job"))
	r, err := s.Rule(ctx)
	if err != nil || r.DayAt == "" && r.WeekAt == "" {
		return err
	}
	var people int
	if err := s.DB.Reader(ctx).Get(ctx, &people, sqlActive); err != nil || people < 2 {
		return err
	}
	today, zone, err := s.day(ctx)
	if err != nil {
		return err
	}
	hours, err := s.Hours(ctx)
	if err != nil {
		return err
	}
	now := s.DB.Now()
	due := func(at string) bool {
		minutes, err := cal.ParseClock(at)
		if at == "" || err != nil {
			return false
		}
		then := cal.At(today, minutes/60, minutes%60, zone)
		return !now.Before(then) && now.Before(then.Add(patience))
	}
	if due(r.DayAt) && hours.Workday(today) {
		if err := s.remind(ctx, r, Day, today); err != nil {
			return err
		}
	}
	if due(r.WeekAt) && int(today.Weekday()) == r.WeekDay {
		return s.remind(ctx, r, Week, today.Monday())
	}
	return nil
}

func (s *Service) remind(ctx context.Context, r Rule, period string, day cal.Date) error {
	managers := 0
	if r.Managers {
		managers = 1
	}
	var who []int64
	if err := s.DB.Reader(ctx).Select(ctx, &who, sqlWithout, managers, period, string(day)); err != nil || len(who) == 0 {
		return err
	}
	return s.DB.Write(ctx, "daybook.remind", func(ctx context.Context, tx *db.Tx) error {
		for _, id := range who {
			if err := s.Notices.Tell(ctx, tx, notify.Notice{UserID: id, Kind: notify.ReportDue, SubjectKind: "daily_report_mine", SubjectID: periodID[period],
				Args: map[string]any{"what": period}, DedupeKey: fmt.Sprintf("report_due:%s:%s:%d", period, day, id)}); err != nil {
				return err
			}
		}
		return nil
	})
}

// periodID stands for a period where a notice names a record.
var periodID = map[string]int64{Day: 1, Week: 2}
