-- +goose Up
-- What each of those who bought in a month spent there, as app/sales/order packs it,
-- so that sales by region, person or customer need not look at each order. The months
-- are counted anew.
ALTER TABLE order_buyers ADD COLUMN spent BLOB NOT NULL DEFAULT x'';
UPDATE order_month SET state = 0 WHERE state <> 0;
