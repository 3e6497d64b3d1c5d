package improvement

import (
	"context"
	"encoding/json"
	"fmt"

	"regulars/app/sys/db"
	"regulars/app/sys/outbox"
	"regulars/app/sys/setting"
	"regulars/app/sys/view"
)

// letterKind marks our messages in the outbox; the id is the letter's.
const letterKind = "improvement_letter"

// Channel lays a letter out and puts the link in by which its reader stops
// them, at the moment it leaves.
func (s *Service) Channel(next outbox.Channel) outbox.Channel {
	return outbox.Filled(next, letterKind, outbox.Survey, s.compose)
}

// mailBody is what the mail's templates show.
type mailBody struct {
	Name        string
	Paragraphs  []string
	Unsubscribe string
}

func (s *Service) compose(ctx context.Context, d outbox.Delivery) (outbox.Delivery, error) {
	var p payload
	if err := json.Unmarshal([]byte(d.Payload), &p); err != nil {
		return d, fmt.Errorf("read message %d: %w", d.ID, err)
	}
	base := s.BaseURL()
	if base == "" {
		return d, fmt.Errorf("message %d: there is no public address", d.ID)
	}
	unsubscribe := base + "/u/" + s.Consent.Token(int64(d.CustomerID), int64(d.ContactID), d.ToAddress)
	plain, rich, err := s.write(ctx, s.db.Reader(ctx), p.Language, d.Subject, mailBody{d.ToName, paragraphs(p.Text), unsubscribe})
	d.Payload = outbox.Letter{Text: plain, HTML: rich, AutoSubmitted: true}.Leavable(unsubscribe).Payload()
	return d, err
}

// write renders both parts in a language.
func (s *Service) write(ctx context.Context, q db.Q, language, title string, body mailBody) (plain, rich string, err error) {
	b, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return "", "", err
	}
	data := view.Data{Title: title, Business: b.Name, Body: body, Locale: s.View.Bundle().For(language).In(b.Zone()).At(s.db.Now())}
	return s.View.Mail("voice/you-said", data)
}
