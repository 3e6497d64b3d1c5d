package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strings"

	"regulars/app/sys/mail"
)

// Letter is the payload of a mail. Recipient and subject stand on the message
// itself.
type Letter struct {
	Text          string            `json:"text"`
	HTML          string            `json:"html,omitempty"`
	Headers       map[string]string `json:"headers,omitempty"` // List-Unsubscribe and the like
	FromName      string            `json:"from_name,omitempty"`
	ReplyTo       string            `json:"reply_to,omitempty"`
	AutoSubmitted bool              `json:"auto_submitted,omitempty"`
	Files         []mail.File       `json:"files,omitempty"`
}

// Payload is the letter as a message keeps it.
func (l Letter) Payload() string {
	raw, err := json.Marshal(l)
	if err != nil {
		panic("outbox: a letter is plain text: " + err.Error())
	}
	return string(raw)
}

// Leavable gives the letter the headers by which mail programs offer to stop
// such mails: a page for people, and one press for the program.
func (l Letter) Leavable(page string) Letter {
	l.Headers = map[string]string{"List-Unsubscribe": "<" + page + ">", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
	return l
}

// LeavableBy is the same where there is no page: a mail to the mailbox that is
// read, with a subject that says it all.
func (l Letter) LeavableBy(address, subject string) Letter {
	l.Headers = map[string]string{"List-Unsubscribe": "<mailto:" + address + "?subject=" + url.PathEscape(strings.TrimSpace(subject)) + ">"}
	return l
}

// Filled is next for messages about subjects of a kind that get their words and
// links only at the moment they leave, so that no link ever lies in the
// database; other messages pass as they are. A *Failure of fill stands; any
// other fault of it means that nothing was handed over yet.
func Filled(next Channel, subjectKind string, purpose Purpose, fill func(ctx context.Context, d Delivery) (Delivery, error)) Channel {
	return filled{next, subjectKind, purpose, fill}
}

type filled struct {
	Channel
	subjectKind string
	purpose     Purpose
	fill        func(ctx context.Context, d Delivery) (Delivery, error)
}

// Send implements Channel.
func (f filled) Send(ctx context.Context, d Delivery) error {
	if d.SubjectKind != f.subjectKind || d.Purpose != f.purpose {
		return f.Channel.Send(ctx, d)
	}
	whole, err := f.fill(ctx, d)
	var failure *Failure
	if errors.As(err, &failure) {
		return failure
	}
	if err != nil {
		return &Failure{Class: Retry, Text: err.Error()}
	}
	return f.Channel.Send(ctx, whole)
}
