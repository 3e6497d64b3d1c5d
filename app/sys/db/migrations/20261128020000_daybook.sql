-- +goose Up
-- What a person did on a day. History that was brought in is nobody's day's work,
-- so an import writes nothing here.
CREATE INDEX event_doer ON event (user_id, occurred_at, id) WHERE imported = 0 AND user_id IS NOT NULL;

-- What somebody says about their day or week, beside what the product knows of it.
CREATE TABLE daily_report (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id    INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    period     TEXT NOT NULL CHECK (period IN ('day', 'week')),
    day        TEXT NOT NULL, -- its first
    well       TEXT NOT NULL DEFAULT '',
    problems   TEXT NOT NULL DEFAULT '',
    help       TEXT NOT NULL DEFAULT '',
    plan       TEXT NOT NULL DEFAULT '',
    state      TEXT NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'handed_in')),
    edition    INTEGER NOT NULL DEFAULT 0, -- how often it was handed in
    handed_at  INTEGER,
    figures    TEXT NOT NULL DEFAULT '', -- what was done, as it was handed in
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1,
    UNIQUE (user_id, period, day)
) STRICT;
CREATE INDEX daily_report_day ON daily_report (period, day, user_id);

-- Every handing-in, as it was; nothing changes or removes it.
CREATE TABLE daily_report_edition (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    report_id INTEGER NOT NULL REFERENCES daily_report (id) ON DELETE CASCADE,
    number    INTEGER NOT NULL,
    well      TEXT NOT NULL,
    problems  TEXT NOT NULL,
    help      TEXT NOT NULL,
    plan      TEXT NOT NULL,
    figures   TEXT NOT NULL,
    at        INTEGER NOT NULL,
    UNIQUE (report_id, number)
) STRICT;

-- What whoever reads it says to it.
CREATE TABLE daily_report_comment (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    report_id INTEGER NOT NULL REFERENCES daily_report (id) ON DELETE CASCADE,
    user_id   INTEGER REFERENCES user (id) ON DELETE SET NULL,
    words     TEXT NOT NULL,
    at        INTEGER NOT NULL
) STRICT;
CREATE INDEX daily_report_comment_report ON daily_report_comment (report_id, id);
CREATE INDEX daily_report_comment_user ON daily_report_comment (user_id);
