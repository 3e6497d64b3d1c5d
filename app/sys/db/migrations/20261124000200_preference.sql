-- +goose Up
-- What says what a customer likes: shown together on their record.
ALTER TABLE tag ADD COLUMN preference INTEGER NOT NULL DEFAULT 0 CHECK (preference IN (0, 1));
ALTER TABLE custom_field ADD COLUMN preference INTEGER NOT NULL DEFAULT 0 CHECK (preference IN (0, 1));
