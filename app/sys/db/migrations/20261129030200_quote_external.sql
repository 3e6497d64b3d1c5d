-- +goose Up
-- What another system calls a quote. All versions of it are called the same.
ALTER TABLE quote ADD COLUMN external_id TEXT;
ALTER TABLE quote ADD COLUMN external_src TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX quote_external ON quote (external_src, external_id, revision) WHERE external_id IS NOT NULL;
