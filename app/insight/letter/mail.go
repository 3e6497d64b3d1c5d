package letter

import (
	"context"
	"fmt"
	"time"

	"regulars/app/kit/slot"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/outbox"
	"regulars/app/sys/setting"
	"regulars/app/sys/view"
)

// stale is how long a letter may wait for the mail server.
const stale = 7 * 24 * time.Hour

// recipients are those chosen who work here and may read a letter today.
func (s *Service) recipients(ctx context.Context, set Settings) ([]*auth.Actor, error) {
	var out []*auth.Actor
	for _, id := range set.Recipients {
		a, _, err := s.Users.Actor(ctx, id)
		if err != nil {
			return nil, fmt.Errorf("read recipient %d: %w", id, err)
		}
		if a == nil {
			continue
		}
		if _, ok := readerOf(a); ok {
			out = append(out, a)
		}
	}
	return out, nil
}

// send queues everybody's mail, each once for an occasion. Who sees a team gets
// the team's letter.
func (s *Service) send(ctx context.Context, tx *db.Tx, b setting.Business, at slot.Slot, made map[int64]Letter, people []*auth.Actor) error {
	for _, a := range people {
		team, _ := readerOf(a)
		l, ok := made[team]
		if !ok {
			continue
		}
		l, err := s.open(ctx, l, a)
		if err != nil {
			return err
		}
		m, err := s.mail(b, l, a, tx.Now)
		if err != nil {
			return fmt.Errorf("write letter %s to user %d: %w", at.Name, a.UserID, err)
		}
		m.DedupeKey = fmt.Sprintf("letter:%s:%s:%d", at.Kind, at.Name, a.UserID)
		if _, _, err := s.Mail.Queue(ctx, tx, m); err != nil {
			return err
		}
	}
	return nil
}

// mail is one letter in its reader's language. It holds the numbers, and its
// picture is made of text, so that it reads the same everywhere.
func (s *Service) mail(b setting.Business, l Letter, a *auth.Actor, now time.Time) (outbox.Message, error) {
	loc := s.View.Bundle().For(a.Locale).In(b.Zone()).At(now)
	data := view.Data{Locale: loc, Business: b.Name}
	data.Title = loc.T("letter.subject", "whose", l.Whose(data), "period", l.Period(data))
	data.Body = mailBody{Letter: l, Name: a.Name, Base: s.BaseURL()}
	plain, rich, err := s.View.Mail("insight/letter-mail", data)
	if err != nil {
		return outbox.Message{}, err
	}
	return outbox.Message{Channel: outbox.Email, Purpose: outbox.Staff, ToAddress: a.Email, ToName: a.Name, UserID: db.ID(a.UserID), Subject: data.Title,
		Payload: outbox.Letter{Text: plain, HTML: rich, AutoSubmitted: true}.Payload(), ExpiresAt: db.At(now.Add(stale))}, nil
}

// mailBody is what the mail's templates get.
type mailBody struct {
	Letter
	Name string
	Base string // "" without an address that leads here
}

// Link is the full address of a place in the house, "" without one.
func (b mailBody) Link(path string) string {
	if b.Base == "" || path == "" {
		return ""
	}
	return b.Base + path
}
