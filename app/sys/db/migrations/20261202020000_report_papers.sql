-- +goose Up
-- Which files come along with a report's mail, with commas between. Mails that are
-- arranged already keep their spreadsheet.
ALTER TABLE analysis_mail ADD COLUMN papers TEXT NOT NULL DEFAULT 'xlsx' CHECK (papers IN ('', 'xlsx', 'pdf', 'xlsx,pdf'));
