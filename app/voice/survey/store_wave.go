package survey

import (
	"context"
	"fmt"

	"regulars/app/kit/cal"
	"regulars/app/sys/db"
)

const enrolmentColumns = `id, program_id, customer_id, due_on, last_sent_at, reason`

var (
	sqlExpired = db.SQL(`
		SELECT id FROM survey_invitation WHERE state IN ('sent', 'unknown') AND expires_at <= ? ORDER BY id`)
	sqlStale = db.SQL(`
		SELECT id FROM survey_invitation WHERE state IN ('queued', 'deferred') AND due_at < ?
			AND (event_key <> '' OR due_at < ?) ORDER BY due_at`)
	sqlRemind = db.SQL(`
		SELECT i.id FROM survey_invitation i LEFT JOIN survey_program p ON p.id = i.program_id
		WHERE i.state = 'sent' AND i.channel = 'email' AND i.reminded_at IS NULL AND coalesce(p.remind_days, ?) > 0 AND coalesce(p.active, 1) = 1
			AND EXISTS (SELECT 1 FROM survey s WHERE s.id = i.survey_id AND s.active = 1)
			AND i.sent_at + coalesce(p.remind_days, ?) * 86400000 <= ? AND i.expires_at > ?
			AND NOT EXISTS (SELECT 1 FROM survey_reply y WHERE y.invitation_id = i.id) ORDER BY i.sent_at`)
	sqlLaunch = db.SQL(`
		SELECT i.id FROM survey_invitation i JOIN survey s ON s.id = i.survey_id
		WHERE i.state IN ('queued', 'deferred') AND i.due_at <= ? AND i.reason = 'scheduled'
			AND (i.program_id IS NULL OR EXISTS (SELECT 1 FROM survey_program p WHERE p.id = i.program_id AND p.active = 1))
		ORDER BY CASE s.kind WHEN 'csat' THEN 1 WHEN 'ces' THEN 2 ELSE 3 END, i.due_at`)
	sqlFresh = db.SQL(`
		SELECT t.customer_id, t.orders, t.first_order_on, t.last_order_on
		FROM customer_stat t LEFT JOIN survey_enrolment e ON e.program_id = ? AND e.customer_id = t.customer_id
		WHERE t.customer_id > ? AND t.orders >= 2 AND t.first_order_on <> '' AND e.id IS NULL ORDER BY t.customer_id LIMIT ?`)
	sqlEnrol = db.SQL(`
		INSERT INTO survey_enrolment (program_id, customer_id, due_on) VALUES (?, ?, ?) ON CONFLICT (program_id, customer_id) DO NOTHING`)
	sqlDue = db.List(`
		SELECT ` + enrolmentColumns + ` FROM survey_enrolment WHERE program_id = ? AND due_on <= ? ORDER BY due_on, id LIMIT ?`)
	sqlEnrolment = db.SQL(`SELECT ` + enrolmentColumns + ` FROM survey_enrolment WHERE id = ?`)
	sqlPlaceOf   = db.SQL(`SELECT ` + enrolmentColumns + ` FROM survey_enrolment WHERE program_id = ? AND customer_id = ?`)
	sqlPostpone  = db.SQL(`UPDATE survey_enrolment SET due_on = ?, reason = ? WHERE id = ?`)
	sqlSentOn    = db.SQL(`UPDATE survey_enrolment SET due_on = ?, last_sent_at = ?, reason = '' WHERE program_id = ? AND customer_id = ?`)
	sqlWaitAll   = db.SQL(`UPDATE survey_enrolment SET reason = ? WHERE program_id = ? AND due_on <= ? AND reason <> ?`)
	sqlShare     = db.SQL(`
		SELECT (SELECT count(*) FROM survey_enrolment WHERE program_id = ?) AS audience,
			(SELECT count(*) FROM survey_invitation WHERE program_id = ? AND created_at >= ?) AS today`)
	sqlDueCount = db.SQL(`
		SELECT count(*) FROM survey_enrolment e JOIN survey_program p ON p.id = e.program_id WHERE p.active = 1 AND e.due_on <= ?`)
	// Everybody keeps their distance to the others: the next round begins for
	// each of them one rhythm after the day on which they were due.
	sqlSkipDue = db.SQL(`
		UPDATE survey_enrolment SET reason = '', due_on = (
			SELECT date(survey_enrolment.due_on, '+' || (p.every_days * (1 + CAST((julianday(?1) - julianday(survey_enrolment.due_on)) / p.every_days AS INTEGER))) || ' days')
			FROM survey_program p WHERE p.id = survey_enrolment.program_id)
		WHERE due_on <= ?1 AND program_id IN (SELECT id FROM survey_program WHERE active = 1)`)
	sqlAbout = db.SQL(`SELECT ` + invitationColumns + ` FROM ` + invitationFrom + ` WHERE i.customer_id = ? AND i.event_key = ?`)
	// What is about an event comes before what comes by itself.
	sqlSooner = db.SQL(`
		SELECT coalesce(min(due_at), 0) FROM survey_invitation WHERE customer_id = ? AND state IN ('queued', 'deferred') AND (event_key <> '' OR case_id IS NOT NULL)`)
	sqlTurn   = db.SQL(`UPDATE survey_program SET active = ?, stopped_at = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlEnding = db.SQL(`
		SELECT ` + programColumns + ` FROM ` + programFrom + ` WHERE p.active = 1 AND (p.closes_on <> '' OR p.closes_at_n > 0) ORDER BY p.id`)
	sqlProgramEnough = db.SQL(`
		SELECT count(*) >= ?2 FROM survey_invitation i JOIN survey_response r ON r.invitation_id = i.id WHERE i.program_id = ?1`)
	sqlProgramWaits = db.SQL(`
		SELECT ` + invitationColumns + ` FROM ` + invitationFrom + ` WHERE i.program_id = ? AND i.state IN ('queued', 'deferred')
			AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.subject_kind = 'invitation' AND o.subject_id = i.id AND o.state = 'sending')
		ORDER BY i.due_at`)
	sqlDueAgain = db.SQL(`UPDATE survey_enrolment SET due_on = ?, reason = '' WHERE program_id = ? AND customer_id = ?`)
	sqlStat     = db.SQL(`SELECT orders, first_order_on, last_order_on FROM customer_stat WHERE customer_id = ?`)
	sqlWave     = db.SQL(`SELECT last_at, held_until FROM survey_wave WHERE id = 1`)
	sqlPutWave  = db.SQL(`
		INSERT INTO survey_wave (id, last_at, held_until) VALUES (1, ?, ?)
		ON CONFLICT (id) DO UPDATE SET last_at = excluded.last_at, held_until = excluded.held_until`)
)

// waveState is when the house last looked and until when it waits.
type waveState struct {
	LastAt    db.Time `db:"last_at"`
	HeldUntil db.Time `db:"held_until"`
}

func readWave(ctx context.Context, q db.Q) (waveState, error) {
	var w waveState
	_, err := db.Found(q.Get(ctx, &w, sqlWave))
	if err != nil {
		return w, fmt.Errorf("read the last wave: %w", err)
	}
	return w, nil
}

func putWave(ctx context.Context, tx *db.Tx, w waveState) error {
	held := int64(0)
	if !w.HeldUntil.IsZero() {
		held = w.HeldUntil.UnixMilli()
	}
	if _, err := tx.Exec(ctx, sqlPutWave, w.LastAt, held); err != nil {
		return fmt.Errorf("note the wave: %w", err)
	}
	return nil
}

// skipDue puts everybody who is due off to their next round.
func skipDue(ctx context.Context, tx *db.Tx, today cal.Date) (int, error) {
	n, err := tx.Exec(ctx, sqlSkipDue, today)
	if err != nil {
		return 0, fmt.Errorf("skip who is due: %w", err)
	}
	return int(n), nil
}

func postpone(ctx context.Context, tx *db.Tx, enrolment int64, due cal.Date, reason string) error {
	if _, err := tx.Exec(ctx, sqlPostpone, due, reason, enrolment); err != nil {
		return fmt.Errorf("postpone enrolment %d: %w", enrolment, err)
	}
	return nil
}
