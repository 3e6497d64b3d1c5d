-- +goose Up
-- Orders add up as quotes do. What was ordered before has no discounts and no
-- tax of its own: its prices are what was paid.
ALTER TABLE order_head ADD COLUMN with_tax INTEGER NOT NULL DEFAULT 1; -- the prices contain the tax
ALTER TABLE order_head ADD COLUMN discount_rate INTEGER NOT NULL DEFAULT 0; -- basis points, of the whole
ALTER TABLE order_head ADD COLUMN discount_amount INTEGER NOT NULL DEFAULT 0;
ALTER TABLE order_head ADD COLUMN tax INTEGER NOT NULL DEFAULT 0; -- kept with the total
ALTER TABLE order_line ADD COLUMN discount_rate INTEGER NOT NULL DEFAULT 0;
ALTER TABLE order_line ADD COLUMN discount_amount INTEGER NOT NULL DEFAULT 0;
ALTER TABLE order_line ADD COLUMN tax_rate INTEGER NOT NULL DEFAULT 0;
