-- +goose Up
-- Where a customer stands in their life with the shop. The stage itself is
-- derived and stands beside the other figures, so that lists filter and sort
-- by it; '' = not told yet, which the program makes up for beside the work.
ALTER TABLE customer_stat ADD COLUMN stage TEXT NOT NULL DEFAULT '';
CREATE INDEX customer_stat_stage ON customer_stat (stage, customer_id);

-- The rules and the shop's own names: one row.
CREATE TABLE stage_rule (
    id           INTEGER PRIMARY KEY CHECK (id = 1),
    new_days     INTEGER NOT NULL DEFAULT 60,  -- since the first order
    regular_days INTEGER NOT NULL DEFAULT 4,   -- purchase days within twelve months
    won_days     INTEGER NOT NULL DEFAULT 90,  -- since the order that brought them back
    risk_times   REAL    NOT NULL DEFAULT 1.5, -- of their own rhythm
    risk_least   INTEGER NOT NULL DEFAULT 14,  -- days, however short the rhythm
    risk_days    INTEGER NOT NULL DEFAULT 120, -- for those without a rhythm
    lost_times   REAL    NOT NULL DEFAULT 3,
    lost_least   INTEGER NOT NULL DEFAULT 60,
    lost_days    INTEGER NOT NULL DEFAULT 365,
    names        TEXT    NOT NULL DEFAULT '{}' CHECK (json_valid(names)), -- {"en": {"prospect": "Lead"}}
    updated_at   INTEGER NOT NULL,
    version      INTEGER NOT NULL DEFAULT 1
) STRICT;
INSERT INTO stage_rule (id, updated_at) VALUES (1, 0);

-- Set by hand: the rule keeps away until that day, '' = until somebody lifts it.
CREATE TABLE stage_hold (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id INTEGER NOT NULL UNIQUE REFERENCES customer (id) ON DELETE CASCADE,
    stage       TEXT NOT NULL,
    until_on    TEXT NOT NULL DEFAULT '',
    reason      TEXT NOT NULL DEFAULT '',
    user_id     INTEGER REFERENCES user (id) ON DELETE SET NULL,
    created_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX stage_hold_user ON stage_hold (user_id) WHERE user_id IS NOT NULL;

-- Every move, with why.
CREATE TABLE stage_move (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    from_stage  TEXT NOT NULL,
    to_stage    TEXT NOT NULL,
    by_hand     INTEGER NOT NULL DEFAULT 0,
    reason      TEXT NOT NULL DEFAULT '', -- a person's words
    silent_days INTEGER NOT NULL DEFAULT 0, -- what the rule saw: days since the last order,
    gap_days    REAL NOT NULL DEFAULT 0,    -- their usual gap,
    year_days   INTEGER NOT NULL DEFAULT 0, -- purchase days within twelve months
    user_id     INTEGER REFERENCES user (id) ON DELETE SET NULL,
    at          INTEGER NOT NULL
) STRICT;
CREATE INDEX stage_move_customer ON stage_move (customer_id, id);
CREATE INDEX stage_move_user ON stage_move (user_id) WHERE user_id IS NOT NULL;
