-- +goose Up
-- Whoever answered pressed that they want to be talked to.
ALTER TABLE survey_response ADD COLUMN talk_at INTEGER;
