-- +goose Up
-- What a role may take off without asking, in basis points; NULL leaves it to the
-- rules of approvals.
ALTER TABLE role ADD COLUMN discount_limit INTEGER CHECK (discount_limit BETWEEN 0 AND 10000);
