package topic

import (
	"context"
	"fmt"

	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

const columns = `t.id, t.name_en, t.name_zh, t.words, t.team_id, t.active, t.created_at, t.updated_at, t.version,
	(SELECT count(*) FROM topic_hit h WHERE h.topic_id = t.id AND h.response_id IS NOT NULL) AS hits,
	(SELECT count(*) FROM topic_hit h WHERE h.topic_id = t.id AND h.review_id IS NOT NULL) AS reviews`

var list = field.List{
	Columns: columns, From: "topic t", ID: "t.id", Sort: "id",
	Fields: []field.Field{
		{Name: "name_en", Label: "topic.name_en", Kind: field.Text, Column: "t.name_en"},
		{Name: "name_zh", Label: "topic.name_zh", Kind: field.Text, Column: "t.name_zh"},
		{Name: "active", Label: "topic.active", Kind: field.Bool, Column: "t.active"},
		{Name: "team_id", Label: "topic.team", Kind: field.Ref, Column: "t.team_id"},
		{Name: "created_at", Label: "common.created", Kind: field.Time, Column: "t.created_at"},
		{Name: "updated_at", Label: "common.updated", Kind: field.Time, Column: "t.updated_at"},
	},
}

var (
	sqlGet    = db.SQL(`SELECT ` + columns + ` FROM topic t WHERE t.id = ?`)
	sqlActive = db.SQL(`SELECT ` + columns + ` FROM topic t WHERE t.active = 1 ORDER BY t.id`)
	sqlNamed  = db.SQL(`SELECT count(*) FROM topic WHERE name_en = ? OR name_zh = ? AND name_zh <> ''`)
	sqlInsert = db.SQL(`INSERT INTO topic (name_en, name_zh, words, team_id, active, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)`)
	sqlUpdate = db.SQL(`
		UPDATE topic SET name_en = ?, name_zh = ?, words = ?, team_id = ?, active = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlDelete = db.SQL(`DELETE FROM topic WHERE id = ?`)
	sqlTeams  = db.SQL(`SELECT id, name FROM team ORDER BY name, id`)
	sqlAgain  = db.SQL(`INSERT OR IGNORE INTO topic_due (response_id) SELECT id FROM survey_response WHERE comment <> '' OR answers <> '{}'`)
	sqlDue    = db.SQL(`
		SELECT d.response_id AS id, r.comment || char(10) || coalesce((SELECT group_concat(a.words, char(10)) FROM survey_answer a WHERE a.response_id = r.id AND a.words <> ''), '') AS said
		FROM topic_due d JOIN survey_response r ON r.id = d.response_id ORDER BY d.response_id LIMIT ?`)
	sqlForget = db.SQL(`DELETE FROM topic_hit WHERE response_id = ?`)
	sqlHit    = db.SQL(`INSERT INTO topic_hit (topic_id, response_id, word) VALUES (?, ?, ?)`)
	sqlSeen   = db.SQL(`DELETE FROM topic_due WHERE response_id = ?`)

	sqlAgainReviews = db.SQL(`INSERT OR IGNORE INTO topic_review_due (review_id) SELECT id FROM review WHERE words <> ''`)
	sqlDueReviews   = db.SQL(`SELECT d.review_id AS id, w.words AS said FROM topic_review_due d JOIN review w ON w.id = d.review_id ORDER BY d.review_id LIMIT ?`)
	sqlForgetReview = db.SQL(`DELETE FROM topic_hit WHERE review_id = ?`)
	sqlHitReview    = db.SQL(`INSERT INTO topic_hit (topic_id, review_id, word) VALUES (?, ?, ?)`)
	sqlSeenReview   = db.SQL(`DELETE FROM topic_review_due WHERE review_id = ?`)
)

func get(ctx context.Context, q db.Q, id int64) (Topic, error) {
	var t Topic
	err := q.Get(ctx, &t, sqlGet, id)
	return t, db.OrNotFound(err)
}

func insert(ctx context.Context, tx *db.Tx, in Input) (int64, error) {
	id, err := tx.Insert(ctx, sqlInsert, in.NameEN, in.NameZH, in.Words, db.ID(in.TeamID), in.Active, db.At(tx.Now), db.At(tx.Now))
	if err != nil {
		return 0, fmt.Errorf("keep topic %q: %w", in.NameEN, err)
	}
	return id, nil
}

// again asks for every answer to be looked through once more.
func again(ctx context.Context, tx *db.Tx) error {
	if _, err := tx.Exec(ctx, sqlAgain); err != nil {
		return fmt.Errorf("look through all answers again: %w", err)
	}
	if _, err := tx.Exec(ctx, sqlAgainReviews); err != nil {
		return fmt.Errorf("look through all reviews again: %w", err)
	}
	return nil
}

// source is where texts come from: answers to surveys, or reviews.
type source struct{ due, forget, hit, seen string }

var sources = []source{{sqlDue, sqlForget, sqlHit, sqlSeen}, {sqlDueReviews, sqlForgetReview, sqlHitReview, sqlSeenReview}}

// due is a text to look through.
type due struct {
	ID   int64  `db:"id"`
	Said string `db:"said"`
}

// look writes down what the texts speak of.
func (s source) look(ctx context.Context, tx *db.Tx, answers []due, topics []Matcher) error {
	for _, a := range answers {
		if _, err := tx.Exec(ctx, s.forget, a.ID); err != nil {
			return fmt.Errorf("forget the topics of answer %d: %w", a.ID, err)
		}
		h := hay(a.Said)
		for _, m := range topics {
			word, ok := m.in(h)
			if !ok {
				continue
			}
			if _, err := tx.Exec(ctx, s.hit, m.id, a.ID, word); err != nil {
				return fmt.Errorf("keep a topic of answer %d: %w", a.ID, err)
			}
		}
		if _, err := tx.Exec(ctx, s.seen, a.ID); err != nil {
			return fmt.Errorf("note that answer %d was looked through: %w", a.ID, err)
		}
	}
	return nil
}
