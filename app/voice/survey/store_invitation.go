package survey

import (
	"context"
	"fmt"
	"time"

	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

const (
	invitationColumns = `i.id, i.survey_id, s.name AS survey_name, s.kind AS survey_kind, i.program_id, i.customer_id, c.name AS customer_name,
		i.contact_id, i.order_id, i.case_id, i.period_key, i.channel, i.state, i.reason, i.nonce, i.language, i.due_at, i.sent_at, i.reminded_at,
		i.answered_at, i.expires_at, i.user_id, i.created_at, i.updated_at, i.version, i.wave_id,
		i.event_key, i.rated_id`
	invitationFrom = `survey_invitation i JOIN survey s ON s.id = i.survey_id JOIN customer c ON c.id = i.customer_id`
)

var invitationList = field.List{
	Columns: invitationColumns, From: invitationFrom, ID: "i.id", Sort: "-created_at",
	Fields: []field.Field{
		{Name: "state", Label: "survey.state", Kind: field.Choice, Column: "i.state", Choices: States},
		{Name: "reason", Label: "survey.reason", Kind: field.Text, Column: "i.reason"},
		{Name: "channel", Label: "survey.channel", Kind: field.Choice, Column: "i.channel", Choices: []string{Email, Link, Staff, SMS}},
		{Name: "survey_id", Label: "survey.survey", Kind: field.Ref, Column: "i.survey_id"},
		{Name: "program_id", Label: "survey.program", Kind: field.Ref, Column: "i.program_id"},
		{Name: "wave_id", Label: "survey.wave", Kind: field.Ref, Column: "i.wave_id"},
		{Name: "customer_id", Label: "common.customer", Kind: field.Ref, Column: "i.customer_id"},
		{Name: "order_id", Label: "survey.order", Kind: field.Ref, Column: "i.order_id"},
		{Name: "case_id", Label: "survey.case", Kind: field.Ref, Column: "i.case_id"},
		{Name: "sent_at", Label: "survey.sent_at", Kind: field.Time, Column: "i.sent_at"},
		{Name: "due_at", Label: "survey.due_at", Kind: field.Time, Ahead: true, Column: "i.due_at"},
		{Name: "created_at", Label: "common.created", Kind: field.Time, Column: "i.created_at", Sort: true},
		{Name: "updated_at", Label: "common.updated", Kind: field.Time, Column: "i.updated_at"},
		// What invitations are told apart and counted by.
		{Name: "product_id", Label: "satisfaction.by.product_id", Kind: field.Ref, Column: "x.id", Options: "product",
			Within: `EXISTS (SELECT 1 FROM product x WHERE x.id IN (SELECT o.product_id FROM order_line o WHERE o.order_id = i.order_id) AND %s)`},
		{Name: "category", Label: "satisfaction.by.category", Kind: field.Text, Column: "x.category",
			Within: `i.order_id IN (SELECT o.order_id FROM product x JOIN order_line o ON o.product_id = x.id WHERE %s)`},
		{Name: "person_id", Label: "satisfaction.by.person_id", Kind: field.Ref, Column: `coalesce(i.rated_id, c.owner_id)`, Options: "user"},
		{Name: "team_id", Label: "satisfaction.by.team_id", Kind: field.Ref, Column: `(SELECT u.team_id FROM user u WHERE u.id = coalesce(i.rated_id, c.owner_id))`},
		{Name: "customer_team_id", Label: "satisfaction.by.customer_team_id", Kind: field.Ref, Column: customerTeam, Options: "team"},
		{Name: "level", Label: "customer.level", Kind: field.Choice, Column: levelNow, Choices: levels},
		{Name: "region", Label: "satisfaction.by.region", Kind: field.Text, Column: "c.region"},
		{Name: "language", Label: "satisfaction.by.language", Kind: field.Text, Column: "i.language"},
		{Name: "wave_id", Label: "satisfaction.by.wave_id", Kind: field.Ref, Column: "i.wave_id"},
		{Name: "recheck", Label: "satisfaction.by.recheck", Kind: field.Bool, Column: "(i.case_id IS NOT NULL)"},
	},
}

var (
	sqlInvitation = db.SQL(`SELECT ` + invitationColumns + ` FROM ` + invitationFrom + ` WHERE i.id = ?`)
	sqlByToken    = db.SQL(`SELECT ` + invitationColumns + ` FROM ` + invitationFrom + ` WHERE i.token_hash = ?`)
	sqlAdd        = db.SQL(`
		INSERT INTO survey_invitation (id, token_hash, survey_id, program_id, customer_id, contact_id, order_id, case_id, period_key, channel, state, reason, nonce,
			language, due_at, sent_at, expires_at, user_id, created_at, updated_at, version, wave_id, event_key, rated_id)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?)`)
	sqlNext  = db.SQL(`SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'survey_invitation'), 0) + 1`)
	sqlTaken = db.SQL(`SELECT id FROM survey_invitation WHERE survey_id = ? AND customer_id = ? AND period_key = ?`)
	sqlMove  = db.SQL(`
		UPDATE survey_invitation SET contact_id = ?, state = ?, reason = ?, sent_at = ?, reminded_at = ?, answered_at = ?, expires_at = ?,
			language = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlOpenOf = db.SQL(`
		SELECT ` + invitationColumns + ` FROM ` + invitationFrom + `
		WHERE i.customer_id = ? AND (? = 0 OR i.contact_id = ?) AND i.state IN ('queued', 'deferred', 'sent', 'unknown')`)
	sqlLatestOf = db.List(`
		SELECT ` + invitationColumns + ` FROM ` + invitationFrom + ` WHERE i.customer_id = ? ORDER BY i.id DESC LIMIT 5`)
	// Who was asked: a reminder is no second asking, a re-ask of a case is its
	// own business.
	sqlAsked = db.SQL(`
		SELECT coalesce(max(sent_at), 0) AS last, coalesce(min(iif(sent_at > ?, sent_at, NULL)), 0) AS first, count(iif(sent_at > ?, 1, NULL)) AS n
		FROM survey_invitation
		WHERE customer_id = ? AND coalesce(contact_id, 0) = ? AND id <> ? AND sent_at IS NOT NULL AND case_id IS NULL AND channel <> 'staff'`)
	sqlEmailOf = db.SQL(`
		SELECT e.email FROM customer_email e WHERE e.customer_id = ? AND coalesce(e.contact_id, 0) = ? ORDER BY e.position, e.id LIMIT 1`)
	sqlPeople = db.SQL(`
		SELECT p.id, p.name, (SELECT count(*) FROM survey_invitation i WHERE i.contact_id = p.id AND i.survey_id = ? AND i.sent_at IS NOT NULL) AS asked
		FROM contact p WHERE p.customer_id = ? AND EXISTS (SELECT 1 FROM customer_email e WHERE e.contact_id = p.id AND e.customer_id = p.customer_id)
		ORDER BY asked, p.is_primary DESC, p.id`)
	sqlContact = db.SQL(`SELECT name FROM contact WHERE id = ? AND customer_id = ?`)
	sqlTrace   = db.SQL(`INSERT INTO survey_trace (invitation_id, at, kind, value) VALUES (?, ?, ?, ?)`)
	sqlTraces  = db.SQL(`SELECT at, kind, value FROM survey_trace WHERE invitation_id = ? ORDER BY id LIMIT 250`)
)

// Trace is something that happened to a link. It is never an answer.
type Trace struct {
	At    db.Time `db:"at"`
	Kind  string  `db:"kind"` // opened, preselected, scanner, honeypot, submitted, edited
	Value string  `db:"value"`
}

func readInvitation(ctx context.Context, q db.Q, id int64) (Invitation, error) {
	var i Invitation
	err := db.OrNotFound(q.Get(ctx, &i, sqlInvitation, id))
	return i, err
}

// add stores a new invitation and gives it its token. It tells false when the
// period has one already.
func (s *Service) add(ctx context.Context, tx *db.Tx, i *Invitation) (bool, error) {
	var taken int64
	found, err := db.Found(tx.Get(ctx, &taken, sqlTaken, i.SurveyID, i.CustomerID, i.PeriodKey))
	if err != nil || found {
		return false, err
	}
	if err := tx.Get(ctx, &i.ID, sqlNext); err != nil { // its token is made from it
		return false, fmt.Errorf("number an invitation: %w", err)
	}
	_, err = tx.Insert(ctx, sqlAdd, i.ID, s.hash(*i), i.SurveyID, i.ProgramID, i.CustomerID, i.ContactID, i.OrderID, i.CaseID, i.PeriodKey, i.Channel, i.State,
		i.Reason, i.Nonce, i.Language, i.DueAt, i.SentAt, i.ExpiresAt, i.UserID, db.At(tx.Now), db.At(tx.Now), i.WaveID,
		i.EventKey, i.RatedID)
	if err != nil {
		return false, fmt.Errorf("add an invitation for customer %d: %w", i.CustomerID, err)
	}
	i.CreatedAt, i.UpdatedAt, i.Version = db.At(tx.Now), db.At(tx.Now), 1
	i.kept = i.moving()
	return true, nil
}

// move stores what changes in the life of an invitation.
func move(ctx context.Context, tx *db.Tx, i *Invitation) error {
	if i.kept == i.moving() {
		return nil // a new one that waits as it was made
	}
	i.UpdatedAt = db.At(tx.Now)
	i.Version++
	_, err := tx.Exec(ctx, sqlMove, i.ContactID, i.State, i.Reason, i.SentAt, i.RemindedAt, i.AnsweredAt, i.ExpiresAt, i.Language, i.UpdatedAt, i.ID)
	if err != nil {
		return fmt.Errorf("store invitation %d: %w", i.ID, err)
	}
	i.kept = i.moving()
	return nil
}

// Asked tells when a person was last asked and, since a time, how often and
// when first, over all surveys and channels; for the gate.
func Asked(ctx context.Context, q db.Q, customer, contact, except int64, since time.Time) (last, first time.Time, n int, err error) {
	var row struct {
		Last  db.Time `db:"last"`
		First db.Time `db:"first"`
		N     int     `db:"n"`
	}
	at := db.At(since)
	if err := q.Get(ctx, &row, sqlAsked, at, at, customer, contact, except); err != nil {
		return last, first, 0, fmt.Errorf("count the invitations of customer %d: %w", customer, err)
	}
	if row.Last.UnixMilli() > 0 {
		last = row.Last.Time
	}
	return last, row.First.Time, row.N, nil
}

// person is somebody a mail can reach.
type person struct {
	Contact int64
	Name    string
	Email   string
}

// whom picks who of a customer is asked: for a company the contact who was
// asked least, the primary one first; else the customer itself. Email is ""
// when nobody can be reached.
func whom(ctx context.Context, q db.Q, survey int64, c customer) (person, error) {
	var people []struct {
		ID    int64  `db:"id"`
		Name  string `db:"name"`
		Asked int    `db:"asked"`
	}
	if err := q.Select(ctx, &people, sqlPeople, survey, c.ID); err != nil {
		return person{}, fmt.Errorf("list the contacts of customer %d: %w", c.ID, err)
	}
	own, err := emailOf(ctx, q, c.ID, 0)
	if err != nil {
		return person{}, err
	}
	if len(people) > 0 && (c.Kind == "company" || own == "") {
		p := person{Contact: people[0].ID, Name: people[0].Name}
		p.Email, err = emailOf(ctx, q, c.ID, p.Contact)
		return p, err
	}
	return person{Name: c.Name, Email: own}, nil
}

func emailOf(ctx context.Context, q db.Q, customer, contact int64) (string, error) {
	var email string
	_, err := db.Found(q.Get(ctx, &email, sqlEmailOf, customer, contact))
	if err != nil {
		return "", fmt.Errorf("read the e-mail of customer %d: %w", customer, err)
	}
	return email, nil
}

func trace(ctx context.Context, tx *db.Tx, invitation int64, kind, value string) error {
	if _, err := tx.Insert(ctx, sqlTrace, invitation, db.At(tx.Now), kind, value); err != nil {
		return fmt.Errorf("trace invitation %d: %w", invitation, err)
	}
	return nil
}

func traces(ctx context.Context, q db.Q, invitation int64) ([]Trace, error) {
	var out []Trace
	if err := q.Select(ctx, &out, sqlTraces, invitation); err != nil {
		return nil, fmt.Errorf("read the traces of invitation %d: %w", invitation, err)
	}
	return out, nil
}
