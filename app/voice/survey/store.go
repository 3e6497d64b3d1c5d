package survey

import (
	"context"
	"fmt"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

const (
	surveyColumns = `s.id, s.kind, s.name, s.texts, s.questions, s.scored, s.stars, s.comment, s.actions, s.draft, s.words, s.active, s.anonymous,
		s.closes_on, s.closes_at_n, s.revision, s.created_at, s.updated_at, s.version`
	programColumns = `p.id, p.survey_id, s.name AS survey_name, p.kind, p.name, p.active, p.every_days, p.delay_days, p.daily_cap,
		p.remind_days, p.expire_days, p.alternate_id, p.stopped_at, p.closes_on, p.closes_at_n, p.texts, p.from_hour, p.to_hour, p.weekdays, p.created_at, p.updated_at, p.version`
	programFrom = `survey_program p JOIN survey s ON s.id = p.survey_id`
)

// The lists a reader can page through.
var (
	surveyList = field.List{
		Columns: surveyColumns, From: "survey s", ID: "s.id", Sort: "id",
		Fields: []field.Field{
			{Name: "name", Label: "common.name", Kind: field.Text, Column: "s.name"},
			{Name: "kind", Label: "survey.kind", Kind: field.Choice, Column: "s.kind", Choices: Kinds},
			{Name: "active", Label: "survey.active", Kind: field.Bool, Column: "s.active"},
			{Name: "created_at", Label: "common.created", Kind: field.Time, Column: "s.created_at"},
			{Name: "updated_at", Label: "common.updated", Kind: field.Time, Column: "s.updated_at"},
		},
	}
	programList = field.List{
		Columns: programColumns, From: programFrom, ID: "p.id", Sort: "id",
		Fields: []field.Field{
			{Name: "name", Label: "common.name", Kind: field.Text, Column: "p.name"},
			{Name: "kind", Label: "survey.program.kind", Kind: field.Choice, Column: "p.kind", Choices: programKinds()},
			{Name: "survey_id", Label: "survey.survey", Kind: field.Ref, Column: "p.survey_id"},
			{Name: "active", Label: "survey.active", Kind: field.Bool, Column: "p.active"},
			{Name: "created_at", Label: "common.created", Kind: field.Time, Column: "p.created_at"},
			{Name: "updated_at", Label: "common.updated", Kind: field.Time, Column: "p.updated_at"},
		},
	}
)

var (
	sqlSurvey       = db.SQL(`SELECT ` + surveyColumns + ` FROM survey s WHERE s.id = ?`)
	sqlFirstOfKind  = db.SQL(`SELECT ` + surveyColumns + ` FROM survey s WHERE s.kind = ? AND s.active = 1 ORDER BY s.id LIMIT 1`)
	sqlSurveys      = db.SQL(`SELECT ` + surveyColumns + ` FROM survey s ORDER BY s.active DESC, s.id`)
	sqlInsertSurvey = db.SQL(`
		INSERT INTO survey (kind, name, texts, questions, scored, stars, comment, actions, words, active, closes_on, closes_at_n, revision,
			created_at, updated_at, version)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, 1)`)
	sqlUpdateSurvey = db.SQL(`
		UPDATE survey SET name = ?, texts = ?, questions = ?, scored = ?, stars = ?, comment = ?, actions = ?, draft = ?, words = ?, active = ?,
			closes_on = ?, closes_at_n = ?, revision = ?, updated_at = ?, version = version + 1
		WHERE id = ? AND version = ?`)
	sqlDeleteSurvey = db.SQL(`DELETE FROM survey WHERE id = ?`)
	sqlSurveyUsed   = db.SQL(`SELECT EXISTS (SELECT 1 FROM survey_invitation WHERE survey_id = ?1) OR EXISTS (SELECT 1 FROM survey_response WHERE survey_id = ?2)
		OR EXISTS (SELECT 1 FROM survey_anonymous WHERE survey_id = ?2)`)
	sqlProgram       = db.SQL(`SELECT ` + programColumns + ` FROM ` + programFrom + ` WHERE p.id = ?`)
	sqlPrograms      = db.SQL(`SELECT ` + programColumns + ` FROM ` + programFrom + ` ORDER BY p.id`)
	sqlActive        = db.SQL(`SELECT ` + programColumns + ` FROM ` + programFrom + ` WHERE p.active = 1 AND (s.active = 1 OR p.alternate_id IS NOT NULL) AND p.kind = ? ORDER BY p.id`)
	sqlInsertProgram = db.SQL(`
		INSERT INTO survey_program (survey_id, kind, name, active, every_days, delay_days, daily_cap, remind_days, expire_days, alternate_id,
			closes_on, closes_at_n, texts, from_hour, to_hour, weekdays, created_at, updated_at, version)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)`)
	sqlUpdateProgram = db.SQL(`
		UPDATE survey_program SET survey_id = ?, name = ?, active = ?, every_days = ?, delay_days = ?, daily_cap = ?, remind_days = ?, expire_days = ?,
			alternate_id = ?, closes_on = ?, closes_at_n = ?, texts = ?, from_hour = ?, to_hour = ?, weekdays = ?, stopped_at = iif(?3, NULL, stopped_at), updated_at = ?, version = version + 1
		WHERE id = ? AND version = ?`)
	sqlDeleteProgram = db.SQL(`DELETE FROM survey_program WHERE id = ?`)
	sqlCustomer      = db.SQL(`SELECT c.id, c.kind, c.name, c.language FROM customer c WHERE c.id = ? AND ` + auth.CustomerSQL)
	sqlAnyCustomer   = db.SQL(`SELECT c.id, c.kind, c.name, c.language FROM customer c WHERE c.id = ?`)
)

// customer is what a survey needs to know of who it asks.
type customer struct {
	ID       int64  `db:"id"`
	Kind     string `db:"kind"`
	Name     string `db:"name"`
	Language string `db:"language"`
}

// seen reads a customer whom the actor may see.
func seen(ctx context.Context, q db.Q, id int64) (customer, error) {
	var c customer
	err := db.OrNotFound(q.Get(ctx, &c, sqlCustomer, append([]any{id}, auth.From(ctx).Scope().Args()...)...))
	return c, err
}

// scoped limits a list that joins customer as c to what the actor may see.
func scoped(ctx context.Context) field.Where {
	where, args := auth.From(ctx).Scope().Where("c.owner_id")
	return field.Where{SQL: where, Args: args}
}

func readSurvey(ctx context.Context, q db.Q, id int64) (Survey, error) {
	var v Survey
	err := db.OrNotFound(q.Get(ctx, &v, sqlSurvey, id))
	v.Document.clean()
	return v, err
}

func insertSurvey(ctx context.Context, tx *db.Tx, v *Survey) error {
	var err error
	v.ID, err = tx.Insert(ctx, sqlInsertSurvey, v.Kind, v.Name, v.Texts, v.Questions, v.Scored, v.Stars, v.Comment, v.Actions, v.Words, v.Active,
		v.ClosesOn, v.ClosesAtN, db.At(tx.Now), db.At(tx.Now))
	if err != nil {
		return fmt.Errorf("add survey %s: %w", v.Name, err)
	}
	if _, err := addVersion(ctx, tx, v.ID, v.Document); err != nil {
		return err
	}
	v.Revision, v.Version, v.CreatedAt, v.UpdatedAt = 1, 1, db.At(tx.Now), db.At(tx.Now)
	return nil
}

func readProgram(ctx context.Context, q db.Q, id int64) (Program, error) {
	var p Program
	err := db.OrNotFound(q.Get(ctx, &p, sqlProgram, id))
	return p, err
}

func insertProgram(ctx context.Context, tx *db.Tx, in ProgramInput) (int64, error) {
	id, err := tx.Insert(ctx, sqlInsertProgram, in.SurveyID, in.Kind, in.Name, in.Active, in.EveryDays, in.DelayDays, in.DailyCap,
		in.RemindDays, in.ExpireDays, db.ID(in.AlternateID), in.ClosesOn, in.ClosesAtN, in.Texts, in.FromHour, in.ToHour, in.Weekdays, db.At(tx.Now), db.At(tx.Now))
	if err != nil {
		return 0, fmt.Errorf("add survey program %s: %w", in.Name, err)
	}
	return id, nil
}
