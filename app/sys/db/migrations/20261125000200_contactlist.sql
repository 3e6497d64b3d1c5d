-- +goose Up
-- The list of all contacts is walked by name and by the last change.
CREATE INDEX contact_name ON contact (name, id);
CREATE INDEX contact_updated ON contact (updated_at, id);
