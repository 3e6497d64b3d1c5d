// A yes to mail that somebody else wrote down counts once the person confirms
// it: they get one mail with a link of its own, to a page with a button.
// Looking at that page decides nothing, so that no scanner of links says yes,
// and the link says no more once it was answered.

package consent

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/outbox"
	"regulars/app/sys/setting"
)

// FromConfirmation is the source of a yes that was confirmed by its mail.
const FromConfirmation = "confirmation"

// confirmDays is how long the link in a mail works.
const confirmDays = 30

const confirmKind = "consent" // of the message's subject: the row that waits

// confirmHints is the payload while the mail waits: the gate reads it, and the
// words and the link come in when it leaves.
const confirmHints = `{"links":true}`

// invite queues the mail that asks for a confirmation, at most one a day for a
// row. Without an address there is nothing to send, and the yes just waits.
func (s *Service) invite(ctx context.Context, tx *db.Tx, e Entry) (queued bool, err error) {
	to, err := addressOf(ctx, tx, e.CustomerID, int64(e.ContactID))
	if err != nil || to.Email == "" || s.d.Queue == nil {
		return false, err
	}
	b, err := setting.ReadBusiness(ctx, tx)
	if err != nil {
		return false, err
	}
	p, err := named(ctx, tx, e.Purpose)
	if err != nil {
		return false, err
	}
	l := s.d.Bundle.For(to.Language)
	return s.d.Queue(ctx, tx, outbox.Message{DedupeKey: fmt.Sprintf("consent:%d:%s", e.ID, tx.Now.In(b.Zone()).Format(time.DateOnly)), Channel: outbox.Email,
		Purpose: outbox.Service, ToAddress: to.Email, ToName: to.Name, CustomerID: db.ID(e.CustomerID), ContactID: e.ContactID,
		Subject: l.T("consent.confirm.subject", "purpose", p.Name(l), "business", b.Name), Payload: confirmHints,
		SubjectKind: confirmKind, SubjectID: db.ID(e.ID), ExpiresAt: db.At(tx.Now.Add(confirmDays * day))})
}

// Remind sends the mail again, or for the first time where the yes came from a
// file: nobody who is imported gets one unasked.
func (s *Service) Remind(ctx context.Context, customer, entry int64) error {
	if err := auth.From(ctx).May(Write); err != nil {
		return err
	}
	return s.d.DB.Write(ctx, "consent.ask", func(ctx context.Context, tx *db.Tx) error {
		name, err := visible(ctx, tx, customer)
		if err != nil {
			return err
		}
		w, err := s.pending(ctx, tx, entry)
		if err != nil {
			return err
		}
		if w.CustomerID != customer {
			return errs.NotVisible()
		}
		c := &errs.Check{}
		if c.That(w.Open, "entry", "consent.error.answered"); c.Err() != nil {
			return c.Err()
		}
		journal.About(tx, "customer", customer, name)
		to, err := addressOf(ctx, tx, customer, int64(w.ContactID))
		if err != nil {
			return err
		}
		if c.That(to.Email != "", "entry", "consent.error.no_address"); c.Err() != nil {
			return c.Err()
		}
		queued, err := s.invite(ctx, tx, w.Entry)
		if err != nil {
			return err
		}
		c.That(queued, "entry", "consent.error.mailed_today")
		return c.Err()
	})
}

// waiting is a yes that its person was asked to confirm.
type waiting struct {
	Entry
	Of   Purpose
	Open bool   // nobody said anything since
	Now  Status // what holds
}

func (s *Service) pending(ctx context.Context, q db.Q, id int64) (waiting, error) {
	var w waiting
	if err := db.OrNotFound(q.Get(ctx, &w.Entry, sqlOne, id)); err != nil {
		return w, err
	}
	if w.State != Asked {
		return w, errs.NotVisible()
	}
	var err error
	if w.Of, err = named(ctx, q, w.Purpose); err != nil {
		return w, err
	}
	rows, err := of(ctx, q, w.CustomerID, int64(w.ContactID), w.Purpose)
	if err != nil {
		return w, err
	}
	w.Now = judge(about(rows, w.Purpose, "email"), true)
	w.Open = w.Of.ID != 0 && w.Of.Active && w.Now.Reason == "unconfirmed"
	return w, nil
}

// confirmToken is what stands in the address of the page: the row, the day on
// which the mail was written, and the proof that it is ours.
func (s *Service) confirmToken(entry int64, now time.Time) string {
	what := strconv.FormatInt(entry, 36) + "-" + strconv.FormatInt(now.Unix()/86400, 36)
	return what + "-" + s.forms.Sign("confirm:"+what)
}

// byToken finds what a token is about. One that is wrong or too old is not found.
func (s *Service) byToken(ctx context.Context, q db.Q, token string) (waiting, error) {
	parts := strings.SplitN(token, "-", 3)
	if len(parts) != 3 || len(token) > 128 || !s.forms.Verify("confirm:"+parts[0]+"-"+parts[1], parts[2]) {
		return waiting{}, errs.NotVisible()
	}
	id, _ := strconv.ParseInt(parts[0], 36, 64) // it is ours: it was signed
	sent, _ := strconv.ParseInt(parts[1], 36, 64)
	if s.d.DB.Now().Unix()/86400-sent > confirmDays {
		return waiting{}, errs.NotVisible()
	}
	return s.pending(ctx, q, id)
}

// Confirm writes what the person answered. Only the first answer counts.
func (s *Service) Confirm(ctx context.Context, token string, agreed bool) error {
	return s.d.DB.Write(ctx, Chosen, func(ctx context.Context, tx *db.Tx) error {
		w, err := s.byToken(ctx, tx, token)
		if err != nil || !w.Open {
			return err
		}
		to, err := addressOf(ctx, tx, w.CustomerID, int64(w.ContactID))
		if err != nil {
			return err
		}
		journal.About(tx, "customer", w.CustomerID, to.Name)
		in := Input{CustomerID: w.CustomerID, ContactID: int64(w.ContactID), Purpose: w.Purpose, Channels: []string{"email"}, State: Objected,
			Basis: OptIn, Source: FromPreferences, Wording: w.Wording, WordingID: int64(w.WordingID)}
		if agreed {
			in.State, in.Source = Allowed, FromConfirmation
		}
		_, err = s.write(ctx, tx, in)
		return err
	})
}
