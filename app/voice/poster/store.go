package poster

import (
	"context"
	"fmt"

	"regulars/app/kit/id"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

const (
	columns = `p.id, p.survey_id, s.name AS survey_name, s.anonymous, p.kind, p.name, p.place, p.product_id, g.name AS product_name, p.rated_id, u.name AS rated_name,
		p.origins, p.repeat_minutes, p.contact, p.active, p.nonce, p.user_id, p.created_at, p.updated_at, p.version`
	tables = `poster p JOIN survey s ON s.id = p.survey_id LEFT JOIN product g ON g.id = p.product_id LEFT JOIN user u ON u.id = p.rated_id`
)

var list = field.List{
	Columns: columns, From: tables, ID: "p.id", Sort: "id",
	Fields: []field.Field{
		{Name: "survey_id", Label: "survey.survey", Kind: field.Ref, Column: "p.survey_id"},
		{Name: "kind", Label: "poster.kind", Kind: field.Choice, Column: "p.kind", Choices: Kinds},
		{Name: "product_id", Label: "poster.product", Kind: field.Ref, Column: "p.product_id"},
		{Name: "rated_id", Label: "poster.rated", Kind: field.Ref, Column: "p.rated_id"},
		{Name: "active", Label: "poster.active", Kind: field.Bool, Column: "p.active"},
		{Name: "updated_at", Label: "common.updated", Kind: field.Time, Column: "p.updated_at"},
	},
}

var (
	sqlGet     = db.SQL(`SELECT ` + columns + ` FROM ` + tables + ` WHERE p.id = ?`)
	sqlByToken = db.SQL(`SELECT ` + columns + ` FROM ` + tables + ` WHERE p.token_hash = ?`)
	sqlInsert  = db.SQL(`
		INSERT INTO poster (survey_id, kind, name, place, product_id, rated_id, origins, repeat_minutes, contact, active, token_hash, nonce, user_id, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlUpdate = db.SQL(`
		UPDATE poster SET survey_id = ?, kind = ?, name = ?, place = ?, product_id = ?, rated_id = ?, origins = ?, repeat_minutes = ?, contact = ?, active = ?,
			updated_at = ?, version = version + 1
		WHERE id = ?`)
	sqlRenew  = db.SQL(`UPDATE poster SET token_hash = ?, nonce = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlDelete = db.SQL(`DELETE FROM poster WHERE id = ?`)
	sqlCounts = db.SQL(`SELECT poster_id AS id, count(*) AS n FROM survey_response WHERE poster_id IS NOT NULL GROUP BY poster_id`)
	sqlExists = db.SQL(`
		SELECT EXISTS (SELECT 1 FROM survey WHERE id = ?) AS survey, ?2 = 0 OR EXISTS (SELECT 1 FROM product WHERE id = ?2) AS product,
			?3 = 0 OR EXISTS (SELECT 1 FROM user WHERE id = ?3 AND status = 'active') AS rated`)
	sqlProducts = db.List(`SELECT id, name FROM product ORDER BY id = ? DESC, name, id LIMIT 300`)
	sqlStaff    = db.SQL(`SELECT id, name FROM user WHERE status = 'active' ORDER BY name, id`)

	sqlGuest = db.SQL(`
		SELECT g.id, g.response_id, g.name, g.phone, g.email, g.notice, g.customer_id, c.name AS customer_name, g.created_at, r.score, s.kind, r.comment,
			r.poster_id, coalesce(nullif(p.place, ''), p.name) AS place, (SELECT k.id FROM feedback_case k WHERE k.response_id = r.id) AS case_id
		FROM poster_guest g JOIN survey_response r ON r.id = g.response_id JOIN survey s ON s.id = r.survey_id
			LEFT JOIN poster p ON p.id = r.poster_id LEFT JOIN customer c ON c.id = g.customer_id
		WHERE g.response_id = ? AND (g.customer_id IS NULL OR ` + auth.CustomerSQL + `)`)
	sqlGuests = db.List(`
		SELECT g.id, g.response_id, g.name, g.phone, g.email, g.notice, g.customer_id, c.name AS customer_name, g.created_at, r.score, s.kind, r.comment,
			r.poster_id, coalesce(nullif(p.place, ''), p.name) AS place, (SELECT k.id FROM feedback_case k WHERE k.response_id = r.id) AS case_id
		FROM poster_guest g CROSS JOIN survey_response r ON r.id = g.response_id JOIN survey s ON s.id = r.survey_id
			LEFT JOIN poster p ON p.id = r.poster_id LEFT JOIN customer c ON c.id = g.customer_id
		WHERE g.customer_id IS NULL ORDER BY g.id DESC LIMIT 100`)
	sqlLeave = db.SQL(`
		INSERT INTO poster_guest (response_id, name, phone, email, notice, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (response_id) DO UPDATE SET name = excluded.name, phone = excluded.phone, email = excluded.email, notice = excluded.notice,
			updated_at = excluded.updated_at, version = poster_guest.version + 1`)
	sqlKnown = db.SQL(`UPDATE poster_guest SET customer_id = ?, updated_at = ?, version = version + 1 WHERE response_id = ?`)
)

func get(ctx context.Context, q db.Q, id int64) (Poster, error) {
	var p Poster
	err := db.OrNotFound(q.Get(ctx, &p, sqlGet, id))
	return p, err
}

func byToken(ctx context.Context, q db.Q, token string) (Poster, error) {
	var p Poster
	err := db.OrNotFound(q.Get(ctx, &p, sqlByToken, id.Hash(token)))
	return p, err
}

func insert(ctx context.Context, tx *db.Tx, in Input, hash, nonce string) (int64, error) {
	n, err := tx.Insert(ctx, sqlInsert, in.SurveyID, in.Kind, in.Name, in.Place, db.ID(in.ProductID), db.ID(in.RatedID), in.Origins, in.RepeatMinutes,
		in.Contact, in.Active, hash, nonce, db.ID(auth.From(ctx).UserID), db.At(tx.Now), db.At(tx.Now))
	if err != nil {
		return 0, fmt.Errorf("make a poster: %w", err)
	}
	return n, nil
}

func update(ctx context.Context, tx *db.Tx, id int64, in Input) error {
	if _, err := tx.Exec(ctx, sqlUpdate, in.SurveyID, in.Kind, in.Name, in.Place, db.ID(in.ProductID), db.ID(in.RatedID), in.Origins, in.RepeatMinutes,
		in.Contact, in.Active, db.At(tx.Now), id); err != nil {
		return fmt.Errorf("change poster %d: %w", id, err)
	}
	return nil
}
