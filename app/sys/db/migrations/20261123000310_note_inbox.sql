-- +goose Up
-- Notes that stand on top of a record, and those that the customer may see.
ALTER TABLE note ADD COLUMN pinned_at INTEGER;
ALTER TABLE note ADD COLUMN visible INTEGER NOT NULL DEFAULT 0;
CREATE INDEX note_pinned ON note (customer_id, pinned_at) WHERE pinned_at IS NOT NULL;

-- Notifications that were put off.
ALTER TABLE notification ADD COLUMN snoozed_until INTEGER;
