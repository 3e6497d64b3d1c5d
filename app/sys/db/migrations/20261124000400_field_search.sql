-- +goose Up
-- Up to which record the search index follows the fields that are ticked to be
-- searched, one row a kind of record. Derived, never journaled.
CREATE TABLE custom_field_search (
    subject TEXT PRIMARY KEY,
    fields  TEXT NOT NULL DEFAULT '', -- the ids of the fields that it is being made with
    upto    INTEGER NOT NULL DEFAULT 0, -- the last record that was looked at, -1 for all
    most    INTEGER NOT NULL DEFAULT 0  -- the highest record when it began
) STRICT;
