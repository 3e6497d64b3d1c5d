-- +goose Up
-- Names of products without spaces and hyphens: other programs write GTXPro for
-- GTX Pro.
CREATE INDEX product_closed ON product (replace(replace(lower(name), ' ', ''), '-', ''));
