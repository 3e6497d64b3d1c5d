-- +goose Up
-- Dimensions that the shop makes itself. A published version keeps its own copy
-- of what it uses, so a change here holds only with the next version.
CREATE TABLE evaluation_dimension (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    kind       TEXT NOT NULL CHECK (kind IN ('field', 'count', 'checklist')),
    name_en    TEXT NOT NULL DEFAULT '',
    name_zh    TEXT NOT NULL DEFAULT '',
    about      TEXT NOT NULL DEFAULT '', -- why it says something about a customer
    side       TEXT NOT NULL DEFAULT '' CHECK (side IN ('', 'value', 'health')), -- the sub-score that it is part of
    field      INTEGER NOT NULL DEFAULT 0,  -- kind field: the added field's id
    counted    TEXT NOT NULL DEFAULT '',    -- kind count: of what
    months     INTEGER NOT NULL DEFAULT 0,  -- kind count: over how many
    low        REAL NOT NULL DEFAULT 0,     -- the number that is worth 0
    high       REAL NOT NULL DEFAULT 0,     -- the number that is worth 100, below low when less is better
    need       INTEGER NOT NULL DEFAULT 0,  -- kind checklist: answers below which nothing is said
    days       INTEGER NOT NULL DEFAULT 0,  -- kind checklist: how long an answer counts unless said otherwise
    items      TEXT NOT NULL DEFAULT '[]',  -- kind checklist: JSON, id, text and weight of each
    position   INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1
) STRICT;

-- One answer of a checklist about one customer.
CREATE TABLE evaluation_check (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id  INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    dimension_id INTEGER NOT NULL REFERENCES evaluation_dimension (id) ON DELETE CASCADE,
    item         INTEGER NOT NULL,
    yes          INTEGER NOT NULL,
    note         TEXT NOT NULL DEFAULT '',
    until        TEXT NOT NULL, -- the last day on which it counts
    user_id      INTEGER REFERENCES user (id) ON DELETE SET NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    version      INTEGER NOT NULL DEFAULT 1,
    UNIQUE (customer_id, dimension_id, item)
) STRICT;
CREATE INDEX evaluation_check_dimension ON evaluation_check (dimension_id);
CREATE INDEX evaluation_check_user ON evaluation_check (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX evaluation_check_until ON evaluation_check (until, customer_id);

ALTER TABLE evaluation_model ADD COLUMN own TEXT NOT NULL DEFAULT '[]';     -- JSON: the shop's own dimensions as they were when it was published
ALTER TABLE evaluation_model ADD COLUMN weighing TEXT NOT NULL DEFAULT '[]'; -- JSON: other weights for some customers
ALTER TABLE evaluation ADD COLUMN weighed_by TEXT NOT NULL DEFAULT '';      -- whose weights were used, '' = everybody's

-- The grade of each customer at a month's end beside the one before, so that a
-- page of months need not look for snapshots.
CREATE TABLE evaluation_month (
    month       TEXT NOT NULL, -- 2026-11
    was         TEXT NOT NULL,
    became      TEXT NOT NULL,
    customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    PRIMARY KEY (month, was, became, customer_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX evaluation_month_customer ON evaluation_month (customer_id, month, became);

-- What a score may rest on marks its customer, whichever way it was written.
-- +goose StatementBegin
CREATE TRIGGER evaluation_customer AFTER UPDATE OF level, kind, fields ON customer
WHEN NEW.level IS NOT OLD.level OR NEW.kind IS NOT OLD.kind OR NEW.fields IS NOT OLD.fields
BEGIN INSERT OR IGNORE INTO evaluation_dirty (customer_id, since) SELECT id, 0 FROM customer WHERE id = NEW.id; END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evaluation_followup_insert AFTER INSERT ON followup
BEGIN INSERT OR IGNORE INTO evaluation_dirty (customer_id, since) SELECT id, 0 FROM customer WHERE id IN (NEW.customer_id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evaluation_followup_delete AFTER DELETE ON followup
BEGIN INSERT OR IGNORE INTO evaluation_dirty (customer_id, since) SELECT id, 0 FROM customer WHERE id IN (OLD.customer_id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evaluation_followup_update AFTER UPDATE OF customer_id, channel, at ON followup
BEGIN INSERT OR IGNORE INTO evaluation_dirty (customer_id, since) SELECT id, 0 FROM customer WHERE id IN (OLD.customer_id, NEW.customer_id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evaluation_note_insert AFTER INSERT ON note
BEGIN INSERT OR IGNORE INTO evaluation_dirty (customer_id, since) SELECT id, 0 FROM customer WHERE id IN (NEW.customer_id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evaluation_note_delete AFTER DELETE ON note
BEGIN INSERT OR IGNORE INTO evaluation_dirty (customer_id, since) SELECT id, 0 FROM customer WHERE id IN (OLD.customer_id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evaluation_note_update AFTER UPDATE OF customer_id ON note
BEGIN INSERT OR IGNORE INTO evaluation_dirty (customer_id, since) SELECT id, 0 FROM customer WHERE id IN (OLD.customer_id, NEW.customer_id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evaluation_case_insert AFTER INSERT ON feedback_case
BEGIN INSERT OR IGNORE INTO evaluation_dirty (customer_id, since) SELECT id, 0 FROM customer WHERE id IN (NEW.customer_id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evaluation_case_delete AFTER DELETE ON feedback_case
BEGIN INSERT OR IGNORE INTO evaluation_dirty (customer_id, since) SELECT id, 0 FROM customer WHERE id IN (OLD.customer_id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evaluation_case_update AFTER UPDATE OF customer_id, state, opened_at ON feedback_case
BEGIN INSERT OR IGNORE INTO evaluation_dirty (customer_id, since) SELECT id, 0 FROM customer WHERE id IN (OLD.customer_id, NEW.customer_id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evaluation_relation_insert AFTER INSERT ON relation
WHEN NEW.kind = 'referral'
BEGIN INSERT OR IGNORE INTO evaluation_dirty (customer_id, since) SELECT id, 0 FROM customer WHERE id IN (NEW.from_id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evaluation_relation_delete AFTER DELETE ON relation
WHEN OLD.kind = 'referral'
BEGIN INSERT OR IGNORE INTO evaluation_dirty (customer_id, since) SELECT id, 0 FROM customer WHERE id IN (OLD.from_id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evaluation_relation_update AFTER UPDATE OF kind, from_id, to_id ON relation
WHEN OLD.kind = 'referral' OR NEW.kind = 'referral'
BEGIN INSERT OR IGNORE INTO evaluation_dirty (customer_id, since) SELECT id, 0 FROM customer WHERE id IN (OLD.from_id, NEW.from_id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evaluation_deal_insert AFTER INSERT ON deal
BEGIN INSERT OR IGNORE INTO evaluation_dirty (customer_id, since) SELECT id, 0 FROM customer WHERE id IN (NEW.customer_id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evaluation_deal_delete AFTER DELETE ON deal
BEGIN INSERT OR IGNORE INTO evaluation_dirty (customer_id, since) SELECT id, 0 FROM customer WHERE id IN (OLD.customer_id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evaluation_deal_update AFTER UPDATE OF customer_id, result, closed_on ON deal
BEGIN INSERT OR IGNORE INTO evaluation_dirty (customer_id, since) SELECT id, 0 FROM customer WHERE id IN (OLD.customer_id, NEW.customer_id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evaluation_check_insert AFTER INSERT ON evaluation_check
BEGIN INSERT OR IGNORE INTO evaluation_dirty (customer_id, since) SELECT id, 0 FROM customer WHERE id IN (NEW.customer_id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evaluation_check_delete AFTER DELETE ON evaluation_check
BEGIN INSERT OR IGNORE INTO evaluation_dirty (customer_id, since) SELECT id, 0 FROM customer WHERE id IN (OLD.customer_id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evaluation_check_update AFTER UPDATE OF customer_id, dimension_id, item, yes, until ON evaluation_check
BEGIN INSERT OR IGNORE INTO evaluation_dirty (customer_id, since) SELECT id, 0 FROM customer WHERE id IN (OLD.customer_id, NEW.customer_id); END;
-- +goose StatementEnd
