package lead

import (
	"context"
	"encoding/json"
	"fmt"

	"regulars/app/sys/db"
	"regulars/app/sys/setting"
)

var (
	sqlScoreRules = db.SQL(`SELECT id, field, test, value, points, active, created_at, updated_at, version FROM lead_score_rule ORDER BY id`)
	sqlScoreRule  = db.SQL(`SELECT id, field, test, value, points, active, created_at, updated_at, version FROM lead_score_rule WHERE id = ?`)
	sqlAddScore   = db.SQL(`INSERT INTO lead_score_rule (field, test, value, points, active, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)`)
	sqlSetScore   = db.SQL(`UPDATE lead_score_rule SET field = ?, test = ?, value = ?, points = ?, active = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlDropScore  = db.SQL(`DELETE FROM lead_score_rule WHERE id = ?`)
	sqlFit        = db.SQL(`SELECT fit FROM lead_score_fit WHERE id = 1`)
	sqlPutFit     = db.SQL(`INSERT INTO lead_score_fit (id, fit, fitted_at) VALUES (1, ?, ?) ON CONFLICT (id) DO UPDATE SET fit = excluded.fit, fitted_at = excluded.fitted_at`)
	sqlScore      = db.SQL(`UPDATE lead SET score = ? WHERE id = ?`)
	sqlBatch      = db.SQL(`
		SELECT ` + columns + ` FROM ` + from + ` WHERE l.id > ? AND (? OR l.id IN (SELECT value FROM json_each(?))) ORDER BY l.id LIMIT ?`)
	// sqlEnded are the newest five thousand; more teach nothing that is true today.
	sqlEnded = db.SQL(`
		SELECT ` + columns + `, (l.state = 'converted') AND coalesce(d.result, 'won') = 'won' AS won FROM ` + from + `
		WHERE l.state = 'disqualified' OR l.state = 'converted' AND coalesce(d.result, 'won') <> 'open' ORDER BY l.received_at DESC, l.id DESC LIMIT 5000`)
)

func scoreRules(ctx context.Context, q db.Q) ([]ScoreRule, error) {
	out := []ScoreRule{}
	if err := q.Select(ctx, &out, sqlScoreRules); err != nil {
		return nil, fmt.Errorf("list the rules of the score: %w", err)
	}
	return out, nil
}

func scoreRule(ctx context.Context, q db.Q, id int64) (r ScoreRule, err error) {
	return r, db.OrNotFound(q.Get(ctx, &r, sqlScoreRule, id))
}

func putScoreRule(ctx context.Context, tx *db.Tx, r *ScoreRule) (err error) {
	args := []any{r.Field, r.Test, r.Value, r.Points, r.Active}
	if r.ID == 0 {
		r.ID, err = tx.Insert(ctx, sqlAddScore, append(args, db.At(tx.Now), db.At(tx.Now))...)
	} else {
		_, err = tx.Exec(ctx, sqlSetScore, append(args, db.At(tx.Now), r.ID)...)
	}
	if err != nil {
		return fmt.Errorf("store a rule of the score: %w", err)
	}
	return nil
}

func dropScoreRule(ctx context.Context, tx *db.Tx, id int64) error {
	if _, err := tx.Exec(ctx, sqlDropScore, id); err != nil {
		return fmt.Errorf("delete rule %d of the score: %w", id, err)
	}
	return nil
}

// fitNow is what was learned last.
func fitNow(ctx context.Context, q db.Q) (Fit, error) {
	f := Fit{}
	if _, err := db.Found(q.Get(ctx, &f, sqlFit)); err != nil {
		return f, fmt.Errorf("read what the leads taught: %w", err)
	}
	return f, nil
}

func putFit(ctx context.Context, tx *db.Tx, f Fit) error {
	if _, err := tx.Exec(ctx, sqlPutFit, f.JSON(), db.At(tx.Now)); err != nil {
		return fmt.Errorf("keep what the leads taught: %w", err)
	}
	return nil
}

func scoringOf(ctx context.Context, q db.Q) (set ScoreSettings, err error) {
	return set, setting.Get(ctx, q, scoreSetting, &set)
}

func putScoring(ctx context.Context, tx *db.Tx, set ScoreSettings) error {
	return setting.Put(ctx, tx, scoreSetting, set)
}

func jsonIDs(ids []int64) string {
	b, err := json.Marshal(append([]int64{}, ids...))
	if err != nil {
		return "[]"
	}
	return string(b)
}
