-- +goose Up
-- The words that somebody agreed to who may be quoted.
ALTER TABLE survey_response ADD COLUMN praise_notice TEXT NOT NULL DEFAULT '';
CREATE INDEX survey_response_praise ON survey_response (answered_at, id) WHERE praise = 1;

-- Answers that the shop leaves off the wall of praise although they may be quoted.
CREATE TABLE praise_hidden (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    response_id INTEGER NOT NULL UNIQUE REFERENCES survey_response (id) ON DELETE CASCADE,
    user_id     INTEGER REFERENCES user (id) ON DELETE SET NULL,
    created_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX praise_hidden_user ON praise_hidden (user_id) WHERE user_id IS NOT NULL;
