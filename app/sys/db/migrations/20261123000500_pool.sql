-- +goose Up
-- Pools of customers whom nobody looks after, and by which rules one goes back
-- to them. A number of 0 sets no limit. See app/customer/pool.
CREATE TABLE pool (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    name           TEXT NOT NULL UNIQUE,
    active         INTEGER NOT NULL DEFAULT 1,
    masked         INTEGER NOT NULL DEFAULT 1, -- phones and addresses are hidden until claimed
    hold_cap       INTEGER NOT NULL DEFAULT 0, -- customers one person may have
    count_buyers   INTEGER NOT NULL DEFAULT 0, -- those who bought count among them too
    daily_cap      INTEGER NOT NULL DEFAULT 0, -- claims in a day
    claim_gap      INTEGER NOT NULL DEFAULT 0, -- minutes between two claims
    cooldown_days  INTEGER NOT NULL DEFAULT 0, -- before whoever lost a customer may claim them again
    protect_days   INTEGER NOT NULL DEFAULT 0, -- after a claim nothing goes back
    unfinished_cap INTEGER NOT NULL DEFAULT 0, -- claimed and not followed up yet
    lock_cap       INTEGER NOT NULL DEFAULT 0, -- customers one person may lock
    warn_days      INTEGER NOT NULL DEFAULT 3,
    workdays       INTEGER NOT NULL DEFAULT 0, -- days off do not count
    min_words      INTEGER NOT NULL DEFAULT 0, -- characters that make a follow-up count
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    version        INTEGER NOT NULL DEFAULT 1
) STRICT;

-- Who may take from a pool; without any row everybody.
CREATE TABLE pool_member (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    pool_id INTEGER NOT NULL REFERENCES pool (id) ON DELETE CASCADE,
    user_id INTEGER REFERENCES user (id) ON DELETE CASCADE,
    team_id INTEGER REFERENCES team (id) ON DELETE CASCADE,
    CHECK ((user_id IS NULL) <> (team_id IS NULL)),
    UNIQUE (pool_id, user_id),
    UNIQUE (pool_id, team_id)
) STRICT;
CREATE INDEX pool_member_user ON pool_member (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX pool_member_team ON pool_member (team_id) WHERE team_id IS NOT NULL;

-- When a customer goes back: more than so many days without a follow-up, or
-- without a purchase. The rule of a level beats the one for all ('').
CREATE TABLE pool_rule (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    pool_id INTEGER NOT NULL REFERENCES pool (id) ON DELETE CASCADE,
    kind    TEXT NOT NULL CHECK (kind IN ('contact', 'purchase')),
    level   TEXT NOT NULL DEFAULT '',
    days    INTEGER NOT NULL, -- 0 = never
    buyers  INTEGER NOT NULL DEFAULT 0, -- also those who bought
    UNIQUE (pool_id, kind, level)
) STRICT;

-- How a customer is held, when somebody was ever given or lost them; without a
-- row they are as they were made.
CREATE TABLE pool_hold (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id   INTEGER NOT NULL UNIQUE REFERENCES customer (id) ON DELETE CASCADE,
    pool_id       INTEGER REFERENCES pool (id) ON DELETE SET NULL,
    since         INTEGER NOT NULL, -- theirs, or in the pool, since
    claimed       INTEGER NOT NULL DEFAULT 0, -- taken from a pool
    locked        INTEGER NOT NULL DEFAULT 0,
    protect_until INTEGER NOT NULL DEFAULT 0,
    previous_id   INTEGER REFERENCES user (id) ON DELETE SET NULL,
    reason        TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX pool_hold_pool ON pool_hold (pool_id) WHERE pool_id IS NOT NULL;
CREATE INDEX pool_hold_previous ON pool_hold (previous_id) WHERE previous_id IS NOT NULL;

-- Every change of an owner.
CREATE TABLE pool_ledger (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    from_id     INTEGER REFERENCES user (id) ON DELETE SET NULL,
    to_id       INTEGER REFERENCES user (id) ON DELETE SET NULL,
    how         TEXT NOT NULL, -- claim, assign, release, recycle, transfer, return, edit, import, merge
    rule        TEXT NOT NULL DEFAULT '',
    days        INTEGER NOT NULL DEFAULT 0, -- of the rule
    reason      TEXT NOT NULL DEFAULT '',
    pool_id     INTEGER REFERENCES pool (id) ON DELETE SET NULL,
    user_id     INTEGER REFERENCES user (id) ON DELETE SET NULL, -- who did it
    at          INTEGER NOT NULL
) STRICT;
CREATE INDEX pool_ledger_customer ON pool_ledger (customer_id, id);
CREATE INDEX pool_ledger_from ON pool_ledger (from_id, at) WHERE from_id IS NOT NULL;
CREATE INDEX pool_ledger_to ON pool_ledger (to_id, at) WHERE to_id IS NOT NULL;
CREATE INDEX pool_ledger_pool ON pool_ledger (pool_id) WHERE pool_id IS NOT NULL;
CREATE INDEX pool_ledger_user ON pool_ledger (user_id) WHERE user_id IS NOT NULL;

-- The shop's days with running numbers, so that the database itself can count
-- days and working days. Derived from the zone and the working hours.
CREATE TABLE pool_day (
    starts_at INTEGER PRIMARY KEY, -- midnight in the shop's zone
    day       TEXT NOT NULL,
    seq       INTEGER NOT NULL, -- running number of the day
    work      INTEGER NOT NULL  -- running number of the working day, the same on days off
) STRICT;
CREATE INDEX pool_day_seq ON pool_day (seq);
CREATE INDEX pool_day_work ON pool_day (work, starts_at);

-- The nights on which customers went back, so that none runs twice and a gap is
-- noticed.
CREATE TABLE pool_run (
    day      TEXT PRIMARY KEY,
    at       INTEGER NOT NULL,
    grace_until INTEGER NOT NULL DEFAULT 0, -- before then nothing goes back
    recycled INTEGER NOT NULL DEFAULT 0,
    warned   INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Who was told that a customer of theirs goes back, and for which day.
CREATE TABLE pool_told (
    customer_id INTEGER PRIMARY KEY REFERENCES customer (id) ON DELETE CASCADE,
    due         INTEGER NOT NULL
) STRICT;
