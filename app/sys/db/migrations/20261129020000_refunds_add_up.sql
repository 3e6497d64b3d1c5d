-- +goose Up
-- What was paid back of the same already, or waits to be, when somebody asked:
-- a limit is one for the sum.
ALTER TABLE approval ADD COLUMN earlier INTEGER NOT NULL DEFAULT 0;

-- A return that became its customer's credit is a refund of the return and a
-- receipt; the receipt knows the refund.
ALTER TABLE receipt ADD COLUMN set_off_id INTEGER REFERENCES payment (id);
CREATE UNIQUE INDEX receipt_set_off ON receipt (set_off_id) WHERE set_off_id IS NOT NULL;
