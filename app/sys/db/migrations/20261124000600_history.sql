-- +goose Up
-- The history page narrows to a kind of record, newest first.
CREATE INDEX journal_set_kind ON journal_set (subject_kind, id) WHERE id = group_id;
