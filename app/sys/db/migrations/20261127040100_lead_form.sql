-- +goose Up
-- Forms on the web through which inquiries come.
CREATE TABLE lead_form (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    slug       TEXT NOT NULL UNIQUE, -- its address
    name       TEXT NOT NULL, -- what it is called here
    texts      TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(texts)), -- title, lead, thanks and consent by language
    asks       TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(asks)), -- what is asked besides the name, ! where it must be said
    source     TEXT NOT NULL DEFAULT '',
    owner_id   INTEGER REFERENCES user (id) ON DELETE SET NULL, -- who gets its leads, NULL: by the rules
    effort     INTEGER NOT NULL DEFAULT 14 CHECK (effort BETWEEN 8 AND 22), -- bits of the proof of work
    active     INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX lead_form_owner ON lead_form (owner_id) WHERE owner_id IS NOT NULL;

ALTER TABLE lead ADD COLUMN form_id INTEGER REFERENCES lead_form (id) ON DELETE SET NULL;
CREATE INDEX lead_form_any ON lead (form_id) WHERE form_id IS NOT NULL;
