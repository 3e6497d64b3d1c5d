-- +goose Up
-- Who has voted in an anonymous survey and is not told yet: a keyed digest of
-- the invitation, without a time and in no order of arrival.
CREATE TABLE survey_ballot (
    mark      TEXT PRIMARY KEY,
    survey_id INTEGER NOT NULL REFERENCES survey (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX survey_ballot_survey ON survey_ballot (survey_id);

-- What was promised stays promised, whoever writes.
-- +goose StatementBegin
CREATE TRIGGER survey_stays_anonymous BEFORE UPDATE OF anonymous ON survey WHEN OLD.anonymous = 1 AND NEW.anonymous <> 1 BEGIN
    SELECT RAISE(ABORT, 'an anonymous survey stays anonymous');
END;
-- +goose StatementEnd
