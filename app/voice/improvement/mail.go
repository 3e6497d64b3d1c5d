package improvement

import (
	"bytes"
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
// them, at the moment it leaves; other messages pass as they are.
func (s *Service) Channel(next outbox.Channel) outbox.Channel { return post{next, s} }

type post struct {
	outbox.Channel
	s *Service
}

// Send implements outbox.Channel.
func (p post) Send(ctx context.Context, d outbox.Delivery) error {
	if d.SubjectKind != letterKind || d.Purpose != outbox.Survey {
		return p.Channel.Send(ctx, d)
	}
	filled, err := p.s.compose(ctx, d)
	if err != nil { // nothing was handed over yet
		return &outbox.Failure{Class: outbox.Retry, Text: err.Error()}
	}
	return p.Channel.Send(ctx, filled)
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
	if err != nil {
		return d, err
	}
	raw, err := json.Marshal(map[string]any{"text": plain, "html": rich, "auto_submitted": true, "headers": map[string]string{
		"List-Unsubscribe": "<" + unsubscribe + ">", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}})
	if err != nil {
		return d, fmt.Errorf("encode message %d: %w", d.ID, err)
	}
	d.Payload = string(raw)
	return d, nil
}

// write renders both parts in a language.
func (s *Service) write(ctx context.Context, q db.Q, language, title string, body mailBody) (plain, rich string, err error) {
	b, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return "", "", err
	}
	data := view.Data{Title: title, Business: b.Name, Body: body, Locale: s.View.Bundle().For(language).In(b.Zone()).At(s.db.Now())}
	var text, html bytes.Buffer
	if err := s.View.Text(&text, language, "voice/you-said", data); err != nil {
		return "", "", err
	}
	if err := s.View.Page(&html, language, "mail", "voice/you-said", data); err != nil {
		return "", "", err
	}
	return text.String(), html.String(), nil
}
