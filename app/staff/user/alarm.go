package user

import (
	"context"
	"time"

	"regulars/app/sys/db"
	"regulars/app/sys/event"
)

// Who is told when somebody keeps failing at their door: after ten refusals
// within an hour, once an hour at most.
const (
	alarmAfter  = 10
	alarmWindow = time.Hour
)

// Besieged: somebody failed many times to sign in as this person.
type Besieged struct {
	UserID int64 `json:"user_id"`
	Tries  int   `json:"count"`
}

// Meta implements event.Fact.
func (f Besieged) Meta() event.Meta {
	return event.Meta{Kind: "user.besieged", SubjectKind: "user", SubjectID: f.UserID}
}

// watch counts a refusal, also for accounts that do not exist, so that both
// take as long; what follows from it happens after the answer.
func (s *Service) watch(ctx context.Context, account string, u User) error {
	return s.db.Write(ctx, "user.watch", func(ctx context.Context, tx *db.Tx) error {
		n, err := s.throttle.Watch(ctx, tx, account, alarmWindow)
		if err != nil || n != alarmAfter || u.Status != Active {
			return err
		}
		return s.events.Publish(ctx, tx, Besieged{UserID: u.ID, Tries: n})
	})
}

// alarm mails the person whose account it is; the notification slice tells
// them inside the product.
func (s *Service) alarm() event.Subscriber {
	return event.Subscriber{Name: "user_alarm", Kinds: []string{"user.besieged"}, Fresh: true, Handle: func(ctx context.Context, tx *db.Tx, e event.Envelope) error {
		u, err := byID(ctx, tx, int64(e.SubjectID))
		if err != nil || u.Status != Active || s.mailer == nil {
			return err
		}
		return s.mailer.QueueSecurity(ctx, tx, u.Email, u.Name, u.Locale, "mail.besieged.subject", "mail.besieged.text", "name", u.Name, "n", alarmAfter)
	}}
}
