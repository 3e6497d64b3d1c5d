-- +goose Up
-- The sites that may show a form of leads in a frame, one a line.
ALTER TABLE lead_form ADD COLUMN origins TEXT NOT NULL DEFAULT '';
