package channel

import (
	"context"
	"strings"
	"time"

	"regulars/app/kit/id"
	"regulars/app/sys/db"
	"regulars/app/sys/outbox"
	"regulars/app/sys/setting"
	"regulars/app/sys/view"
)

// span is a stretch of a paragraph, perhaps a link.
type span struct{ Text, Href string }

// letterBody is the Body of settings/letter: a few paragraphs.
type letterBody struct {
	Text       string
	Paragraphs [][]span
}

// QueueSecurity queues a mail about somebody's own account. The keys are i18n
// keys, args fill both; an argument named "link" becomes a link.
func (s *Service) QueueSecurity(ctx context.Context, tx *db.Tx, to, name, locale, subjectKey, textKey string, args ...any) error {
	subject, letter, err := s.plain(ctx, tx, locale, subjectKey, textKey, args)
	if err != nil {
		return err
	}
	_, _, err = s.outbox.Queue(ctx, tx, outbox.Message{DedupeKey: "security:" + id.Token(12), Channel: outbox.Email, Purpose: outbox.Security,
		ToAddress: to, ToName: name, Subject: subject, Payload: letter.Payload(), ExpiresAt: db.At(tx.Now.Add(2 * time.Hour))})
	return err
}

// plain is a letter of the house made of one i18n text, paragraphs divided by
// an empty line.
func (s *Service) plain(ctx context.Context, q db.Q, locale, subjectKey, textKey string, args []any) (string, outbox.Letter, error) {
	business, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return "", outbox.Letter{}, err
	}
	if locale == "" {
		locale = business.Locale
	}
	args = append([]any{"business", business.Name}, args...)
	l := s.view.Bundle().For(locale)
	subject, text := l.T(subjectKey, args...), l.T(textKey, args...)
	plain, rich, err := s.view.Mail("settings/letter", view.Data{Title: subject, Business: business.Name, Locale: l,
		Body: letterBody{Text: text, Paragraphs: paragraphs(text, linkOf(args))}})
	return subject, outbox.Letter{Text: plain, HTML: rich, AutoSubmitted: true}, err
}

func linkOf(args []any) string {
	for i := 0; i+1 < len(args); i += 2 {
		if link, ok := args[i+1].(string); ok && args[i] == "link" {
			return link
		}
	}
	return ""
}

func paragraphs(text, link string) [][]span {
	var out [][]span
	for _, p := range strings.Split(text, "\n\n") {
		before, after, found := strings.Cut(p, link)
		if link == "" || !found {
			out = append(out, []span{{Text: p}})
			continue
		}
		out = append(out, []span{{Text: before}, {Text: link, Href: link}, {Text: after}})
	}
	return out
}
