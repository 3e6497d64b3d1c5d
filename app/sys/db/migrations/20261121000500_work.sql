-- +goose Up
CREATE TABLE followup (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    contact_id  INTEGER REFERENCES contact (id) ON DELETE SET NULL,
    user_id     INTEGER REFERENCES user (id) ON DELETE SET NULL, -- who spoke with them
    channel     TEXT NOT NULL CHECK (channel IN ('call', 'visit', 'wechat', 'email', 'sms', 'other')),
    content     TEXT NOT NULL,
    at          INTEGER NOT NULL,
    next_at     INTEGER, -- when to get back to them
    external_id TEXT,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    version     INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX followup_customer ON followup (customer_id, at, id);
CREATE INDEX followup_user ON followup (user_id, at);
CREATE INDEX followup_contact ON followup (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX followup_at ON followup (at, id);

CREATE TABLE task (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    kind        TEXT NOT NULL DEFAULT 'task', -- task, follow_up, after_order, rhythm, case, thank
    title       TEXT NOT NULL,
    customer_id INTEGER REFERENCES customer (id) ON DELETE CASCADE,
    owner_id    INTEGER REFERENCES user (id) ON DELETE SET NULL,
    creator_id  INTEGER REFERENCES user (id) ON DELETE SET NULL,
    due_at      INTEGER,
    done_at     INTEGER,
    done_by     INTEGER REFERENCES user (id) ON DELETE SET NULL,
    followup_id INTEGER REFERENCES followup (id) ON DELETE SET NULL,
    source_key  TEXT UNIQUE, -- what made it, so that nothing is made twice
    notes       TEXT NOT NULL DEFAULT '',
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    version     INTEGER NOT NULL DEFAULT 1,
    -- lists sort by it: what has no due time comes last
    due_sort    INTEGER NOT NULL GENERATED ALWAYS AS (coalesce(due_at, 9007199254740991)) VIRTUAL
) STRICT;
CREATE INDEX task_owner ON task (owner_id, due_sort, id) WHERE done_at IS NULL;
CREATE INDEX task_open ON task (due_sort, id) WHERE done_at IS NULL;
CREATE INDEX task_sort ON task (due_sort, id);
CREATE INDEX task_customer ON task (customer_id, done_at, due_at);
CREATE INDEX task_followup ON task (followup_id) WHERE followup_id IS NOT NULL;
CREATE INDEX task_owner_any ON task (owner_id);
CREATE INDEX task_creator ON task (creator_id);
CREATE INDEX task_done_by ON task (done_by) WHERE done_by IS NOT NULL;
CREATE UNIQUE INDEX task_one_follow_up ON task (customer_id, ifnull(owner_id, 0)) WHERE kind = 'follow_up' AND done_at IS NULL;

-- Due times that were not told yet. Derived from task and never journaled, so
-- that a reminder is no change of the task.
CREATE TABLE task_reminder (
    task_id INTEGER PRIMARY KEY REFERENCES task (id) ON DELETE CASCADE,
    due_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX task_reminder_due ON task_reminder (due_at);

-- For which of a person's days the digest was made, with or without a mail:
-- no restart and no change of the clock makes a second one.
CREATE TABLE digest_run (
    user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    day     TEXT NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (user_id, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE calendar_feed (
    user_id    INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
    token_hash TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
) STRICT;
