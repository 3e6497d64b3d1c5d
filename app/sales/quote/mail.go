package quote

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/outbox"
	"regulars/app/sys/setting"
	"regulars/app/sys/view"
)

// mailOp is the write that sends a mail: what left the house is not taken back.
const mailOp = "quote.mail"

// Stands are the writes that no undo takes back, with what is said instead.
var Stands = map[string]string{mailOp: "feedback.error.sent_stands"}

// subjectKind marks our messages in the outbox; the id is the quote's.
const subjectKind = "quote"

// payload is what waits in the outbox; the link is put in when it leaves.
type payload struct {
	Message string `json:"message"`
	ReplyTo string `json:"reply_to"`
}

// Recipient is who a quote is mailed to.
type Recipient struct {
	Name  string `db:"name"`
	Email string `db:"email"`
}

// post queues the mail with the link and says what it waits for.
func (s *Service) post(ctx context.Context, tx *db.Tx, v Quote, in Sending) (waits string, err error) {
	to, err := recipient(ctx, tx, v)
	if err != nil {
		return "", err
	}
	message := text.Block(in.Message)
	c := &errs.Check{}
	c.That(to.Email != "", "message", "quote.error.no_email")
	c.That(len([]rune(message)) <= maxReason, "message", "error.long", "n", maxReason)
	c.That(s.d.BaseURL() != "", "message", "quote.error.no_base")
	if err := c.Err(); err != nil {
		return "", err
	}
	if err := s.d.Consent.Link(ctx, tx, v.CustomerID, int64(v.ContactID), to.Email); err != nil {
		return "", err
	}
	raw, err := json.Marshal(payload{message, auth.From(ctx).Email})
	if err != nil {
		return "", fmt.Errorf("encode the mail of quote %d: %w", v.ID, err)
	}
	b, err := setting.ReadBusiness(ctx, tx)
	if err != nil {
		return "", err
	}
	words := s.d.View.Bundle().For(cmp.Or(v.Language, b.Locale))
	id, _, err := s.d.Outbox.Queue(ctx, tx, outbox.Message{DedupeKey: fmt.Sprintf("quote:%d:%d", v.ID, tx.Now.UnixMilli()), Channel: outbox.Email, Purpose: outbox.Service,
		ToAddress: to.Email, ToName: to.Name, CustomerID: db.ID(v.CustomerID), ContactID: v.ContactID, Payload: string(raw),
		Subject: words.T("quote.mail.subject", "number", v.Name(), "business", b.Name), SubjectKind: subjectKind, SubjectID: db.ID(v.ID), ExpiresAt: db.At(tx.Now.AddDate(0, 0, 14))})
	if err != nil {
		return "", fmt.Errorf("queue the mail of quote %d: %w", v.ID, err)
	}
	row, err := s.d.Outbox.Get(ctx, id)
	if err != nil {
		return "", err
	}
	if row.State == outbox.Cancelled {
		return "", errs.New(errs.Conflict, "quote.error.mail_refused", "why", errs.Message{Key: "outbox.reason." + row.Reason})
	}
	return row.Reason, nil
}

// Channel lays the mail of a quote out and puts its links in, at the moment it
// leaves.
func (s *Service) Channel(next outbox.Channel) outbox.Channel {
	return outbox.Filled(next, subjectKind, outbox.Service, s.compose)
}

// mailBody is what the mail's templates show.
type mailBody struct {
	Quote       Quote
	Lines       []string // of the message
	Page        string
	Unsubscribe string
}

func (s *Service) compose(ctx context.Context, d outbox.Delivery) (outbox.Delivery, error) {
	var p payload
	if err := json.Unmarshal([]byte(d.Payload), &p); err != nil {
		return d, fmt.Errorf("read message %d: %w", d.ID, err)
	}
	ctx = auth.With(ctx, auth.System("outbox"))
	q := s.db.Reader(ctx)
	v, err := s.get(ctx, q, everything, int64(d.SubjectID))
	if err != nil {
		return d, fmt.Errorf("read quote %d: %w", int64(d.SubjectID), err)
	}
	base := s.d.BaseURL()
	if base == "" {
		return d, fmt.Errorf("quote %d: there is no public address", v.ID)
	}
	b, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return d, err
	}
	body := mailBody{Quote: v, Page: base + publicPath(s.tokens.of(v.Nonce)),
		Unsubscribe: base + "/u/" + s.d.Consent.Token(int64(d.CustomerID), int64(d.ContactID), d.ToAddress)}
	if p.Message != "" {
		body.Lines = strings.Split(p.Message, "\n")
	}
	data := view.Data{Title: d.Subject, Business: b.Name, Body: body, Locale: s.d.View.Bundle().For(cmp.Or(v.Language, b.Locale)).In(b.Zone()).At(s.db.Now())}
	plain, rich, err := s.d.View.Mail("sales/quote-mail", data)
	d.Payload = outbox.Letter{Text: plain, HTML: rich, ReplyTo: p.ReplyTo}.Leavable(body.Unsubscribe).Payload()
	return d, err
}
