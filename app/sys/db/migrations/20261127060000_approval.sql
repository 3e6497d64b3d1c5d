-- +goose Up
-- What somebody has to be asked before: kind says of what, basis and threshold
-- from when on, steps by whom in which order.
CREATE TABLE approval_rule (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    kind       TEXT NOT NULL,
    basis      TEXT NOT NULL CHECK (basis IN ('always', 'amount', 'discount', 'rows')),
    threshold  INTEGER NOT NULL DEFAULT 0 CHECK (threshold >= 0), -- minor units, basis points or rows
    steps      TEXT NOT NULL DEFAULT '[]',
    enabled    INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1
) STRICT;

-- One question. It keeps its own steps, so that a rule may change or go.
CREATE TABLE approval (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    kind         TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id   INTEGER,
    customer_id  INTEGER REFERENCES customer (id) ON DELETE SET NULL,
    title        TEXT NOT NULL,
    amount       INTEGER NOT NULL DEFAULT 0,
    currency     TEXT NOT NULL DEFAULT '',
    discount     INTEGER NOT NULL DEFAULT 0, -- basis points
    quantity     INTEGER NOT NULL DEFAULT 0, -- rows of an export
    fingerprint  TEXT NOT NULL DEFAULT '',
    payload      TEXT NOT NULL DEFAULT '', -- what is done once it is approved
    reason       TEXT NOT NULL DEFAULT '',
    asker_id     INTEGER NOT NULL REFERENCES user (id),
    state        TEXT NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'approved', 'rejected', 'withdrawn', 'void')),
    step         INTEGER NOT NULL DEFAULT 1,
    decided_at   INTEGER,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    version      INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX approval_customer ON approval (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX approval_asker ON approval (asker_id, id);
CREATE INDEX approval_open ON approval (id) WHERE state = 'asked';
CREATE INDEX approval_subject ON approval (subject_kind, subject_id, kind);
CREATE INDEX approval_asked_at ON approval (created_at, id);

-- Who decides in which turn, and what they said.
CREATE TABLE approval_step (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    approval_id INTEGER NOT NULL REFERENCES approval (id) ON DELETE CASCADE,
    position    INTEGER NOT NULL,
    who         TEXT NOT NULL CHECK (who IN ('manager', 'role', 'person')),
    role        TEXT NOT NULL DEFAULT '',
    user_id     INTEGER REFERENCES user (id),
    state       TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'approved', 'rejected', 'skipped')),
    decided_by  INTEGER REFERENCES user (id),
    stood_for   INTEGER REFERENCES user (id), -- whose deputy they were
    note        TEXT NOT NULL DEFAULT '',
    decided_at  INTEGER,
    UNIQUE (approval_id, position)
) STRICT;
CREATE INDEX approval_step_user ON approval_step (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX approval_step_by ON approval_step (decided_by) WHERE decided_by IS NOT NULL;
CREATE INDEX approval_step_for ON approval_step (stood_for) WHERE stood_for IS NOT NULL;

-- Who decides for whom on which days.
CREATE TABLE approval_deputy (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id    INTEGER NOT NULL REFERENCES user (id),
    deputy_id  INTEGER NOT NULL REFERENCES user (id),
    from_on    TEXT NOT NULL,
    to_on      TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX approval_deputy_user ON approval_deputy (user_id, to_on);
CREATE INDEX approval_deputy_deputy ON approval_deputy (deputy_id, to_on);
