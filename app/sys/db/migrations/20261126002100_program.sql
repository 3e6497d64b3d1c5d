-- +goose Up
-- Programs after anything that a slice knows of, with a second survey in turn,
-- that can be stopped and that end by themselves; a customer is asked once about
-- one event, by whatever programs.
ALTER TABLE survey_program ADD COLUMN alternate_id INTEGER REFERENCES survey (id) ON DELETE SET NULL; -- asked in turn with survey_id
ALTER TABLE survey_program ADD COLUMN stopped_at INTEGER; -- off for good, until somebody starts it again
ALTER TABLE survey_program ADD COLUMN closes_on TEXT NOT NULL DEFAULT '';
ALTER TABLE survey_program ADD COLUMN closes_at_n INTEGER NOT NULL DEFAULT 0; -- 0 = at no number of answers
CREATE INDEX survey_program_alternate ON survey_program (alternate_id) WHERE alternate_id IS NOT NULL;
ALTER TABLE wave ADD COLUMN closes_on TEXT NOT NULL DEFAULT '';
ALTER TABLE wave ADD COLUMN closes_at_n INTEGER NOT NULL DEFAULT 0;
ALTER TABLE survey_invitation ADD COLUMN event_key TEXT NOT NULL DEFAULT ''; -- order:12, visit:4
UPDATE survey_invitation SET event_key = period_key WHERE id IN (
    SELECT min(id) FROM survey_invitation WHERE period_key LIKE 'order:%' GROUP BY customer_id, period_key);
CREATE UNIQUE INDEX survey_invitation_event ON survey_invitation (customer_id, event_key) WHERE event_key <> '';
