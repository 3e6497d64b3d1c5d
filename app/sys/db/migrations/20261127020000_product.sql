-- +goose Up
-- What a product is sold with: its tax, what it cost us, how long we answer for
-- it, a picture, and the product it is a variant of.
ALTER TABLE product ADD COLUMN tax_rate INTEGER NOT NULL DEFAULT 0 CHECK (tax_rate BETWEEN 0 AND 10000); -- basis points
ALTER TABLE product ADD COLUMN cost INTEGER NOT NULL DEFAULT 0 CHECK (cost >= 0); -- minor units, 0 = unknown
ALTER TABLE product ADD COLUMN stock_note TEXT NOT NULL DEFAULT '';
ALTER TABLE product ADD COLUMN warranty_months INTEGER NOT NULL DEFAULT 0 CHECK (warranty_months >= 0);
ALTER TABLE product ADD COLUMN parent_id INTEGER REFERENCES product (id) ON DELETE SET NULL;
CREATE INDEX product_parent ON product (parent_id, id) WHERE parent_id IS NOT NULL;

-- Further units: a box is 12 pieces, and may have a price of its own.
CREATE TABLE product_unit (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    product_id INTEGER NOT NULL REFERENCES product (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    factor     INTEGER NOT NULL CHECK (factor > 0), -- thousandths of the product's own unit
    price      INTEGER, -- NULL is factor times the price
    UNIQUE (product_id, name)
) STRICT;

-- What goes well with a product, as somebody said by hand.
CREATE TABLE product_relation (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    product_id INTEGER NOT NULL REFERENCES product (id) ON DELETE CASCADE,
    related_id INTEGER NOT NULL REFERENCES product (id) ON DELETE CASCADE,
    UNIQUE (product_id, related_id)
) STRICT;
CREATE INDEX product_relation_related ON product_relation (related_id);

CREATE TABLE product_price_list (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL,
    levels     TEXT NOT NULL DEFAULT '', -- 'AB': customers of these levels, '' = everybody
    starts_on  TEXT NOT NULL DEFAULT '',
    ends_on    TEXT NOT NULL DEFAULT '',
    active     INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE product_list_price (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    list_id    INTEGER NOT NULL REFERENCES product_price_list (id) ON DELETE CASCADE,
    product_id INTEGER NOT NULL REFERENCES product (id) ON DELETE CASCADE,
    least      INTEGER NOT NULL DEFAULT 0 CHECK (least >= 0), -- from this quantity on, thousandths
    price      INTEGER NOT NULL CHECK (price >= 0),
    UNIQUE (list_id, product_id, least)
) STRICT;
CREATE INDEX product_list_price_product ON product_list_price (product_id, list_id);

CREATE TABLE product_picture (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    product_id INTEGER NOT NULL UNIQUE REFERENCES product (id) ON DELETE CASCADE,
    sha256     TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
