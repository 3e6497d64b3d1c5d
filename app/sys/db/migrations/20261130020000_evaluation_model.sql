-- +goose Up
-- How customers are scored has versions: what is published becomes a new row,
-- the rows before it stay, and every snapshot names its own.
ALTER TABLE evaluation_model ADD COLUMN rules TEXT NOT NULL
    DEFAULT '{"mode":"points","hysteresis":3,"overdue_days":60,"overdue_grade":"C"}'; -- JSON: how points become a grade, and what holds it down
ALTER TABLE evaluation_model ADD COLUMN user_id INTEGER REFERENCES user (id) ON DELETE SET NULL; -- who published it
ALTER TABLE evaluation_model ADD COLUMN note TEXT NOT NULL DEFAULT ''; -- why
ALTER TABLE evaluation_model ADD COLUMN repeats INTEGER REFERENCES evaluation_model (id); -- the earlier version that came back with it
ALTER TABLE evaluation_model ADD COLUMN at_once INTEGER NOT NULL DEFAULT 0; -- 1 = beside the work, 0 = with the next night
CREATE INDEX evaluation_model_user ON evaluation_model (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX evaluation_model_repeats ON evaluation_model (repeats) WHERE repeats IS NOT NULL;

-- The grade that the rules give, where a person set another: '' = nobody did.
ALTER TABLE evaluation ADD COLUMN rated TEXT NOT NULL DEFAULT '';
ALTER TABLE customer_stat ADD COLUMN grade_by_hand INTEGER NOT NULL DEFAULT 0;

-- A grade that a person set, with a reason and a last day.
CREATE TABLE evaluation_override (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id INTEGER NOT NULL UNIQUE REFERENCES customer (id) ON DELETE CASCADE,
    grade       TEXT NOT NULL CHECK (grade IN ('A', 'B', 'C', 'D')),
    reason      TEXT NOT NULL,
    until       TEXT NOT NULL, -- the last day on which it holds
    user_id     INTEGER REFERENCES user (id) ON DELETE SET NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    version     INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX evaluation_override_user ON evaluation_override (user_id) WHERE user_id IS NOT NULL;
