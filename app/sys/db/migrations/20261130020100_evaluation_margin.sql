-- +goose Up
-- Whether any product's cost is known, without a look at the others.
CREATE INDEX product_cost ON product (id) WHERE cost > 0;
