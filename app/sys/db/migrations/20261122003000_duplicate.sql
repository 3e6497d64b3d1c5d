-- +goose Up
-- Customers that may be one and the same. Derived: found by the background
-- check, forgotten with either of the two. See app/customer/duplicate.
CREATE TABLE duplicate_pair (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    a_id     INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    b_id     INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    score    INTEGER NOT NULL, -- 0 to 100
    reasons  TEXT NOT NULL,    -- name,phone,email,wechat,external_id
    state    TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'separate')),
    found_at INTEGER NOT NULL,
    UNIQUE (a_id, b_id),
    CHECK (a_id < b_id)
) STRICT;
CREATE INDEX duplicate_pair_b ON duplicate_pair (b_id);
CREATE INDEX duplicate_pair_score ON duplicate_pair (score, id);
CREATE INDEX duplicate_pair_state ON duplicate_pair (state, score, id);

-- Somebody said that these two are not the same.
CREATE TABLE duplicate_apart (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    a_id    INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    b_id    INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    user_id INTEGER REFERENCES user (id) ON DELETE SET NULL,
    at      INTEGER NOT NULL,
    UNIQUE (a_id, b_id)
) STRICT;
CREATE INDEX duplicate_apart_b ON duplicate_apart (b_id);
CREATE INDEX duplicate_apart_user ON duplicate_apart (user_id) WHERE user_id IS NOT NULL;

-- Which customer a merged one became; its old number leads there.
CREATE TABLE duplicate_merge (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    survivor_id  INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    loser_id     INTEGER NOT NULL UNIQUE, -- no such customer any more
    name         TEXT NOT NULL,
    external_src TEXT NOT NULL DEFAULT '',
    external_id  TEXT, -- other systems still know it by this
    user_id      INTEGER REFERENCES user (id) ON DELETE SET NULL,
    at           INTEGER NOT NULL
) STRICT;
CREATE INDEX duplicate_merge_survivor ON duplicate_merge (survivor_id);
CREATE INDEX duplicate_merge_external ON duplicate_merge (external_src, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX duplicate_merge_user ON duplicate_merge (user_id) WHERE user_id IS NOT NULL;

-- What a merge did to rows that the journal does not watch, so that an undo
-- brings them back too. It outlives the merge's own row.
CREATE TABLE duplicate_moved (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    merge_id INTEGER NOT NULL,
    survivor INTEGER NOT NULL,
    loser    INTEGER NOT NULL,
    tbl      TEXT NOT NULL,
    col      TEXT NOT NULL,
    row_key  TEXT NOT NULL, -- JSON list: its primary key
    data     TEXT,          -- JSON: the whole row when it could not move
    at       INTEGER NOT NULL,
    UNIQUE (merge_id, tbl, col, row_key)
) STRICT;
CREATE INDEX duplicate_moved_at ON duplicate_moved (at);

-- Customers to be looked at by the background check.
CREATE TABLE duplicate_dirty (
    customer_id INTEGER PRIMARY KEY REFERENCES customer (id) ON DELETE CASCADE,
    since       INTEGER NOT NULL
) STRICT;

CREATE INDEX customer_external_id ON customer (external_id) WHERE external_id IS NOT NULL;
