-- +goose Up
-- A shop may know that nobody needs a second one of something.
ALTER TABLE product ADD COLUMN once INTEGER NOT NULL DEFAULT 0;
-- What is bought together surely more often than by chance, while such offers
-- proved better than naming what sells most. Made at night.
CREATE TABLE recommend_pair (
    with_id    INTEGER NOT NULL REFERENCES product (id) ON DELETE CASCADE,
    product_id INTEGER NOT NULL REFERENCES product (id) ON DELETE CASCADE,
    once       INTEGER NOT NULL, -- whoever has product_id needs no other
    together   INTEGER NOT NULL, -- purchases with both
    ours       INTEGER NOT NULL, -- purchases with with_id
    theirs     INTEGER NOT NULL, -- purchases with product_id
    baskets    INTEGER NOT NULL,
    lift       REAL NOT NULL,
    low        REAL NOT NULL,
    high       REAL NOT NULL,
    confidence REAL NOT NULL,
    cosine     REAL NOT NULL,
    PRIMARY KEY (with_id, product_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX recommend_pair_product ON recommend_pair (product_id);
-- When a customer usually buys a product again, while their own rhythm proved a
-- better guess than everybody's. Made at night; gone where they stopped.
CREATE TABLE reorder_clock (
    customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    product_id  INTEGER NOT NULL REFERENCES product (id) ON DELETE CASCADE,
    last_on     TEXT NOT NULL,
    times       INTEGER NOT NULL, -- days on which they bought it
    gap_days    REAL NOT NULL,    -- own median, leaning on everybody's
    shop_days   REAL NOT NULL,    -- everybody's
    due_on      TEXT NOT NULL,
    PRIMARY KEY (customer_id, product_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX reorder_clock_due ON reorder_clock (due_on, customer_id, product_id);
CREATE INDEX reorder_clock_product ON reorder_clock (product_id);
