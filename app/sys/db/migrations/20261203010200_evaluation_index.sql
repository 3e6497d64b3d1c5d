-- +goose Up
-- Evaluation reads the orders and payments of each customer: what it needs of them
-- stands in the index.
DROP INDEX order_head_customer;
CREATE INDEX order_head_customer ON order_head (customer_id, ordered_on, id, status, total, currency, due_on);
DROP INDEX payment_customer;
CREATE INDEX payment_customer ON payment (customer_id, paid_on, id, order_id, amount);
