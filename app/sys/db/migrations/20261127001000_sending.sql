-- +goose Up
-- How programs and waves send: by text message where there is no mail address, in
-- which hours, and how many in an hour.
ALTER TABLE wave ADD COLUMN texts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE wave ADD COLUMN per_hour INTEGER NOT NULL DEFAULT 0; -- 0 = as many as the mail server takes
ALTER TABLE survey_program ADD COLUMN texts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE survey_program ADD COLUMN from_hour INTEGER NOT NULL DEFAULT 0;
ALTER TABLE survey_program ADD COLUMN to_hour INTEGER NOT NULL DEFAULT 0; -- 0 = no hours of its own
ALTER TABLE survey_program ADD COLUMN weekdays INTEGER NOT NULL DEFAULT 0; -- 1 Monday, 2 Tuesday, 4 ...; 0 = every working day
