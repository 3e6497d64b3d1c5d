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

var (
	sqlAnswersOf  = db.SQL(`SELECT count(*) FROM survey_response WHERE survey_id = ? AND survey_version = ?`)
	sqlVersionUse = db.SQL(`
		SELECT v.number, coalesce(u.name, '') AS author,
			(SELECT count(*) FROM survey_response r WHERE r.survey_id = v.survey_id AND r.survey_version = v.number) AS n
		FROM survey_version v LEFT JOIN user u ON u.id = v.user_id WHERE v.survey_id = ?`)
)

// versionUse is who published a version and how many have answered it.
type versionUse struct {
	Number int    `db:"number"`
	Author string `db:"author"`
	N      int    `db:"n"`
}

func (s *Service) answersByVersion(ctx context.Context, survey int64) (map[int]versionUse, error) {
	var list []versionUse
	if err := s.db.Reader(ctx).Select(ctx, &list, sqlVersionUse, survey); err != nil {
		return nil, fmt.Errorf("count the answers to the versions of survey %d: %w", survey, err)
	}
	out := map[int]versionUse{}
	for _, use := range list {
		out[use.Number] = use
	}
	return out, nil
}
