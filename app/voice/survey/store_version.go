package survey

import (
	"context"
	"encoding/json"
	"fmt"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

var (
	sqlVersions   = db.SQL(`SELECT number, document, user_id, created_at FROM survey_version WHERE survey_id = ? ORDER BY number DESC`)
	sqlVersion    = db.SQL(`SELECT number, document, user_id, created_at FROM survey_version WHERE survey_id = ? AND number = ?`)
	sqlNextNumber = db.SQL(`SELECT coalesce(max(number), 0) + 1 FROM survey_version WHERE survey_id = ?`)
	sqlAddVersion = db.SQL(`INSERT INTO survey_version (survey_id, number, document, user_id, created_at) VALUES (?, ?, ?, ?, ?)`)
	sqlSetDraft   = db.SQL(`UPDATE survey SET draft = ?, updated_at = ?, version = version + 1 WHERE id = ? AND version = ?`)
)

func addVersion(ctx context.Context, tx *db.Tx, survey int64, d Document) (int, error) {
	var number int
	if err := tx.Get(ctx, &number, sqlNextNumber, survey); err != nil {
		return 0, fmt.Errorf("number a version of survey %d: %w", survey, err)
	}
	raw, err := json.Marshal(d)
	if err != nil {
		return 0, fmt.Errorf("encode survey %d: %w", survey, err)
	}
	if _, err := tx.Insert(ctx, sqlAddVersion, survey, number, string(raw), db.ID(auth.From(ctx).UserID), db.At(tx.Now)); err != nil {
		return 0, fmt.Errorf("publish version %d of survey %d: %w", number, survey, err)
	}
	return number, nil
}
