-- +goose Up
-- Everything that leaves the machine. See app/sys/outbox.
CREATE TABLE outbox (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    dedupe_key       TEXT NOT NULL UNIQUE,
    channel          TEXT NOT NULL,
    purpose          TEXT NOT NULL CHECK (purpose IN ('security', 'staff', 'service', 'survey', 'marketing')),
    to_address       TEXT NOT NULL,
    to_name          TEXT NOT NULL DEFAULT '',
    customer_id      INTEGER,
    contact_id       INTEGER,
    user_id          INTEGER,
    subject          TEXT NOT NULL DEFAULT '',
    payload          TEXT NOT NULL,
    subject_kind     TEXT NOT NULL DEFAULT '',
    subject_id       INTEGER,
    state            TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'unknown', 'held', 'deferred', 'cancelled')),
    reason           TEXT NOT NULL DEFAULT '',
    attempts         INTEGER NOT NULL DEFAULT 0,
    next_attempt_at  INTEGER,
    first_attempt_at INTEGER,
    attempted_at     INTEGER,
    message_id       TEXT NOT NULL DEFAULT '',
    error_class      TEXT NOT NULL DEFAULT '',
    error_code       TEXT NOT NULL DEFAULT '',
    error            TEXT NOT NULL DEFAULT '',
    created_at       INTEGER NOT NULL,
    sent_at          INTEGER,
    expires_at       INTEGER
) STRICT;
CREATE INDEX outbox_due ON outbox (channel, purpose, next_attempt_at, id) WHERE state IN ('queued', 'deferred');
CREATE INDEX outbox_state ON outbox (state, id);
CREATE INDEX outbox_attempted ON outbox (attempted_at) WHERE attempted_at IS NOT NULL;
CREATE INDEX outbox_subject ON outbox (subject_kind, subject_id, id);
CREATE INDEX outbox_customer ON outbox (customer_id, id) WHERE customer_id IS NOT NULL;
CREATE INDEX outbox_message ON outbox (message_id) WHERE message_id <> '';
