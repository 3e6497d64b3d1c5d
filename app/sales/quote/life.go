package quote

import (
	"context"
	"slices"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/staff/notify"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
)

// Sending is how a quote leaves.
type Sending struct {
	Mail    bool   // to the contact or the customer; otherwise somebody hands the link over
	Message string // stands above the link
}

// Send makes a draft what the customer may read and decide about; what was sent
// before under its number is replaced by it. One that is out may be mailed again.
// waits tells what a mail waits for.
func (s *Service) Send(ctx context.Context, id, version int64, in Sending) (v Quote, waits string, err error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return Quote{}, "", err
	}
	op := "quote.send"
	if in.Mail {
		op = mailOp
	}
	var asked bool // somebody has to agree first; the question is kept
	err = s.db.Write(ctx, op, func(ctx context.Context, tx *db.Tx) error {
		before, err := s.get(ctx, tx, actor.Scope(), id)
		if err != nil {
			return err
		}
		if before.Version != version {
			return errs.Stale(before)
		}
		journal.About(tx, "quote", id, before.Name())
		v = before
		if before.State != Sent || !in.Mail {
			if asked, err = s.approval(ctx, tx, before); err != nil || asked {
				return err
			}
			if v, err = s.release(ctx, tx, before); err != nil {
				return err
			}
		}
		if in.Mail {
			waits, err = s.post(ctx, tx, v, in)
		}
		return err
	})
	if err == nil && asked {
		err = errs.New(errs.Conflict, "quote.error.approval")
	}
	return v, waits, err
}

func (s *Service) release(ctx context.Context, tx *db.Tx, before Quote) (Quote, error) {
	if before.State != Draft {
		return before, errs.New(errs.Conflict, "quote.error.sent_already")
	}
	today, err := s.today(ctx, tx)
	if err != nil {
		return before, err
	}
	if before.over(today) {
		return before, errs.New(errs.Conflict, "quote.error.over")
	}
	others, err := several(ctx, tx, sqlVersions, append([]any{before.Number}, everything.Args()...)...)
	if err != nil {
		return before, err
	}
	if accepted(others) {
		return before, errs.New(errs.Conflict, "quote.error.accepted_stays")
	}
	for _, o := range others {
		if o.ID == before.ID || o.State != Sent {
			continue
		}
		if _, err := s.move(ctx, tx, o.ID, func(v *Quote) { v.State = Replaced }); err != nil {
			return before, err
		}
		if err := s.d.Outbox.Cancel(ctx, subjectKind, o.ID); err != nil {
			return before, err
		}
	}
	v, err := s.move(ctx, tx, before.ID, func(v *Quote) { v.State, v.SentAt = Sent, db.At(tx.Now) })
	if err != nil {
		return before, err
	}
	return v, s.d.Events.Publish(ctx, tx, Left{v.fact()})
}

// move stores what change makes of a quote.
func (s *Service) move(ctx context.Context, tx *db.Tx, id int64, change func(*Quote)) (Quote, error) {
	before, err := s.get(ctx, tx, everything, id)
	if err != nil {
		return before, err
	}
	v := before
	v.Lines = slices.Clone(before.Lines)
	change(&v)
	if err := v.sum(); err != nil {
		return before, err
	}
	if err := move(ctx, tx, before, v); err != nil {
		return before, err
	}
	return s.get(ctx, tx, everything, id)
}

// Withdraw takes back what was sent: the link then says so.
func (s *Service) Withdraw(ctx context.Context, id, version int64, reason string) (Quote, error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return Quote{}, err
	}
	return db.WriteOne(ctx, s.db, "quote.withdraw", func(ctx context.Context, tx *db.Tx) (Quote, error) {
		before, err := s.get(ctx, tx, actor.Scope(), id)
		if err != nil {
			return before, err
		}
		if before.Version != version {
			return before, errs.Stale(before)
		}
		if before.State != Sent && before.State != Expired {
			return before, closed(before)
		}
		journal.About(tx, "quote", id, before.Name())
		v, err := s.move(ctx, tx, id, func(v *Quote) {
			v.State, v.DecidedAt, v.Reason = Withdrawn, db.At(tx.Now), clip(text.Block(reason))
		})
		if err != nil {
			return v, err
		}
		if err := s.d.Outbox.Cancel(ctx, subjectKind, id); err != nil {
			return v, err
		}
		return v, s.d.Events.Publish(ctx, tx, Recalled{v.fact()})
	})
}

// Expire ends what nobody decided about in time.
func (s *Service) Expire(ctx context.Context) error {
	ctx = auth.With(ctx, auth.System("job"))
	q := s.db.Reader(ctx)
	today, err := s.today(ctx, q)
	if err != nil {
		return err
	}
	for {
		due, err := several(ctx, q, sqlOverdue, string(today))
		if err != nil || len(due) == 0 {
			return err
		}
		for _, v := range due {
			if err := s.expire(ctx, v.ID, today); err != nil {
				return err
			}
		}
	}
}

func (s *Service) expire(ctx context.Context, id int64, today cal.Date) error {
	return s.db.Write(ctx, "quote.expire", func(ctx context.Context, tx *db.Tx) error {
		v, err := s.get(ctx, tx, everything, id)
		if errs.Is(err, errs.NotFound) {
			return nil
		}
		if err != nil || v.State != Sent || !v.over(today) {
			return err
		}
		journal.About(tx, "quote", id, v.Name())
		if v, err = s.move(ctx, tx, id, func(q *Quote) { q.State, q.DecidedAt = Expired, db.At(tx.Now) }); err != nil {
			return err
		}
		if err := s.d.Outbox.Cancel(ctx, subjectKind, id); err != nil {
			return err
		}
		if err := s.d.Events.Publish(ctx, tx, Lapsed{v.fact()}); err != nil {
			return err
		}
		return s.tell(ctx, tx, v, notify.QuoteAnswered, "")
	})
}

func (s *Service) today(ctx context.Context, q db.Q) (cal.Date, error) {
	b, err := setting.ReadBusiness(ctx, q)
	return cal.Today(s.db.Now(), b.Zone()), err
}

func clip(reason string) string {
	if r := []rune(reason); len(r) > maxReason {
		return string(r[:maxReason])
	}
	return reason
}
