package advice

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/outbox"
	"regulars/app/sys/setting"
	"regulars/app/sys/view"
	"regulars/app/voice/survey"
)

// A promoter is asked for a review by one mail, once a year, that leads to the
// page which the thank-you of a survey leads to. It passes the gate like any
// question to a customer.

// Consent gives the link by which a customer stops such mails.
type Consent interface {
	Token(customer, contact int64, address string) string
	Link(ctx context.Context, tx *db.Tx, customer, contact int64, address string) error
}

const (
	askOp   = "advice.ask"
	askKind = "review_ask" // marks the mail in the outbox; the id is the customer's
)

// Stands are the writes that no undo takes back, with what is said instead.
var Stands = map[string]string{askOp: "advice.error.sent"}

// payload is what waits in the outbox; words and links are put in when it leaves.
type payload struct {
	Page     string `json:"page"`
	Language string `json:"language"`
}

// Ask sends a promoter the way to the page of reviews, and puts the step away.
func (s *Service) Ask(ctx context.Context, customer int64) error {
	if err := auth.From(ctx).May(survey.Ask); err != nil {
		return err
	}
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return err
	}
	return s.db.Write(ctx, askOp, func(ctx context.Context, tx *db.Tx) error {
		name, err := visible(ctx, tx, actor.Scope(), customer)
		if err != nil {
			return err
		}
		journal.About(tx, "customer", customer, name)
		b, err := setting.ReadBusiness(ctx, tx)
		if err != nil {
			return err
		}
		page, err := reviewPage(ctx, tx)
		if err != nil {
			return err
		}
		if page == "" {
			return errs.New(errs.Conflict, "advice.error.no_page")
		}
		yes, err := promoter(ctx, tx, customer)
		if err != nil {
			return err
		}
		if !yes {
			return errs.New(errs.Conflict, "advice.error.no_promoter")
		}
		if err := s.send(ctx, tx, b, customer, page); err != nil {
			return err
		}
		return put(ctx, tx, actor.UserID, customer, Promoter, "", day(tx, b).AddDays(quiet[Promoter]))
	})
}

// send queues the mail. What the gate refuses is not written down as if it had
// been sent.
func (s *Service) send(ctx context.Context, tx *db.Tx, b setting.Business, customer int64, page string) error {
	to, err := recipientOf(ctx, tx, customer)
	if err != nil {
		return err
	}
	if to.Email == "" {
		return errs.New(errs.Conflict, "feedback.error.no_email")
	}
	if err := s.Consent.Link(ctx, tx, customer, int64(to.Contact), to.Email); err != nil {
		return err
	}
	l := s.View.Bundle().For(cmp.Or(to.Language, b.Locale))
	raw, err := json.Marshal(payload{page, l.Tag()})
	if err != nil {
		return fmt.Errorf("encode the mail to customer %d: %w", customer, err)
	}
	id, fresh, err := s.Outbox.Queue(ctx, tx, outbox.Message{DedupeKey: fmt.Sprintf("review_ask:%d:%s", customer, day(tx, b)[:4]), Channel: outbox.Email, Purpose: outbox.Survey,
		ToAddress: to.Email, ToName: to.Name, CustomerID: db.ID(customer), ContactID: to.Contact, Subject: l.T("advice.ask.subject", "business", b.Name), Payload: string(raw),
		SubjectKind: askKind, SubjectID: db.ID(customer), ExpiresAt: db.At(tx.Now.AddDate(0, 0, 14))})
	if err != nil {
		return fmt.Errorf("queue the mail to customer %d: %w", customer, err)
	}
	if !fresh {
		return errs.New(errs.Conflict, "advice.error.asked")
	}
	row, err := s.Outbox.Get(ctx, id)
	if err != nil {
		return err
	}
	if row.State == outbox.Cancelled {
		return errs.New(errs.Conflict, "feedback.error.reply_refused", "why", errs.Message{Key: "outbox.reason." + row.Reason})
	}
	return nil
}

// Channel lays the mail out and puts the link in by which its reader stops such
// mails, at the moment it leaves.
func (s *Service) Channel(next outbox.Channel) outbox.Channel {
	return outbox.Filled(next, askKind, outbox.Survey, s.compose)
}

// mailBody is what the mail's templates show.
type mailBody struct{ Name, Page, Unsubscribe string }

func (s *Service) compose(ctx context.Context, d outbox.Delivery) (outbox.Delivery, error) {
	var p payload
	if err := json.Unmarshal([]byte(d.Payload), &p); err != nil {
		return d, fmt.Errorf("read message %d: %w", d.ID, err)
	}
	base := s.BaseURL()
	if base == "" {
		return d, fmt.Errorf("message %d: there is no public address", d.ID)
	}
	b, err := setting.ReadBusiness(ctx, s.db.Reader(ctx))
	if err != nil {
		return d, err
	}
	body := mailBody{d.ToName, p.Page, base + "/u/" + s.Consent.Token(int64(d.CustomerID), int64(d.ContactID), d.ToAddress)}
	plain, rich, err := s.View.Mail("insight/review-ask", view.Data{Title: d.Subject, Business: b.Name, Body: body,
		Locale: s.View.Bundle().For(p.Language).In(b.Zone()).At(s.db.Now())})
	d.Payload = outbox.Letter{Text: plain, HTML: rich, AutoSubmitted: true}.Leavable(body.Unsubscribe).Payload()
	return d, err
}
