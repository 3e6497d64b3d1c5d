-- +goose Up
-- Tiles of dashboards as they were last drawn, for those who see everything: after a
-- start a dashboard is there at once, with the time at which it was counted, and is
-- counted anew beside. Whatever is in it can be counted again.
CREATE TABLE dashboard_drawn (
    key     TEXT PRIMARY KEY, -- what it counts, how it looks and who sees it, hashed
    user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    version TEXT NOT NULL, -- of the program
    day     TEXT NOT NULL, -- its reader's today
    at      INTEGER NOT NULL,
    took    INTEGER NOT NULL, -- milliseconds
    drawn   TEXT NOT NULL
) STRICT;
CREATE INDEX dashboard_drawn_user ON dashboard_drawn (user_id);
CREATE INDEX dashboard_drawn_at ON dashboard_drawn (at);
-- Whoever is erased may stand in any of them.
-- +goose StatementBegin
CREATE TRIGGER dashboard_drawn_erased AFTER UPDATE OF erased_at ON customer WHEN NEW.erased_at IS NOT NULL BEGIN
    DELETE FROM dashboard_drawn;
END;
-- +goose StatementEnd
CREATE INDEX customer_erased ON customer (erased_at) WHERE erased_at IS NOT NULL;
