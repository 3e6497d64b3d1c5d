-- +goose Up
-- Whoever answers at a place may say who they are, with the words they agreed
-- to. Who that is among the customers, somebody says.
ALTER TABLE poster ADD COLUMN contact INTEGER NOT NULL DEFAULT 1; -- may leave how to reach them
CREATE TABLE poster_guest (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    response_id INTEGER NOT NULL UNIQUE REFERENCES survey_response (id) ON DELETE CASCADE,
    name        TEXT NOT NULL DEFAULT '',
    phone       TEXT NOT NULL DEFAULT '',
    email       TEXT NOT NULL DEFAULT '',
    notice      TEXT NOT NULL, -- the words they agreed to, as they read them
    customer_id INTEGER REFERENCES customer (id) ON DELETE CASCADE, -- who they turned out to be
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    version     INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX poster_guest_customer ON poster_guest (customer_id) WHERE customer_id IS NOT NULL;
