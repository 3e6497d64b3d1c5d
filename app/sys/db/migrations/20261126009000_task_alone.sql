-- +goose Up
-- A file of tasks finds those that are here already, also those of no customer.
CREATE INDEX task_alone ON task (title) WHERE customer_id IS NULL;
