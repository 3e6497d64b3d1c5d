-- +goose Up
-- How many customers came in when is counted in the index: it knows whose data
-- were erased.
DROP INDEX customer_created;
CREATE INDEX customer_created ON customer (created_at, id, erased_at);
