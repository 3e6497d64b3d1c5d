-- +goose Up
-- Who is protected from going back to a pool is found and filtered by the day.
CREATE INDEX pool_hold_protected ON pool_hold (protect_until - 1, customer_id) WHERE protect_until > 0;
