-- +goose Up
CREATE TABLE product (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    code        TEXT,
    name        TEXT NOT NULL,
    unit        TEXT NOT NULL DEFAULT '',
    price       INTEGER NOT NULL DEFAULT 0, -- minor units of the shop's currency
    category    TEXT NOT NULL DEFAULT '',
    use_up_days INTEGER NOT NULL DEFAULT 0, -- how long one unit lasts, 0 = unknown
    active      INTEGER NOT NULL DEFAULT 1,
    external_id TEXT,
    external_src TEXT NOT NULL DEFAULT '',
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    version     INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX product_code ON product (code) WHERE code IS NOT NULL;
CREATE INDEX product_name ON product (name COLLATE NOCASE, id);
CREATE INDEX product_category ON product (category, id);
CREATE INDEX product_price ON product (price, id);
CREATE INDEX product_created ON product (created_at, id);
CREATE INDEX product_updated ON product (updated_at, id);
CREATE UNIQUE INDEX product_external ON product (external_src, external_id) WHERE external_id IS NOT NULL;

CREATE TABLE order_head (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    number      TEXT NOT NULL UNIQUE, -- O-2026-0042 or the imported one
    customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    ordered_on  TEXT NOT NULL,
    due_on      TEXT NOT NULL DEFAULT '', -- when it is to be paid, '' = at once
    status      TEXT NOT NULL CHECK (status IN ('draft', 'confirmed', 'completed', 'cancelled')),
    currency    TEXT NOT NULL,
    total       INTEGER NOT NULL DEFAULT 0, -- sum of the lines, kept in the same transaction
    notes       TEXT NOT NULL DEFAULT '',
    user_id     INTEGER REFERENCES user (id) ON DELETE SET NULL,
    external_id TEXT,
    external_src TEXT NOT NULL DEFAULT '',
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    version     INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX order_head_customer ON order_head (customer_id, ordered_on, id);
CREATE INDEX order_head_ordered ON order_head (ordered_on, id, status, total); -- sums of a month without the rows
CREATE INDEX order_head_created ON order_head (created_at, id);
CREATE INDEX order_head_updated ON order_head (updated_at, id);
CREATE INDEX order_head_total ON order_head (total, id);
CREATE INDEX order_head_user ON order_head (user_id) WHERE user_id IS NOT NULL;
CREATE UNIQUE INDEX order_head_external ON order_head (external_src, external_id) WHERE external_id IS NOT NULL;

-- The last number given in a year. Numbers may be skipped, never given twice.
CREATE TABLE order_number (
    year INTEGER PRIMARY KEY,
    last INTEGER NOT NULL
) STRICT;

CREATE TABLE order_line (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    order_id   INTEGER NOT NULL REFERENCES order_head (id) ON DELETE CASCADE,
    product_id INTEGER REFERENCES product (id) ON DELETE SET NULL,
    name       TEXT NOT NULL,
    unit       TEXT NOT NULL DEFAULT '',
    quantity   INTEGER NOT NULL, -- thousandths
    unit_price INTEGER NOT NULL,
    total      INTEGER NOT NULL,
    position   INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX order_line_order ON order_line (order_id, position);
CREATE INDEX order_line_product ON order_line (product_id) WHERE product_id IS NOT NULL;

CREATE TABLE payment (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    order_id    INTEGER NOT NULL REFERENCES order_head (id) ON DELETE CASCADE,
    customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    amount      INTEGER NOT NULL CHECK (amount <> 0), -- below zero: paid back
    paid_on     TEXT NOT NULL,
    method      TEXT NOT NULL DEFAULT '',
    note        TEXT NOT NULL DEFAULT '',
    external_id TEXT,
    external_src TEXT NOT NULL DEFAULT '',
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    version     INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX payment_order ON payment (order_id, paid_on);
CREATE INDEX payment_customer ON payment (customer_id, paid_on);
CREATE INDEX payment_paid ON payment (paid_on, id);
CREATE INDEX payment_created ON payment (created_at, id);
CREATE INDEX payment_amount ON payment (amount, id);
CREATE UNIQUE INDEX payment_external ON payment (external_src, external_id) WHERE external_id IS NOT NULL;
