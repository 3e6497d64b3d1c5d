-- +goose Up
-- How lately, how often and for how much somebody bought, 1 to 5 each, and the
-- segment that this falls into. Made at night; only rows that changed are written.
CREATE TABLE prediction_rfm (
    customer_id INTEGER PRIMARY KEY REFERENCES customer (id) ON DELETE CASCADE,
    r           INTEGER NOT NULL,
    f           INTEGER NOT NULL,
    m           INTEGER NOT NULL,
    segment     TEXT NOT NULL,
    month       TEXT NOT NULL,           -- the month that before is about
    before      TEXT NOT NULL DEFAULT '' -- the segment with which they came into it, '' = none
) STRICT;
CREATE INDEX prediction_rfm_segment ON prediction_rfm (segment, customer_id);
CREATE INDEX prediction_rfm_before ON prediction_rfm (before, segment, customer_id);
-- What the owner made of the ten segments: the first that holds the three
-- scores has them, the last has whatever is left. Without rows they are as they come.
CREATE TABLE prediction_segment (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    key      TEXT NOT NULL UNIQUE,
    position INTEGER NOT NULL,
    name_en  TEXT NOT NULL DEFAULT '',
    name_zh  TEXT NOT NULL DEFAULT '',
    r_from   INTEGER NOT NULL,
    r_to     INTEGER NOT NULL,
    f_from   INTEGER NOT NULL,
    f_to     INTEGER NOT NULL,
    m_from   INTEGER NOT NULL,
    m_to     INTEGER NOT NULL
) STRICT;
