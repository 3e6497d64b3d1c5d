-- +goose Up
-- What is probably wrong with a customer's record. Derived: found by the
-- background check, forgotten with the record. See app/customer/quality.
CREATE TABLE quality_finding (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    kind        TEXT NOT NULL,
    detail      TEXT NOT NULL DEFAULT '', -- the value it is about
    found_at    INTEGER NOT NULL,
    UNIQUE (customer_id, kind)
) STRICT;
CREATE INDEX quality_finding_kind ON quality_finding (kind, id);

-- How many there are of each kind, so that no page counts. Triggers keep it.
CREATE TABLE quality_count (
    kind TEXT PRIMARY KEY,
    n    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- +goose StatementBegin
CREATE TRIGGER quality_count_insert AFTER INSERT ON quality_finding BEGIN
    INSERT INTO quality_count (kind, n) VALUES (NEW.kind, 1) ON CONFLICT (kind) DO UPDATE SET n = n + 1;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER quality_count_delete AFTER DELETE ON quality_finding BEGIN
    UPDATE quality_count SET n = n - 1 WHERE kind = OLD.kind;
END;
-- +goose StatementEnd

-- Somebody said that a value is right although it looks wrong.
CREATE TABLE quality_right (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    kind        TEXT NOT NULL,
    detail      TEXT NOT NULL DEFAULT '', -- another value is asked about again
    user_id     INTEGER REFERENCES user (id) ON DELETE SET NULL,
    at          INTEGER NOT NULL,
    UNIQUE (customer_id, kind)
) STRICT;
CREATE INDEX quality_right_kind ON quality_right (kind, id);
CREATE INDEX quality_right_user ON quality_right (user_id) WHERE user_id IS NOT NULL;

-- Customers to be looked at by the background check.
CREATE TABLE quality_dirty (
    customer_id INTEGER PRIMARY KEY REFERENCES customer (id) ON DELETE CASCADE,
    since       INTEGER NOT NULL
) STRICT;

-- How the whole base stood on a day: the trend.
CREATE TABLE quality_day (
    day       TEXT PRIMARY KEY,
    at        INTEGER NOT NULL,
    customers INTEGER NOT NULL,
    reachable INTEGER NOT NULL,
    findings  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- How many customers have a value in a field, as of the last whole check.
CREATE TABLE quality_field (
    name   TEXT PRIMARY KEY,
    filled INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What a customer's invoices are made out to.
CREATE TABLE invoice_title (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    title       TEXT NOT NULL,
    tax_id      TEXT NOT NULL DEFAULT '',
    address     TEXT NOT NULL DEFAULT '',
    phone       TEXT NOT NULL DEFAULT '',
    bank        TEXT NOT NULL DEFAULT '',
    account     TEXT NOT NULL DEFAULT '',
    is_default  INTEGER NOT NULL DEFAULT 0,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    version     INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX invoice_title_customer ON invoice_title (customer_id, id);
