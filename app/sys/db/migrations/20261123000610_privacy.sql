-- +goose Up
-- When a person was erased: the row stays for the orders alone. And whether a
-- person may be scored at all. See app/customer/privacy.
ALTER TABLE customer ADD COLUMN erased_at INTEGER;
ALTER TABLE customer ADD COLUMN no_profiling INTEGER NOT NULL DEFAULT 0;
