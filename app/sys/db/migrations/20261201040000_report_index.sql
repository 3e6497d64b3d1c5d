-- +goose Up
-- Reports walk along orders and payments: what they add up stands in the index.
DROP INDEX order_head_customer;
CREATE INDEX order_head_customer ON order_head (customer_id, ordered_on, id, status, total, currency);
DROP INDEX order_head_ordered;
CREATE INDEX order_head_ordered ON order_head (ordered_on, id, status, total, customer_id, currency);
CREATE INDEX order_head_currency ON order_head (currency);
DROP INDEX payment_paid;
CREATE INDEX payment_paid ON payment (paid_on, id, amount, customer_id, receipt_id, method, order_id);
DROP INDEX order_line_order;
CREATE INDEX order_line_order ON order_line (order_id, position, product_id, total, quantity);
