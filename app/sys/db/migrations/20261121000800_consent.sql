-- +goose Up
-- Who agreed or objected to what, append-only: the newest row counts.
CREATE TABLE consent (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    contact_id  INTEGER REFERENCES contact (id) ON DELETE CASCADE,
    purpose     TEXT NOT NULL CHECK (purpose IN ('service', 'survey', 'marketing')),
    channel     TEXT NOT NULL DEFAULT 'email',
    state       TEXT NOT NULL CHECK (state IN ('allowed', 'objected')),
    basis       TEXT NOT NULL, -- customer_relation, opt_in, objection
    source      TEXT NOT NULL, -- form, import, unsubscribe, staff, api
    wording     TEXT NOT NULL DEFAULT '',
    user_id     INTEGER REFERENCES user (id) ON DELETE SET NULL,
    at          INTEGER NOT NULL
) STRICT;
CREATE INDEX consent_customer ON consent (customer_id, purpose, id);
CREATE INDEX consent_contact ON consent (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX consent_user ON consent (user_id) WHERE user_id IS NOT NULL;

CREATE TABLE consent_link (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    token_hash  TEXT NOT NULL UNIQUE,
    customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    contact_id  INTEGER REFERENCES contact (id) ON DELETE CASCADE,
    created_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX consent_link_customer ON consent_link (customer_id);
CREATE INDEX consent_link_contact ON consent_link (contact_id) WHERE contact_id IS NOT NULL;
