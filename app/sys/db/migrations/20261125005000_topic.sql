-- +goose Up
-- What customers talk about, found by words that the shop chose.
CREATE TABLE topic (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name_en    TEXT NOT NULL DEFAULT '',
    name_zh    TEXT NOT NULL DEFAULT '',
    words      TEXT NOT NULL, -- one a line in any language, a star at the end takes every ending
    team_id    INTEGER REFERENCES team (id) ON DELETE SET NULL, -- the department that answers for it
    active     INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX topic_team ON topic (team_id) WHERE team_id IS NOT NULL;

-- Which answers speak of which topic. Derived in the background.
CREATE TABLE topic_hit (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    topic_id    INTEGER NOT NULL REFERENCES topic (id) ON DELETE CASCADE,
    response_id INTEGER REFERENCES survey_response (id) ON DELETE CASCADE,
    word        TEXT NOT NULL DEFAULT '' -- the first of the words that was found
) STRICT;
CREATE UNIQUE INDEX topic_hit_response ON topic_hit (response_id, topic_id) WHERE response_id IS NOT NULL;
CREATE INDEX topic_hit_response_any ON topic_hit (response_id);
CREATE INDEX topic_hit_topic ON topic_hit (topic_id, response_id);

-- Answers to look through again.
CREATE TABLE topic_due (response_id INTEGER PRIMARY KEY REFERENCES survey_response (id) ON DELETE CASCADE) STRICT;
-- +goose StatementBegin
CREATE TRIGGER topic_due_insert AFTER INSERT ON survey_response WHEN NEW.comment <> '' OR NEW.answers <> '{}' BEGIN
    INSERT OR IGNORE INTO topic_due (response_id) VALUES (NEW.id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER topic_due_update AFTER UPDATE OF comment, answers ON survey_response WHEN NEW.comment <> OLD.comment OR NEW.answers <> OLD.answers BEGIN
    INSERT OR IGNORE INTO topic_due (response_id) VALUES (NEW.id);
END;
-- +goose StatementEnd
INSERT INTO topic_due (response_id) SELECT id FROM survey_response WHERE comment <> '' OR answers <> '{}';
