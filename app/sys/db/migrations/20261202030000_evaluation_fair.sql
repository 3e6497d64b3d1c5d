-- +goose Up
-- A field that nobody may be judged by, however useful it is otherwise.
ALTER TABLE custom_field ADD COLUMN unscored INTEGER NOT NULL DEFAULT 0 CHECK (unscored IN (0, 1));

-- How the scores spread within groups that customers are compared with, of a
-- large shop; made at night. Level, region, or the slot of an added choice field.
CREATE TABLE evaluation_peer (
    by   TEXT NOT NULL,
    of   TEXT NOT NULL,
    data TEXT NOT NULL, -- JSON: how many have which score
    PRIMARY KEY (by, of)
) STRICT, WITHOUT ROWID;

-- What may be judged by changes with the fields: everybody is judged anew, where
-- a version rests on any.
-- +goose StatementBegin
CREATE TRIGGER evaluation_field_update AFTER UPDATE OF key, name_en, name_zh, choices, formula, unscored ON custom_field
WHEN NEW.subject = 'customer' AND (NEW.unscored <> OLD.unscored OR NEW.formula <> OLD.formula OR NEW.key <> OLD.key OR NEW.name_en <> OLD.name_en OR NEW.name_zh <> OLD.name_zh OR NEW.choices <> OLD.choices)
    AND EXISTS (SELECT 1 FROM evaluation_model WHERE own <> '[]' OR weighing <> '[]')
BEGIN INSERT OR IGNORE INTO evaluation_dirty (customer_id, since) SELECT id, 0 FROM customer WHERE no_profiling = 0; END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evaluation_field_delete AFTER DELETE ON custom_field
WHEN OLD.subject = 'customer' AND EXISTS (SELECT 1 FROM evaluation_model WHERE own <> '[]' OR weighing <> '[]')
BEGIN INSERT OR IGNORE INTO evaluation_dirty (customer_id, since) SELECT id, 0 FROM customer WHERE no_profiling = 0; END;
-- +goose StatementEnd
-- A field that comes back with an undo has its old number.
-- +goose StatementBegin
CREATE TRIGGER evaluation_field_insert AFTER INSERT ON custom_field
WHEN NEW.subject = 'customer' AND NEW.id < (SELECT max(id) FROM custom_field) AND EXISTS (SELECT 1 FROM evaluation_model WHERE own <> '[]' OR weighing <> '[]')
BEGIN INSERT OR IGNORE INTO evaluation_dirty (customer_id, since) SELECT id, 0 FROM customer WHERE no_profiling = 0; END;
-- +goose StatementEnd

-- Computed fields may rest on these figures.
-- +goose StatementBegin
CREATE TRIGGER evaluation_figures AFTER UPDATE OF orders, revenue, paid, first_order_on, last_order_on, last_contact_at, nps, open_cases ON customer_stat
WHEN NEW.orders <> OLD.orders OR NEW.revenue <> OLD.revenue OR NEW.paid <> OLD.paid OR NEW.first_order_on <> OLD.first_order_on OR NEW.last_order_on <> OLD.last_order_on
    OR NEW.last_contact_at <> OLD.last_contact_at OR NEW.nps <> OLD.nps OR NEW.open_cases <> OLD.open_cases
BEGIN INSERT OR IGNORE INTO evaluation_dirty (customer_id, since) SELECT id, 0 FROM customer WHERE id = NEW.customer_id; END;
-- +goose StatementEnd
