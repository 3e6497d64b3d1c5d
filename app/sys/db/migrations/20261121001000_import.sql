-- +goose Up
CREATE TABLE import_run (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    kind         TEXT NOT NULL,
    file_name    TEXT NOT NULL,
    sha256       TEXT NOT NULL, -- the file, kept in files/
    options      TEXT NOT NULL, -- JSON: encoding, mapping, match, on_duplicate, defaults, create_missing
    state        TEXT NOT NULL CHECK (state IN ('mapping', 'checking', 'checked', 'running', 'done', 'failed', 'undoing', 'undone')),
    total        INTEGER NOT NULL DEFAULT 0, -- rows in the file, 0 = not counted yet
    position     INTEGER NOT NULL DEFAULT 0, -- rows committed (or checked)
    created      INTEGER NOT NULL DEFAULT 0,
    updated      INTEGER NOT NULL DEFAULT 0,
    skipped      INTEGER NOT NULL DEFAULT 0,
    failed       INTEGER NOT NULL DEFAULT 0,
    group_id     INTEGER NOT NULL DEFAULT 0, -- first journal set, for the undo
    undo_percent INTEGER NOT NULL DEFAULT 0,
    conflicts    INTEGER NOT NULL DEFAULT 0, -- rows that the undo left alone because they changed since
    error        TEXT NOT NULL DEFAULT '',   -- JSON: i18n key and arguments
    runner       TEXT NOT NULL DEFAULT '',   -- the process at work on it
    lease_until  INTEGER NOT NULL DEFAULT 0, -- until when nobody else takes it over
    user_id      INTEGER REFERENCES user (id) ON DELETE SET NULL,
    via          TEXT NOT NULL,              -- shell: the house itself acts, without a person
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX import_run_user ON import_run (user_id, id);
CREATE INDEX import_run_state ON import_run (state) WHERE state IN ('checking', 'running', 'undoing');

CREATE TABLE import_problem (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id INTEGER NOT NULL REFERENCES import_run (id) ON DELETE CASCADE,
    line   INTEGER NOT NULL,
    field  TEXT NOT NULL DEFAULT '',
    key    TEXT NOT NULL, -- i18n key of what is wrong
    args   TEXT NOT NULL DEFAULT '{}',
    fatal  INTEGER NOT NULL DEFAULT 1, -- 0 = the row is taken, with a remark
    cells  TEXT NOT NULL DEFAULT '[]' -- the row as it came, for the file of failed rows
) STRICT;
CREATE INDEX import_problem_run ON import_problem (run_id, line);
