-- +goose Up
-- What belongs to a stage: price sheets, samples, forms, as names with addresses.
ALTER TABLE deal_stage ADD COLUMN documents TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(documents));
