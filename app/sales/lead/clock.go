package lead

import (
	"context"
	"fmt"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/staff/notify"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/job"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
)

// The clock of the first answer: how soon the shop wants to answer, within its
// working hours, and who is told when it did not.

// Rules are what the shop set itself about leads.
type Rules struct {
	ResponseHours int `json:"response_hours"` // within which somebody answers, 0 = no clock
	ClaimCap      int `json:"claim_cap"`      // that one person takes out of the pool a day, 0 = as many as they like
	ReturnDays    int `json:"return_days"`    // without contact, after which a lead goes back to the pool, 0 = never
}

const rulesSetting = "lead.rules"

func (s *Service) rules(ctx context.Context, q db.Q) (Rules, error) {
	r := Rules{ResponseHours: 4}
	return r, setting.Get(ctx, q, rulesSetting, &r)
}

// SaveRules changes what the shop set itself.
func (s *Service) SaveRules(ctx context.Context, r Rules) error {
	if err := auth.From(ctx).May(Settings); err != nil {
		return err
	}
	c := &errs.Check{}
	c.That(r.ResponseHours >= 0 && r.ResponseHours <= 200, "response_hours", "error.range", "min", 0, "max", 200)
	c.That(r.ClaimCap >= 0 && r.ClaimCap <= 1000, "claim_cap", "error.range", "min", 0, "max", 1000)
	c.That(r.ReturnDays >= 0 && r.ReturnDays <= 365, "return_days", "error.range", "min", 0, "max", 365)
	if err := c.Err(); err != nil {
		return err
	}
	return s.db.Write(ctx, "lead.rules", func(ctx context.Context, tx *db.Tx) error {
		journal.About(tx, "setting", 0, rulesSetting)
		return setting.Put(ctx, tx, rulesSetting, r)
	})
}

// begin starts the clock of a new lead.
func (s *Service) begin(ctx context.Context, tx *db.Tx, l *Lead) error {
	r, err := s.rules(ctx, tx)
	if err != nil || r.ResponseHours == 0 {
		return err
	}
	h, err := s.Hours(ctx)
	if err != nil {
		return fmt.Errorf("read the working hours: %w", err)
	}
	l.DueAt = db.At(h.Add(l.ReceivedAt.Time, time.Duration(r.ResponseHours)*time.Hour))
	return nil
}

func (s *Service) jobs() []job.Spec {
	return []job.Spec{{Name: "lead_clock", Schedule: job.Every(5 * time.Minute), Run: s.Tick},
		{Name: "lead_score", Schedule: job.Daily(3, 40), Run: s.Relearn}}
}

// Tick tells who has a lead that nobody answered in time; of one in the pool,
// whoever leads.
func (s *Service) Tick(ctx context.Context) error {
	return s.db.Write(ctx, "lead.clock", func(ctx context.Context, tx *db.Tx) error {
		var late []Lead
		if err := tx.Select(ctx, &late, sqlLate, db.At(tx.Now)); err != nil {
			return fmt.Errorf("find leads that wait too long: %w", err)
		}
		for _, l := range late {
			told := []int64{int64(l.OwnerID)}
			if l.OwnerID == 0 {
				told = nil
				if err := tx.Select(ctx, &told, sqlLeads); err != nil {
					return fmt.Errorf("find who leads: %w", err)
				}
			}
			for _, user := range told {
				if err := s.People.Tell(ctx, tx, notify.Notice{UserID: user, Kind: notify.LeadLate, SubjectKind: "lead", SubjectID: l.ID, Label: l.Title(), DedupeKey: dedupe("late", l, tx.Now)}); err != nil {
					return err
				}
			}
			if _, err := tx.Exec(ctx, sqlAlerted, db.At(tx.Now), l.ID); err != nil {
				return fmt.Errorf("note that lead %d is late: %w", l.ID, err)
			}
		}
		if err := s.giveWaiting(ctx, tx); err != nil {
			return err
		}
		return s.giveBack(ctx, tx)
	})
}

// giveBack puts leads into the pool that somebody has and did not speak with for
// as long as the shop says.
func (s *Service) giveBack(ctx context.Context, tx *db.Tx) error {
	r, err := s.rules(ctx, tx)
	if err != nil || r.ReturnDays == 0 {
		return err
	}
	if err := s.warn(ctx, tx, r); err != nil {
		return err
	}
	var quiet []Lead
	if err := tx.Select(ctx, &quiet, sqlQuiet, db.At(tx.Now.AddDate(0, 0, -r.ReturnDays))); err != nil {
		return fmt.Errorf("find leads that nobody spoke with: %w", err)
	}
	for _, l := range quiet {
		who := string(l.OwnerName)
		own(&l, 0, "", tx.Now)
		if err := update(ctx, tx, l); err != nil {
			return err
		}
		if err := jot(ctx, tx, l.ID, Event{Kind: "returned", Words: who}); err != nil {
			return err
		}
	}
	return nil
}

// notice is how long before it goes back a lead's owner hears of it.
func (r Rules) notice() int { return min(2, r.ReturnDays-1) }

// warn tells whoever has a lead that soon goes back to the pool, once.
func (s *Service) warn(ctx context.Context, tx *db.Tx, r Rules) error {
	if r.notice() < 1 {
		return nil
	}
	var soon []Lead
	if err := tx.Select(ctx, &soon, sqlSoon, db.At(tx.Now.AddDate(0, 0, r.notice()-r.ReturnDays))); err != nil {
		return fmt.Errorf("find leads that soon go back: %w", err)
	}
	for _, l := range soon {
		if err := s.People.Tell(ctx, tx, notify.Notice{UserID: int64(l.OwnerID), Kind: notify.LeadSoon, SubjectKind: "lead", SubjectID: l.ID, Label: l.Title(), DedupeKey: dedupe("soon", l, tx.Now)}); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, sqlWarned, db.At(tx.Now), l.ID); err != nil {
			return fmt.Errorf("note that lead %d soon goes back: %w", l.ID, err)
		}
	}
	return nil
}

// back is when a lead goes back to the pool if nobody speaks with them.
func (r Rules) back(l Lead) time.Time {
	if r.ReturnDays == 0 || l.OwnerID == 0 || !l.IsOpen() || l.OwnedAt.IsZero() {
		return time.Time{}
	}
	last := l.OwnedAt.Time
	if l.LastContactAt.After(last) {
		last = l.LastContactAt.Time
	}
	return last.AddDate(0, 0, r.ReturnDays)
}

func dedupe(what string, l Lead, now time.Time) string {
	return fmt.Sprintf("lead_%s:%d:%d:%d", what, l.ID, l.OwnerID, now.UnixMilli())
}
