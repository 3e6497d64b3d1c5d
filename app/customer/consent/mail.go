package consent

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"regulars/app/kit/errs"
	"regulars/app/sys/db"
	"regulars/app/sys/outbox"
	"regulars/app/sys/setting"
	"regulars/app/sys/view"
)

// Channel puts the words and the link into a mail that asks for a confirmation
// at the moment it leaves, and hands it on; other messages pass as they are.
// So no link ever lies in the database.
func (s *Service) Channel(next outbox.Channel) outbox.Channel { return post{next, s} }

type post struct {
	outbox.Channel
	s *Service
}

// Send implements outbox.Channel.
func (p post) Send(ctx context.Context, d outbox.Delivery) error {
	if d.SubjectKind != confirmKind || d.Purpose != outbox.Service {
		return p.Channel.Send(ctx, d)
	}
	filled, err := p.s.compose(ctx, d)
	if errs.Is(err, errs.NotFound) {
		return &outbox.Failure{Class: outbox.Permanent, Text: "the yes no longer waits for a confirmation"}
	}
	if err != nil { // nothing was handed over yet
		return &outbox.Failure{Class: outbox.Retry, Text: err.Error()}
	}
	return p.Channel.Send(ctx, filled)
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
	w, err := s.pending(ctx, q, int64(d.SubjectID))
	if err != nil {
		return d, err
	}
	if !w.Open {
		return d, errs.NotVisible()
	}
	to, err := addressOf(ctx, q, w.CustomerID, int64(w.ContactID))
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
	var plain, rich bytes.Buffer
	if err := s.d.View.Text(&plain, to.Language, "public/confirm-mail", data); err != nil {
		return d, err
	}
	if err := s.d.View.Page(&rich, to.Language, "mail", "public/confirm-mail", data); err != nil {
		return d, err
	}
	raw, err := json.Marshal(map[string]any{"text": plain.String(), "html": rich.String(), "auto_submitted": true})
	if err != nil {
		return d, fmt.Errorf("encode message %d: %w", d.ID, err)
	}
	d.Payload = string(raw)
	return d, nil
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
