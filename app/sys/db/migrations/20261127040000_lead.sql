-- +goose Up
-- Inquiries of people who are no customers yet.
CREATE TABLE lead_reason (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL,
    active     INTEGER NOT NULL DEFAULT 1, -- offered when a lead is given up
    position   INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE lead (
    id                INTEGER PRIMARY KEY AUTOINCREMENT,
    name              TEXT NOT NULL,
    company           TEXT NOT NULL DEFAULT '',
    phones            TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(phones)),
    emails            TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(emails)),
    wechat            TEXT NOT NULL DEFAULT '',
    source            TEXT NOT NULL DEFAULT '',
    need              TEXT NOT NULL DEFAULT '', -- what they want, in their words
    interest          TEXT NOT NULL DEFAULT '', -- in which product
    product_id        INTEGER REFERENCES product (id) ON DELETE SET NULL,
    amount            INTEGER NOT NULL DEFAULT 0, -- a guess
    currency          TEXT NOT NULL,
    region            TEXT NOT NULL DEFAULT '',
    owner_id          INTEGER REFERENCES user (id) ON DELETE SET NULL, -- NULL: in the pool
    owned_at          INTEGER, -- since when it is theirs
    assigned_why      TEXT NOT NULL DEFAULT '', -- by which rule it came to its owner
    state             TEXT NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'working', 'qualified', 'converted', 'disqualified')),
    reason_id         INTEGER REFERENCES lead_reason (id) ON DELETE SET NULL,
    reason_note       TEXT NOT NULL DEFAULT '',
    score             INTEGER NOT NULL DEFAULT 0,
    unchecked         INTEGER NOT NULL DEFAULT 0, -- came from the public form without its proof of work
    consent           TEXT NOT NULL DEFAULT '', -- what they agreed to, in its words
    consent_at        INTEGER,
    received_at       INTEGER NOT NULL,
    due_at            INTEGER, -- by when somebody should have answered
    first_response_at INTEGER,
    last_contact_at   INTEGER,
    alerted_at        INTEGER, -- when its owner was told that it is late
    closed_at         INTEGER,
    customer_id       INTEGER REFERENCES customer (id) ON DELETE SET NULL, -- what became of it
    deal_id           INTEGER REFERENCES deal (id) ON DELETE SET NULL,
    words             TEXT NOT NULL DEFAULT '', -- by what it is found, derived
    external_id       TEXT,
    external_src      TEXT NOT NULL DEFAULT '',
    fields            TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(fields)),
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL,
    version           INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX lead_state ON lead (state, received_at, id);
CREATE INDEX lead_owner ON lead (owner_id, state, received_at) WHERE owner_id IS NOT NULL;
CREATE INDEX lead_pool ON lead (received_at, id) WHERE owner_id IS NULL AND state IN ('new', 'working', 'qualified');
CREATE INDEX lead_late ON lead (due_at) WHERE due_at IS NOT NULL AND first_response_at IS NULL AND state IN ('new', 'working', 'qualified');
CREATE INDEX lead_customer ON lead (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX lead_deal ON lead (deal_id) WHERE deal_id IS NOT NULL;
CREATE INDEX lead_product ON lead (product_id) WHERE product_id IS NOT NULL;
CREATE INDEX lead_reason_any ON lead (reason_id) WHERE reason_id IS NOT NULL;
CREATE INDEX lead_name ON lead (name COLLATE NOCASE, id);
CREATE INDEX lead_amount ON lead (amount, id);
CREATE INDEX lead_score ON lead (score, id);
CREATE INDEX lead_received ON lead (received_at, id);
CREATE INDEX lead_created ON lead (created_at, id);
CREATE INDEX lead_updated ON lead (updated_at, id);
CREATE UNIQUE INDEX lead_external ON lead (external_src, external_id) WHERE external_id IS NOT NULL;

-- What was said and done about a lead.
CREATE TABLE lead_event (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    lead_id INTEGER NOT NULL REFERENCES lead (id) ON DELETE CASCADE,
    kind    TEXT NOT NULL, -- a channel of an exchange, note, or what was done with it
    at      INTEGER NOT NULL,
    user_id INTEGER REFERENCES user (id) ON DELETE SET NULL,
    content TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX lead_event_lead ON lead_event (lead_id, at, id);
CREATE INDEX lead_event_user ON lead_event (user_id, kind, at) WHERE user_id IS NOT NULL;
