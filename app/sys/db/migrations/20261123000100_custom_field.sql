-- +goose Up
-- Fields that a shop adds, on more kinds of record and of more kinds: a person,
-- a customer, a formula; sensitive ones are stored sealed. The table is made
-- anew because its list of kinds grows. The count of ids goes on, so that no new
-- field ever finds the values of a deleted one.
CREATE TABLE custom_field_next (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    subject        TEXT NOT NULL,            -- "customer", "contact", "product", "order", …
    key            TEXT NOT NULL,            -- its name in the API and in files
    kind           TEXT NOT NULL CHECK (kind IN ('text', 'long', 'number', 'money', 'date', 'bool', 'choice', 'multi', 'phone', 'email', 'link', 'person', 'customer', 'computed')),
    name_en        TEXT NOT NULL,
    name_zh        TEXT NOT NULL,
    help_en        TEXT NOT NULL DEFAULT '',
    help_zh        TEXT NOT NULL DEFAULT '',
    choices        TEXT NOT NULL DEFAULT '[]', -- JSON list of words
    required       INTEGER NOT NULL DEFAULT 0,
    required_field TEXT NOT NULL DEFAULT '', -- required only when this field …
    required_value TEXT NOT NULL DEFAULT '', -- … has this value
    shown_field    TEXT NOT NULL DEFAULT '', -- key of the field that decides whether this one is asked
    shown_value    TEXT NOT NULL DEFAULT '',
    searchable     INTEGER NOT NULL DEFAULT 0,
    filterable     INTEGER NOT NULL DEFAULT 0, -- an index is kept
    sensitive      INTEGER NOT NULL DEFAULT 0, -- sealed, masked, every look noted
    formula        TEXT NOT NULL DEFAULT '', -- of a computed field
    purpose        TEXT NOT NULL DEFAULT '', -- why the shop keeps this
    position       INTEGER NOT NULL DEFAULT 0,
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    version        INTEGER NOT NULL DEFAULT 1,
    UNIQUE (subject, key)
) STRICT;
INSERT INTO custom_field_next (id, subject, key, kind, name_en, name_zh, help_en, help_zh, choices, required, shown_field, shown_value, searchable, filterable,
        purpose, position, created_at, updated_at, version)
    SELECT id, subject, key, kind, name_en, name_zh, help_en, help_zh, choices, required, shown_field, shown_value, searchable, filterable,
        purpose, position, created_at, updated_at, version FROM custom_field;
DELETE FROM sqlite_sequence WHERE name = 'custom_field_next';
INSERT INTO sqlite_sequence (name, seq) SELECT 'custom_field_next', seq FROM sqlite_sequence WHERE name = 'custom_field';
DROP TABLE custom_field;
ALTER TABLE custom_field_next RENAME TO custom_field;
CREATE INDEX custom_field_subject ON custom_field (subject, position, id);

ALTER TABLE contact ADD COLUMN fields TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(fields));
ALTER TABLE product ADD COLUMN fields TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(fields));
ALTER TABLE order_head ADD COLUMN fields TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(fields));
