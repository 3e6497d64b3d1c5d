-- +goose Up
-- Who has this tax id already.
CREATE INDEX invoice_title_tax ON invoice_title (tax_id) WHERE tax_id <> '';
