package consent

import (
	"context"
	"fmt"

	"regulars/app/kit/errs"
	"regulars/app/sys/db"
	"regulars/app/sys/outbox"
	"regulars/app/sys/setting"
	"regulars/app/sys/view"
)

// Channel puts the words and the link into a mail that asks for a confirmation
// at the moment it leaves, and hands it on.
func (s *Service) Channel(next outbox.Channel) outbox.Channel {
	return outbox.Filled(next, confirmKind, outbox.Service, s.compose)
}

// mailBody is what the mail's templates show.
type mailBody struct {
	Name    string
	Purpose string
	Text    string // what they agree to
	Page    string
	Days    int
}

// compose writes both parts in the customer's language.
func (s *Service) compose(ctx context.Context, d outbox.Delivery) (outbox.Delivery, error) {
	q := s.d.DB.Reader(ctx)
	gone := &outbox.Failure{Class: outbox.Permanent, Text: "the yes no longer waits for a confirmation"}
	w, err := s.pending(ctx, q, int64(d.SubjectID))
	if errs.Is(err, errs.NotFound) || err == nil && !w.Open {
		return d, gone
	}
	if err != nil {
		return d, err
	}
	to, err := addressOf(ctx, q, w.CustomerID, int64(w.ContactID))
	if errs.Is(err, errs.NotFound) {
		return d, gone
	}
	if err != nil {
		return d, err
	}
	b, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return d, err
	}
	base := s.d.BaseURL()
	if base == "" {
		return d, fmt.Errorf("message %d: there is no public address", d.ID)
	}
	l := s.d.Bundle.For(to.Language).In(b.Zone()).At(s.d.DB.Now())
	body := mailBody{Name: d.ToName, Purpose: w.Of.Name(l), Page: base + "/u/confirm/" + s.confirmToken(w.ID, s.d.DB.Now()), Days: confirmDays}
	if body.Text, err = s.told(ctx, q, w, l); err != nil {
		return d, err
	}
	data := view.Data{Title: d.Subject, Business: b.Name, Body: body, Locale: l}
	plain, rich, err := s.d.View.Mail("public/confirm-mail", data)
	d.Payload = outbox.Letter{Text: plain, HTML: rich, AutoSubmitted: true}.Payload()
	return d, err
}

// told are the words that the person agrees to: the version that stands on the
// row, what a colleague wrote down, or what the purpose says of itself.
func (s *Service) told(ctx context.Context, q db.Q, w waiting, l words) (string, error) {
	if w.WordingID != 0 {
		v, err := wording(ctx, q, int64(w.WordingID), w.Of.ID)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return "", err
		}
		if text := v.Text(l.Tag()); text != "" {
			return text, nil
		}
	}
	if w.Wording != "" {
		return w.Wording, nil
	}
	return w.Of.About(l), nil
}

// address is where and in which language a person is written to.
type address struct {
	Name     string `db:"name"`
	Language string `db:"language"`
	Email    string `db:"email"`
}

func addressOf(ctx context.Context, q db.Q, customer, contact int64) (address, error) {
	var a address
	if err := db.OrNotFound(q.Get(ctx, &a, sqlAddress, customer, contact)); err != nil {
		return a, fmt.Errorf("find the address of customer %d: %w", customer, err)
	}
	return a, nil
}
