-- +goose Up
-- Fields that the shop adds to its contracts.
ALTER TABLE contract ADD COLUMN fields TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(fields));
