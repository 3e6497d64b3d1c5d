-- +goose Up
-- What the customer or the shop said they would do by a day. Facts settle one
-- that they can (a payment, a delivered order); people settle the others.
CREATE TABLE promise (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    side        TEXT NOT NULL CHECK (side IN ('theirs', 'ours')),
    kind        TEXT NOT NULL CHECK (kind IN ('pay', 'deliver', 'other')),
    words       TEXT NOT NULL DEFAULT '',
    made_on     TEXT NOT NULL,
    due_on      TEXT NOT NULL,
    amount      INTEGER NOT NULL DEFAULT 0 CHECK (amount >= 0), -- 0 = whatever is owed
    currency    TEXT NOT NULL DEFAULT '',
    order_id    INTEGER REFERENCES order_head (id) ON DELETE SET NULL,
    owner_id    INTEGER REFERENCES user (id) ON DELETE SET NULL, -- who watches it
    state       TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'kept', 'late', 'broken', 'dropped')),
    settled_on  TEXT NOT NULL DEFAULT '',
    by_fact     INTEGER NOT NULL DEFAULT 0, -- facts settled it and may take that back
    reason      TEXT NOT NULL DEFAULT '',
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    version     INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX promise_customer ON promise (customer_id, state, due_on);
CREATE INDEX promise_due ON promise (due_on, id);
CREATE INDEX promise_open ON promise (due_on) WHERE state = 'open';
CREATE INDEX promise_order ON promise (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX promise_owner ON promise (owner_id) WHERE owner_id IS NOT NULL;
