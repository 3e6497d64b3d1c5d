-- +goose Up
-- What was learnt from a deal that was won or lost, one note a deal.
CREATE TABLE experience (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    deal_id    INTEGER NOT NULL UNIQUE REFERENCES deal (id) ON DELETE CASCADE,
    decided    TEXT NOT NULL, -- what decided it
    again      TEXT NOT NULL DEFAULT '', -- what one would do again, or never
    author_id  INTEGER REFERENCES user (id) ON DELETE SET NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX experience_author ON experience (author_id) WHERE author_id IS NOT NULL;
