package survey

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/outbox"
	"regulars/app/sys/setting"
)

const (
	staleAfter  = 7 * day  // a purchase is asked about while it is remembered
	dropAfter   = 45 * day // longer than the contact budget makes anybody wait
	longAbsence = 14 * day // after which a wave warns before it acts
	graceTime   = 24 * time.Hour
	batchSize   = 500
	opensAt     = 9 // the hours, on the shop's clock, in which relationship surveys are made
	closesAt    = 18
)

// Wave is one look at who is due: what ran out, what is remembered too late,
// reminders, purchases, and then the day's share of the relationship programs.
// It only finds due rows, so two ticks, a restart or a jump of the clock ask
// nobody twice; the daily cap keeps a long absence from becoming a flood.
func (s *Service) Wave(ctx context.Context) error {
	ctx = auth.With(ctx, auth.System("job"))
	for _, step := range []func(context.Context) error{s.endDue, s.expireDue, s.dropStale, s.remindDue, s.launchDue, s.deskDue} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	programs, err := s.active(ctx, Relationship)
	if err != nil {
		return err
	}
	for _, p := range programs {
		if err := s.enrol(ctx, p); err != nil {
			return fmt.Errorf("enrol for %s: %w", p.Name, err)
		}
	}
	held, err := s.hold(ctx)
	if err != nil || held {
		return err
	}
	for _, p := range programs {
		if err := s.ask(ctx, p); err != nil {
			return fmt.Errorf("ask for %s: %w", p.Name, err)
		}
	}
	return nil
}

func (s *Service) active(ctx context.Context, kind string) ([]Program, error) {
	var out []Program
	if err := s.db.Reader(ctx).Select(ctx, &out, sqlActive, kind); err != nil {
		return nil, fmt.Errorf("list survey programs: %w", err)
	}
	return out, nil
}

// together is how many invitations are worked off in one transaction: a hundred
// thousand of them are not a hundred thousand times a write to the disk.
const together = 50

// each works off invitations in short transactions. One that fails is logged and
// looked at again at the next tick; it holds up no other.
func (s *Service) each(ctx context.Context, op, query string, args []any, f func(ctx context.Context, tx *db.Tx, i *Invitation) error) error {
	var due []int64
	if err := s.db.Reader(ctx).Select(ctx, &due, query, args...); err != nil {
		return fmt.Errorf("list invitations for %s: %w", op, err)
	}
	for some := range slices.Chunk(due, together) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if s.step(ctx, op, some, f) == nil {
			continue
		}
		for _, id := range some { // one of them is in trouble: the others are not
			if err := s.step(ctx, op, []int64{id}, f); err != nil {
				if s.db.Broken() != nil || ctx.Err() != nil {
					return err
				}
				slog.Error("survey step failed", "step", op, "invitation", id, "error", err)
			}
		}
	}
	return nil
}

// step is one transaction over some invitations.
func (s *Service) step(ctx context.Context, op string, ids []int64, f func(ctx context.Context, tx *db.Tx, i *Invitation) error) error {
	return s.db.Write(ctx, op, func(ctx context.Context, tx *db.Tx) error {
		for _, id := range ids {
			i, err := readInvitation(ctx, tx, id)
			if errs.Is(err, errs.NotFound) {
				continue
			}
			if err == nil {
				err = f(ctx, tx, &i)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Service) expireDue(ctx context.Context) error {
	return s.each(ctx, "survey.expire", sqlExpired, []any{db.At(s.db.Now())}, func(ctx context.Context, tx *db.Tx, i *Invitation) error {
		if i.State != Sent && i.State != Unknown {
			return nil
		}
		return s.expire(ctx, tx, i, "unanswered")
	})
}

// dropStale lets go of purchases that were not asked about in time, and of
// whatever else never got out.
func (s *Service) dropStale(ctx context.Context) error {
	now := s.db.Now()
	return s.each(ctx, "survey.stale", sqlStale, []any{db.At(now.Add(-staleAfter)), db.At(now.Add(-dropAfter))}, func(ctx context.Context, tx *db.Tx, i *Invitation) error {
		if !i.waiting() {
			return nil
		}
		if i.EventKey != "" {
			return s.expire(ctx, tx, i, "stale")
		}
		return s.expire(ctx, tx, i, "not_sent")
	})
}

// remindDue asks a second and last time, with another subject and the same link.
// A survey that is switched off reminds nobody; its links go on taking answers.
func (s *Service) remindDue(ctx context.Context) error {
	if ok, _ := s.canSend(ctx); !ok {
		return nil
	}
	now := s.db.Now()
	return s.each(ctx, "survey.remind", sqlRemind, []any{usualRemind, usualRemind, now.UnixMilli(), db.At(now)}, func(ctx context.Context, tx *db.Tx, i *Invitation) error {
		if i.State != Sent || !i.RemindedAt.IsZero() {
			return nil
		}
		v, err := readSurvey(ctx, tx, i.SurveyID)
		if err != nil {
			return err
		}
		if over, err := s.closed(ctx, tx, v, tx.Now); err != nil || over {
			if err == nil {
				err = s.expire(ctx, tx, i, "closed")
			}
			return err
		}
		who := person{Contact: int64(i.ContactID), Name: i.CustomerName}
		if who.Email, err = emailOf(ctx, tx, i.CustomerID, who.Contact); err != nil {
			return err
		}
		i.RemindedAt = db.At(tx.Now)
		if err := move(ctx, tx, i); err != nil || who.Email == "" {
			return err
		}
		return s.queue(ctx, tx, i, who, v, options{reminder: true})
	})
}

// launchDue hands over the invitations about events whose day has come, the most
// pressing first.
func (s *Service) launchDue(ctx context.Context) error {
	return s.each(ctx, "survey.launch", sqlLaunch, []any{db.At(s.db.Now())}, func(ctx context.Context, tx *db.Tx, i *Invitation) error {
		if i.State != Queued || i.Reason != reasonPlanned {
			return nil
		}
		if stands, err := s.stands(ctx, tx, *i); err != nil || !stands {
			if err == nil {
				err = s.settle(ctx, tx, i, Refused, goneReason(*i))
			}
			return err
		}
		v, err := readSurvey(ctx, tx, i.SurveyID)
		if err != nil {
			return err
		}
		if over, err := s.over(ctx, tx, v, tx.Now); err != nil || over {
			if err == nil {
				err = s.settle(ctx, tx, i, Refused, "closed")
			}
			return err
		}
		var c customer
		if err := db.OrNotFound(tx.Get(ctx, &c, sqlAnyCustomer, i.CustomerID)); err != nil {
			return err
		}
		texts := i.Channel == SMS
		if i.ProgramID != 0 {
			p, err := readProgram(ctx, tx, int64(i.ProgramID))
			if err != nil {
				return err
			}
			texts = p.Texts
		}
		o, err := s.obstacle(ctx, tx, v.ID, texts, c, i.ID, tx.Now)
		if err != nil {
			return err
		}
		if o.reason != "" && (o.until.IsZero() || o.until.After(i.DueAt.Add(staleAfter))) {
			return s.settle(ctx, tx, i, Refused, o.reason)
		}
		if o.by == SMS {
			if _, err := tx.Exec(ctx, sqlByText, i.ID); err != nil {
				return fmt.Errorf("ask by text message with invitation %d: %w", i.ID, err)
			}
			i.Channel = SMS
		}
		return s.hand(ctx, tx, i, o.who, v, options{})
	})
}

// canSend tells whether an invitation by mail could leave at all.
func (s *Service) canSend(ctx context.Context) (bool, string) {
	if s.homeless(ctx) {
		return false, reasonNoBase
	}
	return s.d.CanMail(ctx)
}

// homeless tells whether a mail could not be answered: its links would lead
// nowhere, and nobody reads what is written back.
func (s *Service) homeless(ctx context.Context) bool {
	_, replies := s.d.CanReply(ctx)
	return s.d.BaseURL() == "" && !replies
}

// obstacle is what keeps a customer from being asked now: one reason, and
// until when (zero: until something changes).
type obstacle struct {
	who    person
	by     string // the channel: mail, or a text message without an address
	reason string
	until  time.Time
}

func (s *Service) obstacle(ctx context.Context, q db.Q, survey int64, texts bool, c customer, except int64, now time.Time) (obstacle, error) {
	who, err := whom(ctx, q, survey, c)
	if err != nil {
		return obstacle{}, err
	}
	o := obstacle{who: who, by: Email}
	if who.Email == "" && texts {
		o.by = SMS
		if o.reason, err = s.noText(ctx, q, c.ID, who.Contact); err == nil && o.reason == "" {
			o.reason, o.until, err = s.tooSoon(ctx, q, c.ID, who.Contact, except, now)
		}
		return o, err
	}
	ok, reason, err := s.d.Consent.May(ctx, q, c.ID, who.Contact, purpose, Email)
	if err != nil {
		return o, err
	}
	if !ok {
		o.reason = reason
		return o, nil
	}
	if who.Email == "" {
		o.reason = reasonNoEmail
		return o, nil
	}
	dead, err := outbox.Suppressed(ctx, q, who.Email, now)
	if err != nil {
		return o, err
	}
	if dead {
		o.reason = outbox.ReasonBounced
		return o, nil
	}
	o.reason, o.until, err = s.tooSoon(ctx, q, c.ID, who.Contact, except, now)
	return o, err
}

// tooSoon tells why a person should be left alone for now, by whatever channel,
// and until when: a complaint is being dealt with, or they were asked recently.
func (s *Service) tooSoon(ctx context.Context, q db.Q, customer, contact, except int64, now time.Time) (string, time.Time, error) {
	open, err := s.d.OpenCase(ctx, q, customer)
	if err != nil {
		return "", time.Time{}, err
	}
	if open {
		return "open_case", now.Add(day), nil
	}
	until, err := s.d.Consent.Askable(ctx, q, customer, contact, except, now)
	if err != nil || !until.After(now) {
		return "", time.Time{}, err
	}
	return "budget", until, nil
}

// hold makes the first wave after a long absence wait a day, with a banner, so
// that nobody is surprised by mail that leaves when a machine is switched on.
func (s *Service) hold(ctx context.Context) (bool, error) {
	w, err := readWave(ctx, s.db.Reader(ctx))
	if err != nil {
		return false, err
	}
	now := s.db.Now()
	away := w.LastAt.UnixMilli() > 0 && now.Sub(w.LastAt.Time) > longAbsence
	if away {
		due, err := s.dueCount(ctx)
		if err != nil {
			return false, err
		}
		if due > 0 {
			w.HeldUntil = db.At(now.Add(graceTime))
		}
	}
	held := w.HeldUntil.After(now)
	w.LastAt = db.At(now)
	return held, s.db.Write(ctx, "survey.wave", func(ctx context.Context, tx *db.Tx) error { return putWave(ctx, tx, w) })
}

// GoOn ends the wait after a long absence: the next wave asks at once.
func (s *Service) GoOn(ctx context.Context) error {
	if err := auth.From(ctx).May(Write); err != nil {
		return err
	}
	return s.db.Write(ctx, "survey.go_on", func(ctx context.Context, tx *db.Tx) error {
		journal.Keep(tx)
		return letGo(ctx, tx)
	})
}

// letGo ends the wait.
func letGo(ctx context.Context, tx *db.Tx) error {
	w, err := readWave(ctx, tx)
	if err != nil {
		return err
	}
	w.HeldUntil = db.At(tx.Now)
	return putWave(ctx, tx, w)
}

// Skip ends the wait after a long absence without asking: who became due in
// the meantime has their turn in the next round. It tells how many that are.
// Without a wait it does nothing, so that a second press skips nobody.
func (s *Service) Skip(ctx context.Context) (int, error) {
	if err := auth.From(ctx).May(Write); err != nil {
		return 0, err
	}
	zone, err := s.zone(ctx)
	if err != nil {
		return 0, err
	}
	return db.WriteOne(ctx, s.db, "survey.skip_wave", func(ctx context.Context, tx *db.Tx) (int, error) {
		w, err := readWave(ctx, tx)
		if err != nil || !w.HeldUntil.After(tx.Now) {
			return 0, err
		}
		journal.Keep(tx) // enrolments are derived: history says that it was done, not how to undo it
		n, err := skipDue(ctx, tx, cal.Today(tx.Now, zone))
		if err != nil {
			return 0, err
		}
		return n, letGo(ctx, tx)
	})
}

func (s *Service) dueCount(ctx context.Context) (int, error) {
	zone, err := s.zone(ctx)
	if err != nil {
		return 0, err
	}
	var n int
	err = s.db.Reader(ctx).Get(ctx, &n, sqlDueCount, string(cal.Today(s.db.Now(), zone)))
	return n, err
}

func (s *Service) zone(ctx context.Context) (*time.Location, error) {
	b, err := setting.ReadBusiness(ctx, s.db.Reader(ctx))
	return b.Zone(), err
}
