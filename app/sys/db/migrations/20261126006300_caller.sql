-- +goose Up
-- Who asks to be talked to beside an anonymous answer: kept with the case and
-- apart from its words, so that roles that see no details do not see it there.
CREATE TABLE feedback_caller (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id    INTEGER NOT NULL UNIQUE REFERENCES feedback_case (id) ON DELETE CASCADE,
    name       TEXT NOT NULL DEFAULT '',
    phone      TEXT NOT NULL DEFAULT '',
    email      TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL
) STRICT;
