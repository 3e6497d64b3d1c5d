// The desk for text messages. Regulars sends none: it writes the text, a colleague
// copies it or opens it in their own phone, sends it, and says so. The link in it
// is as long as any other, because a short one could be guessed.

package survey

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf16"

	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
)

const (
	bySMS         = "sms" // of consent
	reasonToCopy  = "to_copy"
	reasonNoPhone = "no_phone"
	maxTexts      = 100
)

// gsm are the characters of the GSM alphabet; those of twice count two.
const (
	gsm      = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmTwice = "^{}\\[~]|€"
)

// measure tells how long a text message is and of how many parts: 160 characters,
// or 153 in each of several; of any other alphabet 70, or 67.
func measure(message string) (length, parts int) {
	one, many := 160, 153
	for _, r := range message {
		switch {
		case strings.ContainsRune(gsm, r):
			length++
		case strings.ContainsRune(gsmTwice, r):
			length += 2
		default:
			one, many = 70, 67
			length = len(utf16.Encode([]rune(message)))
			return length, pieces(length, one, many)
		}
	}
	return length, pieces(length, one, many)
}

func pieces(n, one, many int) int {
	if n <= one {
		return 1
	}
	return (n + many - 1) / many
}

// SMSText is a message to send by hand.
type SMSText struct {
	Invitation Invitation
	Phone      string // "" when the reader sees numbers masked
	Shown      string // the number as the reader may see it
	Text       string
	Length     int
	Parts      int
}

// toDesk hands an invitation to the desk, or says why that cannot be.
func (s *Service) toDesk(ctx context.Context, tx *db.Tx, i *Invitation) error {
	ok, reason, err := s.d.Consent.May(ctx, tx, i.CustomerID, int64(i.ContactID), purpose, bySMS)
	if err != nil {
		return err
	}
	phone, err := phoneOf(ctx, tx, i.CustomerID, int64(i.ContactID))
	if err != nil {
		return err
	}
	if ok && phone == "" {
		ok, reason = false, reasonNoPhone
	}
	if !ok {
		return s.settle(ctx, tx, i, Refused, reason)
	}
	if reason, err = s.early(ctx, tx, *i, tx.Now); err != nil {
		return err
	}
	state := Deferred
	if reason == "" {
		state, reason = Queued, reasonToCopy
	}
	if i.State == state && i.Reason == reason {
		return nil
	}
	return s.settle(ctx, tx, i, state, reason)
}

// deskDue looks again at the text messages that wait: at those for whom it was
// too soon, and at those for whom it has become so.
func (s *Service) deskDue(ctx context.Context) error {
	return s.each(ctx, "survey.desk", sqlDesk, nil, func(ctx context.Context, tx *db.Tx, i *Invitation) error {
		if i.Channel != SMS || !i.waiting() {
			return nil
		}
		return s.toDesk(ctx, tx, i)
	})
}

// Texts are the messages that wait to be sent by hand, the oldest first. Links
// lead to base.
func (s *Service) Texts(ctx context.Context, base string) ([]SMSText, error) {
	if err := auth.From(ctx).May(Ask); err != nil {
		return nil, err
	}
	q := s.db.Reader(ctx)
	var list []Invitation
	if err := q.Select(ctx, &list, sqlTexts, append(auth.From(ctx).Scope().Args(), maxTexts)...); err != nil {
		return nil, fmt.Errorf("list text messages to send: %w", err)
	}
	var out []SMSText
	for _, i := range list {
		reason, err := s.early(ctx, q, i, s.db.Now())
		if err != nil {
			return nil, err
		}
		if reason != "" {
			continue // the next look takes it from the desk
		}
		one, err := s.text(ctx, q, i, base)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

// Text is the message of one invitation.
func (s *Service) Text(ctx context.Context, id int64, base string) (SMSText, error) {
	if err := auth.From(ctx).May(Ask); err != nil {
		return SMSText{}, err
	}
	q := s.db.Reader(ctx)
	i, err := s.visible(ctx, q, id)
	if err != nil {
		return SMSText{}, err
	}
	if i.Channel != SMS || !i.waiting() {
		return SMSText{}, errs.NotVisible()
	}
	if reason, err := s.early(ctx, q, i, s.db.Now()); err != nil {
		return SMSText{}, err
	} else if reason != "" {
		return SMSText{}, errs.New(errs.Conflict, "reason."+reason)
	}
	return s.text(ctx, q, i, base)
}

func (s *Service) text(ctx context.Context, q db.Q, i Invitation, base string) (SMSText, error) {
	out := SMSText{Invitation: i}
	b, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return out, err
	}
	v, err := readSurvey(ctx, q, i.SurveyID)
	if err != nil {
		return out, err
	}
	asks, err := s.words(ctx, q, v, i.Language)
	if err != nil {
		return out, err
	}
	if out.Phone, err = phoneOf(ctx, q, i.CustomerID, int64(i.ContactID)); err != nil {
		return out, err
	}
	out.Shown = out.Phone
	if auth.From(ctx).Masked() {
		out.Shown, out.Phone = text.Mask(out.Phone), ""
	}
	out.Text = s.d.View.Bundle().For(i.Language).T("survey.sms.text", "business", b.Name, "question", asks.Question, "link", base+path(s.tokens.of(i.ID, i.Nonce)))
	out.Length, out.Parts = measure(out.Text)
	return out, nil
}

// SentByHand notes that a colleague has sent the text message. Whoever objected
// since was asked too late, and the press says so; so it does when it is too soon
// to ask them at all.
func (s *Service) SentByHand(ctx context.Context, id int64) (Invitation, error) {
	if err := auth.From(ctx).May(Ask); err != nil {
		return Invitation{}, err
	}
	return db.WriteOne(ctx, s.db, "invitation.sent", func(ctx context.Context, tx *db.Tx) (Invitation, error) {
		i, err := s.visible(ctx, tx, id)
		if err != nil {
			return i, err
		}
		if i.Channel != SMS || !i.waiting() {
			return i, errs.New(errs.Conflict, "survey.error.not_waiting")
		}
		if reason, err := s.early(ctx, tx, i, tx.Now); err != nil {
			return i, err
		} else if reason != "" {
			return i, errs.New(errs.Conflict, "reason."+reason)
		}
		journal.About(tx, "customer", i.CustomerID, i.CustomerName)
		i.Reason = ""
		err = s.handed(ctx, tx, &i, 0)
		return i, err
	})
}

// Spared notes that a colleague will not send it.
func (s *Service) Spared(ctx context.Context, id int64) (Invitation, error) {
	if err := auth.From(ctx).May(Ask); err != nil {
		return Invitation{}, err
	}
	return db.WriteOne(ctx, s.db, "invitation.spare", func(ctx context.Context, tx *db.Tx) (Invitation, error) {
		i, err := s.visible(ctx, tx, id)
		if err != nil {
			return i, err
		}
		if i.Channel != SMS || !i.waiting() {
			return i, errs.New(errs.Conflict, "survey.error.not_waiting")
		}
		journal.About(tx, "customer", i.CustomerID, i.CustomerName)
		return i, s.settle(ctx, tx, &i, Refused, "by_hand")
	})
}
