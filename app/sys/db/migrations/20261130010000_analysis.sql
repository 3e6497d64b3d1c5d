-- +goose Up
-- A report that somebody keeps is a query under a name; roles are those that it is
-- shown to besides whoever made it, with commas between.
CREATE TABLE analysis_report (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id    INTEGER REFERENCES user (id) ON DELETE SET NULL,
    name       TEXT NOT NULL CHECK (name <> ''),
    query      TEXT NOT NULL CHECK (query <> ''),
    roles      TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX analysis_report_user ON analysis_report (user_id) WHERE user_id IS NOT NULL;

-- When a report comes by mail; who gets it stands in analysis_reader.
CREATE TABLE analysis_mail (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    report_id  INTEGER NOT NULL UNIQUE REFERENCES analysis_report (id) ON DELETE CASCADE,
    rhythm     TEXT NOT NULL CHECK (rhythm IN ('weekly', 'monthly')),
    day        INTEGER NOT NULL, -- of the week (0 is Sunday) or of the month, 1 to 28
    since      INTEGER NOT NULL  -- when it was decided: nothing that was due before is sent
) STRICT;

CREATE TABLE analysis_reader (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    report_id INTEGER NOT NULL REFERENCES analysis_report (id) ON DELETE CASCADE,
    user_id   INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    UNIQUE (report_id, user_id)
) STRICT;
CREATE INDEX analysis_reader_user ON analysis_reader (user_id);

-- What was sent for which week or month, so that nothing is sent twice.
CREATE TABLE analysis_sent (
    report_id INTEGER NOT NULL REFERENCES analysis_report (id) ON DELETE CASCADE,
    slot      TEXT NOT NULL,
    sent_at   INTEGER NOT NULL,
    PRIMARY KEY (report_id, slot)
) STRICT;
