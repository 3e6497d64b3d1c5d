package survey

import (
	"context"
	"fmt"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

var (
	sqlDesk  = db.SQL(`SELECT id FROM survey_invitation WHERE state IN ('queued', 'deferred') AND channel = 'sms' ORDER BY id`)
	sqlTexts = db.List(`
		SELECT ` + invitationColumns + ` FROM ` + invitationFrom + `
		WHERE i.state IN ('queued', 'deferred') AND i.channel = 'sms' AND ` + auth.CustomerSQL + ` ORDER BY i.due_at, i.id LIMIT ?`)
	sqlPhoneOf = db.SQL(`
		SELECT coalesce(nullif(p.e164, ''), p.raw) FROM customer_phone p WHERE p.customer_id = ? AND coalesce(p.contact_id, 0) = ?
		ORDER BY p.position, p.id LIMIT 1`)
)

var sqlByText = db.SQL(`UPDATE survey_invitation SET channel = 'sms' WHERE id = ?`)

// noText is why somebody cannot be asked by text message, "" when they can.
func (s *Service) noText(ctx context.Context, q db.Q, customer, contact int64) (string, error) {
	phone, err := phoneOf(ctx, q, customer, contact)
	if err != nil {
		return "", err
	}
	if phone == "" {
		return reasonNoPhone, nil
	}
	ok, reason, err := s.d.Consent.May(ctx, q, customer, contact, purpose, bySMS)
	if err != nil || ok {
		return "", err
	}
	return reason, nil
}

func phoneOf(ctx context.Context, q db.Q, customer, contact int64) (string, error) {
	var phone string
	if _, err := db.Found(q.Get(ctx, &phone, sqlPhoneOf, customer, contact)); err != nil {
		return "", fmt.Errorf("read the phone of customer %d: %w", customer, err)
	}
	return phone, nil
}
