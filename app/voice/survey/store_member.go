package survey

import (
	"context"
	"errors"
	"fmt"

	"regulars/app/sys/db"
)

// What a sending to many asks of surveys (voice/wave).

var (
	sqlWaveWaits = db.SQL(`
		SELECT ` + invitationColumns + ` FROM ` + invitationFrom + ` WHERE i.wave_id = ? AND i.state IN ('queued', 'deferred')
			AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.subject_kind = 'invitation' AND o.subject_id = i.id AND o.state = 'sending') -- it is leaving
		ORDER BY i.id LIMIT ?`)
	sqlForget = db.SQL(`DELETE FROM survey_invitation WHERE id = ?`)
)

// byText stands on a member who is asked by text message.
const byText = "by_text"

// campaign is what a transaction over many members remembers their survey by.
type campaign int64

// Spare says who of a customer would be asked by a survey, and why nobody can
// be. Who can is asked by mail ("") or, with texts, by text message ("by_text").
func (s *Service) Spare(ctx context.Context, q db.Q, survey, customerID int64, texts bool) (contact int64, ask bool, reason string, err error) {
	var c customer
	if found, err := db.Found(q.Get(ctx, &c, sqlAnyCustomer, customerID)); err != nil || !found {
		return 0, false, "gone", err
	}
	now := s.db.Now()
	if tx := db.From(ctx); tx != nil {
		now = tx.Now
	}
	o, err := s.obstacle(ctx, q, survey, texts, c, 0, now)
	if ask = o.reason == ""; ask && o.by == SMS {
		o.reason = byText
	}
	return o.who.Contact, ask, o.reason, err
}

// AskMember invites a member of a wave: once, whatever happens. It tells whether
// there is an invitation now, or why there is none.
func (s *Service) AskMember(ctx context.Context, tx *db.Tx, survey, wave, customerID, contact int64, texts bool) (asked bool, reason string, err error) {
	var c customer
	if found, err := db.Found(tx.Get(ctx, &c, sqlAnyCustomer, customerID)); err != nil || !found {
		return false, "gone", err
	}
	v, err := db.Once(tx, campaign(survey), func() (Survey, error) { return readSurvey(ctx, tx, survey) })
	if err != nil {
		return false, "", err
	}
	who := person{Contact: contact, Name: c.Name}
	if contact != 0 {
		if found, err := db.Found(tx.Get(ctx, &who.Name, sqlContact, contact, c.ID)); err != nil || !found {
			return false, "gone", err
		}
	}
	if who.Email, err = emailOf(ctx, tx, c.ID, contact); err != nil {
		return false, "", err
	}
	by, said := Email, ""
	if who.Email == "" && texts {
		by, said = SMS, byText
	}
	i, err := s.make(ctx, tx, plan{survey: v, wave: wave, customer: c, contact: contact, channel: by, period: fmt.Sprintf("wave:%d", wave)})
	if errors.Is(err, errAsked) {
		return true, said, nil
	}
	if err != nil {
		return false, "", err
	}
	if err := s.hand(ctx, tx, &i, who, v, options{}); err != nil {
		return false, "", err
	}
	if i.State == Refused || i.State == Failed {
		return false, i.Reason, nil
	}
	return true, said, nil
}

// TakeBack ends what still waits of a wave, at most limit, and tells whose it
// was. With again nothing is left of it, so that the wave can ask them once more.
func (s *Service) TakeBack(ctx context.Context, tx *db.Tx, wave int64, again bool, limit int) ([]int64, error) {
	var waiting []Invitation
	if err := tx.Select(ctx, &waiting, sqlWaveWaits, wave, limit); err != nil {
		return nil, fmt.Errorf("list what waits of wave %d: %w", wave, err)
	}
	var out []int64
	for _, i := range waiting {
		if err := s.d.Outbox.Cancel(ctx, subjectKind, i.ID); err != nil {
			return nil, err
		}
		out = append(out, i.CustomerID)
		if !again {
			if err := s.settle(ctx, tx, &i, Refused, "wave_stopped"); err != nil {
				return nil, err
			}
			continue
		}
		if _, err := tx.Exec(ctx, sqlForget, i.ID); err != nil {
			return nil, fmt.Errorf("forget invitation %d: %w", i.ID, err)
		}
	}
	return out, nil
}
