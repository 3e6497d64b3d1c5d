-- +goose Up
-- What was agreed with a customer for a time, and until when notice can be given.
CREATE TABLE contract (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    number       TEXT NOT NULL,
    customer_id  INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    title        TEXT NOT NULL,
    order_id     INTEGER REFERENCES order_head (id) ON DELETE SET NULL,
    deal_id      INTEGER REFERENCES deal (id) ON DELETE SET NULL,
    signed_on    TEXT NOT NULL DEFAULT '',
    starts_on    TEXT NOT NULL DEFAULT '',
    ends_on      TEXT NOT NULL DEFAULT '', -- '' = until further notice
    amount       INTEGER NOT NULL DEFAULT 0 CHECK (amount >= 0),
    currency     TEXT NOT NULL,
    notice_days  INTEGER NOT NULL DEFAULT 0 CHECK (notice_days BETWEEN 0 AND 3650),
    renewal      TEXT NOT NULL DEFAULT 'none' CHECK (renewal IN ('none', 'hand', 'self')),
    renew_months INTEGER NOT NULL DEFAULT 12 CHECK (renew_months BETWEEN 1 AND 120),
    renewed      INTEGER NOT NULL DEFAULT 0, -- how often it went on for another term
    owner_id     INTEGER REFERENCES user (id) ON DELETE SET NULL, -- who is reminded
    state        TEXT NOT NULL CHECK (state IN ('draft', 'running', 'ended', 'cancelled')), -- follows from the dates
    cancelled_on TEXT NOT NULL DEFAULT '',
    reason       TEXT NOT NULL DEFAULT '',
    notes        TEXT NOT NULL DEFAULT '',
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    version      INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX contract_number ON contract (number);
CREATE INDEX contract_customer ON contract (customer_id, state);
CREATE INDEX contract_ends ON contract (ends_on, id);
CREATE INDEX contract_running ON contract (ends_on) WHERE state = 'running';
CREATE INDEX contract_order ON contract (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX contract_deal ON contract (deal_id) WHERE deal_id IS NOT NULL;
CREATE INDEX contract_owner ON contract (owner_id) WHERE owner_id IS NOT NULL;
