package survey

import (
	"context"
	"fmt"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

const (
	responseColumns = `r.id, r.invitation_id, r.survey_id, s.name AS survey_name, s.kind AS survey_kind, r.customer_id, coalesce(c.name, '') AS customer_name,
		r.contact_id, r.score, r.comment, r.answers, r.channel, r.language, r.revision, r.user_id, r.case_id, r.answered_at, r.external_id,
		r.created_at, r.updated_at, r.version, r.survey_version, r.order_id, r.product_id, r.poster_id, r.rated_id, r.level, r.region, r.praise, r.praise_notice, r.talk_at`
	responseFrom = `survey_response r JOIN survey s ON s.id = r.survey_id LEFT JOIN customer c ON c.id = r.customer_id`
	// responseSeen is auth.CustomerSQL for answers: those of nobody whom we know
	// belong to no owner, so whoever reads surveys reads them.
	responseSeen = `(r.customer_id IS NULL OR ` + auth.CustomerSQL + `)`
)

var responseList = field.List{
	Columns: responseColumns, From: responseFrom, ID: "r.id", Sort: "-answered_at",
	Fields: []field.Field{
		{Name: "survey_id", Label: "survey.survey", Kind: field.Ref, Column: "r.survey_id"},
		{Name: "kind", Label: "survey.kind", Kind: field.Choice, Column: "s.kind", Choices: Kinds},
		{Name: "customer_id", Label: "common.customer", Kind: field.Ref, Column: "r.customer_id"},
		{Name: "invitation_id", Label: "survey.invitation", Kind: field.Ref, Column: "r.invitation_id"},
		{Name: "case_id", Label: "survey.case", Kind: field.Ref, Column: "r.case_id"},
		{Name: "score", Label: "survey.score", Kind: field.Number, Column: "r.score"},
		{Name: "comment", Label: "survey.comment", Kind: field.Text, Column: "r.comment"},
		{Name: "channel", Label: "survey.channel", Kind: field.Choice, Column: "r.channel", Choices: Channels},
		{Name: "answered_at", Label: "survey.answered_at", Kind: field.Time, Column: "r.answered_at", Sort: true},
		{Name: "created_at", Label: "common.created", Kind: field.Time, Column: "r.created_at"},
		{Name: "updated_at", Label: "common.updated", Kind: field.Time, Column: "r.updated_at"},
		// What answers are told apart and counted by.
		{Name: "source", Label: "satisfaction.source", Kind: field.Choice, Column: sourceColumn, Choices: Sources},
		{Name: "product_id", Label: "satisfaction.by.product_id", Kind: field.Ref, Column: "x.id", Options: "product",
			Within: `EXISTS (SELECT 1 FROM product x WHERE (x.id = r.product_id OR x.id IN (SELECT o.product_id FROM order_line o WHERE o.order_id = r.order_id)) AND %s)`},
		{Name: "category", Label: "satisfaction.by.category", Kind: field.Text, Column: "x.category",
			Within: `r.id IN (SELECT v.id FROM product x JOIN (SELECT y.id, y.product_id FROM survey_response y WHERE y.product_id IS NOT NULL UNION ALL SELECT y.id, o.product_id FROM survey_response y JOIN order_line o ON o.order_id = y.order_id) v ON v.product_id = x.id WHERE %s)`},
		{Name: "person_id", Label: "satisfaction.by.person_id", Kind: field.Ref, Column: personColumn, Options: "user"},
		{Name: "team_id", Label: "satisfaction.by.team_id", Kind: field.Ref, Column: `(SELECT u.team_id FROM user u WHERE u.id = ` + personColumn + `)`},
		{Name: "customer_team_id", Label: "satisfaction.by.customer_team_id", Kind: field.Ref, Column: customerTeam, Options: "team"},
		{Name: "level", Label: "customer.level", Kind: field.Choice, Column: levelColumn, Choices: levels},
		{Name: "region", Label: "satisfaction.by.region", Kind: field.Text, Column: "r.region"},
		{Name: "language", Label: "satisfaction.by.language", Kind: field.Text, Column: "r.language"},
		{Name: "program_id", Label: "satisfaction.by.program_id", Kind: field.Ref, Column: programColumn},
		{Name: "wave_id", Label: "satisfaction.by.wave_id", Kind: field.Ref, Column: waveColumn},
		{Name: "poster_id", Label: "satisfaction.by.poster_id", Kind: field.Ref, Column: "r.poster_id"},
		{Name: "order_id", Label: "satisfaction.by.order_id", Kind: field.Ref, Column: "r.order_id"},
		{Name: "question", Label: "satisfaction.by.question", Kind: field.Text, Column: "a.question", Within: saidWithin},
		{Name: "said", Label: "satisfaction.by.said", Kind: field.Text, Column: saidColumn, Within: saidWithin},
		{Name: "topic_id", Label: "satisfaction.by.topic_id", Kind: field.Ref, Column: "h.topic_id", Within: `r.id IN (SELECT h.response_id FROM topic_hit h WHERE %s)`},
		{Name: "worded", Label: "satisfaction.by.worded", Kind: field.Bool,
			Column: "(r.comment <> '' OR EXISTS (SELECT 1 FROM survey_answer a WHERE a.response_id = r.id AND a.words <> ''))"},
		{Name: "rated", Label: "satisfaction.by.rated", Kind: field.Bool, Column: "(r.answers <> '{}')"},
	},
}

var (
	sqlResponse     = db.SQL(`SELECT ` + responseColumns + ` FROM ` + responseFrom + ` WHERE r.id = ?`)
	sqlSeenResponse = db.SQL(`SELECT ` + responseColumns + ` FROM ` + responseFrom + ` WHERE r.id = ? AND ` + responseSeen)
	sqlOfInvitation = db.SQL(`SELECT ` + responseColumns + ` FROM ` + responseFrom + ` WHERE r.invitation_id = ?`)
	sqlLastOf       = db.List(`
		SELECT ` + responseColumns + ` FROM ` + responseFrom + ` WHERE r.customer_id = ? ORDER BY r.answered_at DESC, r.id DESC LIMIT 3`)
	sqlInsertResponse = db.SQL(`
		INSERT INTO survey_response (invitation_id, survey_id, customer_id, contact_id, score, comment, answers, channel, language, revision, user_id,
			case_id, answered_at, external_id, created_at, updated_at, version, survey_version, order_id, product_id, poster_id, rated_id, praise,
			level, region, praise_notice)
		SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1, ?10, ?11, ?12, ?13, ?14, ?14, 1, ?15, ?16, ?17, ?18, ?19, ?20,
			coalesce((SELECT level FROM customer WHERE id = ?3), ''), coalesce((SELECT region FROM customer WHERE id = ?3), ''), ?21`)
	sqlUpdateResponse = db.SQL(`
		UPDATE survey_response SET score = ?, comment = ?, answers = ?, channel = ?, language = ?, revision = ?, answered_at = ?, updated_at = ?, version = version + 1,
			survey_version = ?, praise = ?, praise_notice = ?
		WHERE id = ?`)
	// What one showing of a poster's page brought, if it did.
	sqlOfForm = db.SQL(`
		SELECT ` + responseColumns + ` FROM ` + responseFrom + ` WHERE r.poster_id = ? AND r.answered_at >= ? AND r.external_id = ?`)
	sqlClaim = db.SQL(`
		UPDATE survey_response SET customer_id = ?1, updated_at = ?2, version = version + 1,
			level = coalesce((SELECT level FROM customer WHERE id = ?1), ''), region = coalesce((SELECT region FROM customer WHERE id = ?1), '')
		WHERE id = ?3`)
	sqlDeleteResponse = db.SQL(`DELETE FROM survey_response WHERE id = ?`)
	sqlNotAsked       = db.SQL(`
		SELECT e.reason, count(*) AS n FROM survey_enrolment e JOIN survey_program p ON p.id = e.program_id JOIN customer c ON c.id = e.customer_id
		WHERE p.survey_id = ? AND e.reason <> '' AND ` + auth.CustomerSQL + ` GROUP BY e.reason ORDER BY n DESC`)
)

func insertResponse(ctx context.Context, tx *db.Tx, r *Response) error {
	var err error
	r.ID, err = tx.Insert(ctx, sqlInsertResponse, r.InvitationID, r.SurveyID, r.CustomerID, r.ContactID, r.Score, r.Comment, r.Answers, r.Channel,
		r.Language, r.UserID, r.CaseID, r.AnsweredAt, r.ExternalID, db.At(tx.Now), r.SurveyVersion, r.OrderID, r.ProductID, r.PosterID, r.RatedID, r.Praise, r.PraiseNotice)
	if err != nil {
		return fmt.Errorf("keep the answer of customer %d: %w", r.CustomerID, err)
	}
	r.Revision, r.Version, r.CreatedAt, r.UpdatedAt = 1, 1, db.At(tx.Now), db.At(tx.Now)
	return nil
}

func updateResponse(ctx context.Context, tx *db.Tx, r *Response) error {
	r.Revision++
	r.Version++
	r.UpdatedAt = db.At(tx.Now)
	_, err := tx.Exec(ctx, sqlUpdateResponse, r.Score, r.Comment, r.Answers, r.Channel, r.Language, r.Revision, r.AnsweredAt, r.UpdatedAt, r.SurveyVersion, r.Praise, r.PraiseNotice, r.ID)
	if err != nil {
		return fmt.Errorf("change answer %d: %w", r.ID, err)
	}
	return nil
}

// sqlEnough counts answers up to the number that matters; history that was
// imported and passers-by at a poster fill no quota.
var sqlEnough = db.SQL(`
	SELECT (SELECT count(*) FROM (SELECT 1 FROM survey_response WHERE survey_id = ?1 AND channel NOT IN ('import', 'qr', 'kiosk', 'widget') LIMIT ?2))
		+ (SELECT count(*) FROM (SELECT 1 FROM survey_anonymous WHERE survey_id = ?1 LIMIT ?2)) >= ?2`)

// Whoever objects is quoted no more; whose contact it is, only that one's answers.
var sqlUnquote = db.SQL(`
	UPDATE survey_response SET praise = 0, updated_at = ?1, version = version + 1 WHERE customer_id = ?2 AND praise = 1 AND (?3 = 0 OR contact_id = ?3)`)

var sqlWish = db.SQL(`UPDATE survey_response SET talk_at = ?, updated_at = ?, version = version + 1 WHERE id = ? AND talk_at IS NULL`)
