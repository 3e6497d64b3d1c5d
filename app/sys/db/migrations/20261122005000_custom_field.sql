-- +goose Up
-- Fields that the shop adds to its records. A record keeps its values as one
-- JSON object by field id, see app/sys/custom.
CREATE TABLE custom_field (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    subject     TEXT NOT NULL,            -- "customer"
    key         TEXT NOT NULL,            -- its name in the API and in files
    kind        TEXT NOT NULL CHECK (kind IN ('text', 'long', 'number', 'money', 'date', 'bool', 'choice', 'multi', 'phone', 'email', 'link')),
    name_en     TEXT NOT NULL,
    name_zh     TEXT NOT NULL,
    help_en     TEXT NOT NULL DEFAULT '',
    help_zh     TEXT NOT NULL DEFAULT '',
    choices     TEXT NOT NULL DEFAULT '[]', -- JSON list of words
    required    INTEGER NOT NULL DEFAULT 0,
    shown_field TEXT NOT NULL DEFAULT '', -- key of the field that decides whether this one is asked
    shown_value TEXT NOT NULL DEFAULT '',
    searchable  INTEGER NOT NULL DEFAULT 0,
    filterable  INTEGER NOT NULL DEFAULT 0, -- an index is kept
    purpose     TEXT NOT NULL DEFAULT '', -- why the shop keeps this
    position    INTEGER NOT NULL DEFAULT 0,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    version     INTEGER NOT NULL DEFAULT 1,
    UNIQUE (subject, key)
) STRICT;
CREATE INDEX custom_field_subject ON custom_field (subject, position, id);
ALTER TABLE customer ADD COLUMN fields TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(fields));
