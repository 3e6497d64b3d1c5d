-- +goose Up
-- Who looked at what is shown masked, for the alarm: see app/sys/reveal.
CREATE INDEX journal_set_reveal ON journal_set (user_id, at) WHERE substr(op, -7) = '.reveal';
