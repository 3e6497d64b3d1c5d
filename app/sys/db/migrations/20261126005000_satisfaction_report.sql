-- +goose Up
-- What customers said in a week, a month or a quarter, with the figures as they
-- stood when the report was made. They are never counted again.
CREATE TABLE satisfaction_report (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    kind        TEXT NOT NULL CHECK (kind IN ('weekly', 'monthly', 'quarterly')),
    slot        TEXT NOT NULL, -- 2026-W47, 2026-11, 2026-Q4, or by hand the minute in which it was made
    team_id     INTEGER REFERENCES team (id) ON DELETE CASCADE, -- NULL is the whole shop
    first_day   TEXT NOT NULL,
    last_day    TEXT NOT NULL,
    figures     TEXT NOT NULL CHECK (json_valid(figures)),
    user_id     INTEGER REFERENCES user (id) ON DELETE SET NULL, -- who made it by hand
    made_at     INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX satisfaction_report_slot ON satisfaction_report (kind, slot, coalesce(team_id, 0));
CREATE INDEX satisfaction_report_team ON satisfaction_report (team_id) WHERE team_id IS NOT NULL;
CREATE INDEX satisfaction_report_user ON satisfaction_report (user_id) WHERE user_id IS NOT NULL;
