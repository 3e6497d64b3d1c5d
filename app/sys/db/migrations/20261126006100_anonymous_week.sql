-- +goose Up
-- An anonymous answer says its week and no day, and whether it came from a place
-- where whoever passes answers: only those who were invited hide one another.
ALTER TABLE survey_anonymous ADD COLUMN placed INTEGER NOT NULL DEFAULT 0;
UPDATE survey_anonymous SET day = date(day, 'weekday 0', '-6 days');
