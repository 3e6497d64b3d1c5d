-- +goose Up
-- An order whose goods came back has a total below zero. It lowers what was sold
-- on its day and is no order of it.
DROP TRIGGER order_day_insert;
DROP TRIGGER order_day_update;
DROP TRIGGER order_day_delete;
-- +goose StatementBegin
CREATE TRIGGER order_day_insert AFTER INSERT ON order_head WHEN NEW.status IN ('confirmed', 'completed') BEGIN
    INSERT INTO order_day (day, orders, total) VALUES (NEW.ordered_on, NEW.total >= 0, NEW.total)
    ON CONFLICT (day) DO UPDATE SET orders = orders + excluded.orders, total = total + excluded.total;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER order_day_update AFTER UPDATE OF ordered_on, status, total ON order_head BEGIN
    UPDATE order_day SET orders = orders - (OLD.total >= 0), total = total - OLD.total
    WHERE day = OLD.ordered_on AND OLD.status IN ('confirmed', 'completed');
    INSERT INTO order_day (day, orders, total) SELECT NEW.ordered_on, NEW.total >= 0, NEW.total WHERE NEW.status IN ('confirmed', 'completed')
    ON CONFLICT (day) DO UPDATE SET orders = orders + excluded.orders, total = total + excluded.total;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER order_day_delete AFTER DELETE ON order_head WHEN OLD.status IN ('confirmed', 'completed') BEGIN
    UPDATE order_day SET orders = orders - (OLD.total >= 0), total = total - OLD.total WHERE day = OLD.ordered_on;
END;
-- +goose StatementEnd

-- How somebody imports files of one kind: which column goes where and what is
-- decided once for all of them.
CREATE TABLE import_profile (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL,
    kind       TEXT NOT NULL,
    options    TEXT NOT NULL, -- JSON: map by header, defaults, match, rules, fields to make
    user_id    INTEGER REFERENCES user (id) ON DELETE SET NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX import_profile_name ON import_profile (kind, name COLLATE NOCASE);
CREATE INDEX import_profile_user ON import_profile (user_id) WHERE user_id IS NOT NULL;

ALTER TABLE import_run ADD COLUMN preset TEXT NOT NULL DEFAULT ''; -- whose export the file was known as, '' = nobody's
ALTER TABLE import_run ADD COLUMN profile TEXT NOT NULL DEFAULT ''; -- the profile that was used, by its name then

-- What became of each row, one entry a batch, so that a list of a hundred
-- thousand rows costs an import nearly nothing.
CREATE TABLE import_rows (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id INTEGER NOT NULL REFERENCES import_run (id) ON DELETE CASCADE,
    rows   TEXT NOT NULL -- JSON: [line, outcome, id of the record] for each record
) STRICT;
CREATE INDEX import_rows_run ON import_rows (run_id, id);
