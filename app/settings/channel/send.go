// The outbox's channel "email": a stored letter becomes a mail, and what the
// server says becomes one of the outbox's classes.

package channel

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"regulars/app/sys/inbox"
	"regulars/app/sys/mail"
	"regulars/app/sys/outbox"
)

var _ outbox.Channel = (*Service)(nil)

// Ready implements outbox.Channel.
func (s *Service) Ready(ctx context.Context) (bool, string) {
	_, ok, err := s.server(ctx)
	switch {
	case err != nil:
		return false, "smtp_settings"
	case !ok:
		return false, NoSMTP
	}
	return true, ""
}

// Send implements outbox.Channel.
func (s *Service) Send(ctx context.Context, d outbox.Delivery) error {
	to, ok, err := s.server(ctx)
	if err != nil || !ok {
		return &outbox.Failure{Class: outbox.Config, Code: "settings", Text: "the mail server is not set up"}
	}
	letter, err := decode(d.Payload)
	if err != nil {
		return &outbox.Failure{Class: outbox.Permanent, Code: "message", Text: err.Error()}
	}
	m := mail.Message{To: d.ToAddress, ToName: d.ToName, From: to.From, FromName: to.FromName, ReplyTo: letter.ReplyTo, Subject: d.Subject,
		Text: letter.Text, HTML: letter.HTML, MessageID: d.MessageID, Headers: letter.Headers, AutoSubmitted: letter.AutoSubmitted, Files: letter.Files}
	if letter.FromName != "" {
		m.FromName = letter.FromName
	}
	return failure(s.sender.Send(ctx, to, m))
}

var classes = map[mail.Class]outbox.Class{
	mail.Retry: outbox.Retry, mail.Throttle: outbox.Throttle, mail.Permanent: outbox.Permanent,
	mail.Config: outbox.Config, mail.Unknown: outbox.Unsure,
}

// failure keeps the last part of the i18n key as the code, so that pages can
// say in plain words what the server said in its own.
func failure(err error) error {
	if err == nil {
		return nil
	}
	var e *mail.SendError
	if !errors.As(err, &e) {
		return &outbox.Failure{Class: outbox.Unsure, Code: "other", Text: err.Error()}
	}
	f := &outbox.Failure{Class: classes[e.Class], Code: strings.TrimPrefix(mail.Explain(e), mailKeys), Text: e.Text}
	if e.Key == "mail.error.recipient" {
		f.Bounce = inbox.Judge("", strconv.Itoa(e.Code), e.Text)
	}
	if e.Key == "mail.error.recipient" && f.Bounce != outbox.Hard || e.Key == "mail.error.content" && inbox.Disliked(e.Text) {
		f.Class, f.RetryAfter = outbox.Retry, refusedRest // a full mailbox, or a server that does not like us today
	}
	return f
}

// refusedRest is how long a refusal that may pass is left alone: another try at
// once would only make it worse.
const refusedRest = 24 * time.Hour

// mailKeys is what the i18n keys of mail failures begin with.
const mailKeys = "mail.error."
