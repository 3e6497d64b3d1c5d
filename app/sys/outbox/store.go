package outbox

import (
	"context"
	"fmt"

	"regulars/app/sys/db"
)

const columns = `id, dedupe_key, channel, purpose, to_address, to_name, customer_id, contact_id, user_id, topic, subject, payload,
	subject_kind, subject_id, state, reason, attempts, next_attempt_at, first_attempt_at, attempted_at, message_id,
	error_class, error_code, error, created_at, sent_at, expires_at`

// waiting rows have not left. Secret payloads go with the message.
const cancelled = `UPDATE outbox SET state = 'cancelled', reason = ?, next_attempt_at = NULL,
	payload = iif(purpose IN ('security', 'survey'), 'null', payload) WHERE state IN ('queued', 'deferred', 'held')`

var (
	sqlByKey  = db.SQL(`SELECT id FROM outbox WHERE dedupe_key = ?`)
	sqlOne    = db.SQL(`SELECT ` + columns + ` FROM outbox WHERE id = ?`)
	sqlState  = db.SQL(`SELECT state FROM outbox WHERE id = ?`)
	sqlInsert = db.SQL(`
		INSERT INTO outbox (dedupe_key, channel, purpose, to_address, to_name, customer_id, contact_id, user_id, topic, subject,
			payload, subject_kind, subject_id, state, reason, next_attempt_at, created_at, expires_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlStore = db.SQL(`
		UPDATE outbox SET state = ?, reason = ?, attempts = ?, next_attempt_at = ?, first_attempt_at = ?, attempted_at = ?,
			message_id = ?, error_class = ?, error_code = ?, error = ?, sent_at = ? WHERE id = ?`)
	sqlBlank  = db.SQL(`UPDATE outbox SET payload = 'null' WHERE id = ?`)
	sqlAnyDue = db.SQL(`
		SELECT EXISTS (SELECT 1 FROM outbox WHERE state IN ('queued', 'deferred') AND channel = ?
			AND purpose IN ('security', 'staff', 'service', 'survey', 'marketing') AND next_attempt_at <= ?)`)
	sqlDue = db.List(`
		SELECT ` + columns + ` FROM outbox WHERE state IN ('queued', 'deferred') AND channel = ? AND purpose = ? AND next_attempt_at <= ?
		ORDER BY next_attempt_at, id LIMIT 1`)
	sqlUsed    = db.SQL(`SELECT count(*) FROM outbox WHERE attempted_at > ? AND attempted_at <= ?`)
	sqlSending = db.SQL(`SELECT ` + columns + ` FROM outbox WHERE state = 'sending' AND attempted_at < ? ORDER BY id`)
	sqlExplain = db.SQL(`
		UPDATE outbox SET reason = ? WHERE state = 'queued' AND channel = ? AND reason NOT IN ('retry', 'channel_paused', ?)`)
	sqlSetAside = db.SQL(`
		UPDATE outbox SET state = iif(state = 'sending', 'unknown', 'held'), reason = ?, next_attempt_at = NULL
		WHERE state IN ('queued', 'deferred', 'sending')`)
	sqlCounts      = db.SQL(`SELECT state, count(*) AS n FROM outbox GROUP BY state`)
	sqlDiscard     = db.SQL(cancelled + ` AND id = ?`)
	sqlDiscardHeld = db.SQL(cancelled + ` AND state = 'held'`)
	sqlCancel      = db.SQL(cancelled + ` AND subject_kind = ? AND subject_id = ?`)
	sqlByMessage   = db.SQL(`SELECT ` + columns + ` FROM outbox WHERE message_id <> '' AND message_id = ?`)
	sqlLastTo      = db.SQL(`
		SELECT ` + columns + ` FROM outbox WHERE lower(to_address) = ? AND purpose IN ('service', 'survey', 'marketing') AND sent_at > ?
		ORDER BY id DESC LIMIT 1`)
	sqlForget = db.SQL(`
		UPDATE outbox SET to_address = '', to_name = '', subject = '', payload = 'null', error = '', customer_id = NULL, contact_id = NULL,
			state = iif(state IN ('queued', 'deferred', 'held'), 'cancelled', state),
			reason = iif(state IN ('queued', 'deferred', 'held'), 'erased', reason),
			next_attempt_at = NULL
		WHERE customer_id = ?`)
)

const suppressionColumns = `id, address, customer_id, class, count, code, error, outbox_id, first_at, last_at, lifted_at, user_id`

var (
	sqlSuppression    = db.SQL(`SELECT ` + suppressionColumns + ` FROM outbox_suppression WHERE address = ?`)
	sqlOneSuppression = db.SQL(`SELECT ` + suppressionColumns + ` FROM outbox_suppression WHERE id = ?`)
	sqlSuppressionsOf = db.List(`SELECT ` + suppressionColumns + ` FROM outbox_suppression WHERE customer_id = ? ORDER BY id DESC LIMIT 20`)
	sqlSuppress       = db.SQL(`
		INSERT INTO outbox_suppression (address, customer_id, class, count, code, error, outbox_id, first_at, last_at)
		VALUES (?, (SELECT id FROM customer WHERE id = ?), ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (address) DO UPDATE SET customer_id = excluded.customer_id, class = excluded.class, count = excluded.count, code = excluded.code,
			error = excluded.error, outbox_id = excluded.outbox_id, first_at = excluded.first_at, last_at = excluded.last_at, lifted_at = NULL, user_id = NULL
		RETURNING id`)
	sqlLift = db.SQL(`UPDATE outbox_suppression SET lifted_at = ?, user_id = ? WHERE id = ?`)
)

// store writes what changes in the life of a row.
func store(ctx context.Context, tx *db.Tx, r Row) error {
	_, err := tx.Exec(ctx, sqlStore, r.State, r.Reason, r.Attempts, r.NotBefore, r.FirstAttemptAt, r.AttemptedAt,
		r.MessageID, r.ErrorClass, r.ErrorCode, r.Error, r.SentAt, r.ID)
	if err != nil {
		return fmt.Errorf("store message %d: %w", r.ID, err)
	}
	return nil
}
