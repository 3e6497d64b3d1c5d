-- +goose Up
-- What the owner decided, by name; the value is JSON. See app/sys/setting.
CREATE TABLE setting (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL UNIQUE,
    value      TEXT NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- What rows changed: see app/sys/journal.
CREATE TABLE journal_current (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    set_id INTEGER NOT NULL
) STRICT;
INSERT INTO journal_current (id, set_id) VALUES (1, 0);

CREATE TABLE journal_set (
    id           INTEGER PRIMARY KEY,
    group_id     INTEGER NOT NULL,
    at           INTEGER NOT NULL,
    user_id      INTEGER,
    via          TEXT NOT NULL,
    op           TEXT NOT NULL,
    reason       TEXT NOT NULL DEFAULT '',
    request_id   TEXT NOT NULL DEFAULT '',
    subject_kind TEXT NOT NULL DEFAULT '',
    subject_id   INTEGER,
    label        TEXT NOT NULL DEFAULT '',
    rows         INTEGER NOT NULL,
    undo_of      INTEGER,
    undone_by    INTEGER,
    salt         TEXT,
    digest       TEXT NOT NULL,
    hash         TEXT NOT NULL
) STRICT;
CREATE INDEX journal_set_at ON journal_set (at, id);
CREATE INDEX journal_set_user ON journal_set (user_id, id);
CREATE INDEX journal_set_group ON journal_set (group_id, id);
CREATE INDEX journal_set_subject ON journal_set (subject_kind, subject_id, id);

CREATE TABLE journal_change (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    set_id INTEGER NOT NULL,
    tbl    TEXT NOT NULL,
    row_id INTEGER NOT NULL,
    op     TEXT NOT NULL CHECK (op IN ('I', 'U', 'D')),
    data   TEXT
) STRICT;
CREATE INDEX journal_change_set ON journal_change (set_id, id);
CREATE INDEX journal_change_row ON journal_change (tbl, row_id, id);

-- What happened: see app/sys/event.
CREATE TABLE event (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    kind         TEXT NOT NULL,
    set_id       INTEGER NOT NULL,
    user_id      INTEGER,
    customer_id  INTEGER,
    subject_kind TEXT NOT NULL DEFAULT '',
    subject_id   INTEGER,
    occurred_at  INTEGER NOT NULL,
    recorded_at  INTEGER NOT NULL,
    imported     INTEGER NOT NULL DEFAULT 0,
    void         INTEGER NOT NULL DEFAULT 0,
    data         TEXT NOT NULL
) STRICT;
CREATE INDEX event_set ON event (set_id);
CREATE INDEX event_kind ON event (kind, id);
CREATE INDEX event_customer ON event (customer_id, kind, occurred_at);

CREATE TABLE event_cursor (
    subscriber TEXT PRIMARY KEY,
    last_id    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE event_delivery (
    subscriber TEXT NOT NULL,
    event_id   INTEGER NOT NULL REFERENCES event (id) ON DELETE CASCADE,
    attempts   INTEGER NOT NULL,
    next_at    INTEGER,
    error      TEXT NOT NULL,
    PRIMARY KEY (subscriber, event_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_delivery_due ON event_delivery (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX event_delivery_event ON event_delivery (event_id);

-- What happened with a customer, in order of when it happened.
CREATE TABLE timeline_entry (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id  INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    at           INTEGER NOT NULL,
    kind         TEXT NOT NULL,
    subject_kind TEXT NOT NULL DEFAULT '',
    subject_id   INTEGER,
    user_id      INTEGER,
    words        TEXT NOT NULL DEFAULT '',
    data         TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE INDEX timeline_entry_customer ON timeline_entry (customer_id, at, id);
CREATE INDEX timeline_entry_subject ON timeline_entry (subject_kind, subject_id);

-- Browser sessions: only the hash of the cookie is kept.
CREATE TABLE session (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    token_hash  TEXT NOT NULL UNIQUE,
    user_id     INTEGER NOT NULL,
    generation  INTEGER NOT NULL,
    pending     INTEGER NOT NULL DEFAULT 0, -- password given, second factor not yet
    keep        INTEGER NOT NULL DEFAULT 0,
    created_at  INTEGER NOT NULL,
    seen_at     INTEGER NOT NULL,
    proved_at   INTEGER NOT NULL, -- when the password was last typed
    expires_at  INTEGER NOT NULL,
    ip          TEXT NOT NULL DEFAULT '',
    agent       TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX session_user ON session (user_id, id);
CREATE INDEX session_expires ON session (expires_at);

-- Failed attempts, so that a restart does not forget them.
CREATE TABLE throttle (
    name     TEXT PRIMARY KEY,
    fails    INTEGER NOT NULL,
    until    INTEGER NOT NULL,
    seen_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Idempotency-Key of API calls, kept for a day.
CREATE TABLE idempotency (
    user_id    INTEGER NOT NULL,
    key_hash   TEXT NOT NULL,
    body_hash  TEXT NOT NULL,
    set_id     INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    status     INTEGER,
    location   TEXT,
    body       TEXT,
    PRIMARY KEY (user_id, key_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_created ON idempotency (created_at);
