-- +goose Up
-- Documents of a stage that were uploaded; the bytes lie in files/ under their hash.
CREATE TABLE deal_stage_file (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    stage_id   INTEGER NOT NULL REFERENCES deal_stage (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    mime       TEXT NOT NULL,
    size       INTEGER NOT NULL,
    sha256     TEXT NOT NULL,
    user_id    INTEGER REFERENCES user (id) ON DELETE SET NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX deal_stage_file_stage ON deal_stage_file (stage_id, id);
CREATE INDEX deal_stage_file_user ON deal_stage_file (user_id) WHERE user_id IS NOT NULL;
