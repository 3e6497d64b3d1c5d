-- +goose Up
-- The portraits of customers; the bytes lie in files/ under their hash. The
-- newest counts: two may stand after a merge.
CREATE TABLE customer_photo (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    sha256      TEXT NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX customer_photo_customer ON customer_photo (customer_id, id);
