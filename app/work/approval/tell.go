package approval

// Who is told: the approvers by the bell and by mail, the asker by the bell. A
// mail only leads to the page; nothing is decided without signing in.

import (
	"context"
	"fmt"

	"regulars/app/staff/notify"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/outbox"
	"regulars/app/sys/setting"
	"regulars/app/sys/view"
)

func (s *Service) tellAsked(ctx context.Context, tx *db.Tx, a Approval, step int64, who []decider) error {
	for _, d := range who {
		key := fmt.Sprintf("approval:%d:%d:%d", a.ID, step, d.ID)
		if err := s.Notices.Tell(ctx, tx, notify.Notice{UserID: d.ID, Kind: notify.ApprovalAsked, SubjectKind: subject, SubjectID: a.ID,
			Label: a.Title, Args: map[string]any{"who": a.AskerName}, DedupeKey: key}); err != nil {
			return err
		}
		if err := s.post(ctx, tx, a, d, key); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) tellDecided(ctx context.Context, tx *db.Tx, a Approval, state string) error {
	return s.Notices.Tell(ctx, tx, notify.Notice{UserID: a.AskerID, Kind: notify.ApprovalDecided, SubjectKind: subject, SubjectID: a.ID,
		Label: a.Title, Args: map[string]any{"who": auth.From(ctx).Name, "what": state}})
}

// mailBody is what the mail's templates get.
type mailBody struct {
	Name     string
	Approval Approval
	Link     string
}

// post mails an approver where the page is; without an address of the house
// nothing with a link leaves.
func (s *Service) post(ctx context.Context, tx *db.Tx, a Approval, d decider, key string) error {
	base := s.BaseURL()
	if base == "" || d.Email == "" {
		return nil
	}
	business, err := setting.ReadBusiness(ctx, tx)
	if err != nil {
		return err
	}
	if d.Locale == "" {
		d.Locale = business.Locale
	}
	l := s.View.Bundle().For(d.Locale).In(business.Zone()).At(tx.Now)
	title := l.T("approval.mail.subject", "who", a.AskerName, "what", l.T("approval.kind."+a.Kind))
	plain, rich, err := s.View.Mail("work/approval-mail", view.Data{Title: title, Locale: l, Business: business.Name,
		Body: mailBody{Name: d.Name, Approval: a, Link: base + Path(a.ID)}})
	if err != nil {
		return err
	}
	_, _, err = s.Mail.Queue(ctx, tx, outbox.Message{DedupeKey: key, Channel: outbox.Email, Purpose: outbox.Staff, ToAddress: d.Email, ToName: d.Name,
		UserID: db.ID(d.ID), Subject: title, Payload: outbox.Letter{Text: plain, HTML: rich, AutoSubmitted: true}.Payload(),
		SubjectKind: subject, SubjectID: db.ID(a.ID)})
	return err
}
