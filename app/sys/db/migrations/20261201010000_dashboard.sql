-- +goose Up
-- Figures beside each other. A tile is a report that somebody keeps (report_id),
-- or one of the program's by its name (source).
CREATE TABLE dashboard (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id    INTEGER REFERENCES user (id) ON DELETE SET NULL,
    name       TEXT NOT NULL CHECK (name <> ''),
    roles      TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX dashboard_user ON dashboard (user_id) WHERE user_id IS NOT NULL;

CREATE TABLE dashboard_tile (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    dashboard_id INTEGER NOT NULL REFERENCES dashboard (id) ON DELETE CASCADE,
    position     INTEGER NOT NULL,
    source       TEXT NOT NULL DEFAULT '',
    report_id    INTEGER REFERENCES analysis_report (id) ON DELETE CASCADE,
    title        TEXT NOT NULL DEFAULT '',
    look         TEXT NOT NULL,
    width        INTEGER NOT NULL CHECK (width BETWEEN 1 AND 3),
    CHECK ((report_id IS NULL) = (source <> ''))
) STRICT;
CREATE INDEX dashboard_tile_dashboard ON dashboard_tile (dashboard_id, position);
CREATE INDEX dashboard_tile_report ON dashboard_tile (report_id) WHERE report_id IS NOT NULL;
