package advice

import (
	"context"
	"fmt"

	"regulars/app/kit/cal"
	"regulars/app/sys/db"
	"regulars/app/sys/setting"
	"regulars/app/voice/survey"
)

var (
	sqlActions  = db.SQL(`SELECT actions FROM survey WHERE active = 1 AND actions <> '{}' ORDER BY kind = 'nps' DESC, id LIMIT 20`)
	sqlPromotes = db.SQL(`SELECT EXISTS (SELECT 1 FROM customer_stat WHERE customer_id = ? AND nps >= 9 AND open_cases = 0)`)
	sqlWhom     = db.SQL(`
		SELECT c.name, c.language, e.email, e.contact_id FROM customer c JOIN customer_email e ON e.customer_id = c.id
		WHERE c.id = ? AND c.erased_at IS NULL ORDER BY e.contact_id IS NOT NULL, e.position, e.id LIMIT 1`)
)

// recipient is who is written to.
type recipient struct {
	Name     string `db:"name"`
	Email    string `db:"email"`
	Language string `db:"language"`
	Contact  db.ID  `db:"contact_id"`
}

func recipientOf(ctx context.Context, q db.Q, customer int64) (to recipient, err error) {
	if _, err = db.Found(q.Get(ctx, &to, sqlWhom, customer)); err != nil {
		return to, fmt.Errorf("read the address of customer %d: %w", customer, err)
	}
	return to, nil
}

// reviewPage is where the thank-you of a survey sends the happy; "" when none does.
func reviewPage(ctx context.Context, q db.Q) (string, error) {
	var list []survey.Actions
	if err := q.Select(ctx, &list, sqlActions); err != nil {
		return "", fmt.Errorf("read where reviews are written: %w", err)
	}
	for _, actions := range list {
		for _, a := range actions[survey.HighBand] {
			if a.Kind == survey.ActionReview && a.URL != "" {
				return a.URL, nil
			}
		}
	}
	return "", nil
}

func promoter(ctx context.Context, q db.Q, customer int64) (yes bool, err error) {
	if err = q.Get(ctx, &yes, sqlPromotes, customer); err != nil {
		return false, fmt.Errorf("read what customer %d said: %w", customer, err)
	}
	return yes, nil
}

func day(tx *db.Tx, b setting.Business) cal.Date { return cal.DateOf(tx.Now, b.Zone()) }
