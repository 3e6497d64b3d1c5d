-- +goose Up
-- When customers go back to a pool, as the one expression of
-- app/customer/pool/store_due.go said when something about them changed last.
-- Derived: lists, warnings and counts read it; what takes somebody back asks
-- the expression again.
CREATE TABLE pool_due (
    customer_id INTEGER PRIMARY KEY REFERENCES customer (id) ON DELETE CASCADE,
    owner_id    INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    pool_id     INTEGER NOT NULL REFERENCES pool (id) ON DELETE CASCADE,
    kind        TEXT NOT NULL,
    days        INTEGER NOT NULL,
    workdays    INTEGER NOT NULL,
    warn_at     INTEGER NOT NULL, -- from when on the owner is warned
    at          INTEGER NOT NULL
) STRICT;
CREATE INDEX pool_due_owner ON pool_due (owner_id, warn_at);
CREATE INDEX pool_due_pool ON pool_due (pool_id);
CREATE INDEX pool_due_warn ON pool_due (warn_at);
CREATE INDEX pool_due_at ON pool_due (at, customer_id);

-- Whose day has to be computed again before the running change ends. Nothing is
-- noted while there is no rule. (No OR IGNORE: the statement that fires a
-- trigger overrides it.)
CREATE TABLE pool_touched (
    customer_id INTEGER PRIMARY KEY REFERENCES customer (id) ON DELETE CASCADE
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER pool_touch_customer AFTER INSERT ON customer WHEN NEW.owner_id IS NOT NULL AND EXISTS (SELECT 1 FROM pool_rule)
BEGIN INSERT INTO pool_touched (customer_id) SELECT NEW.id WHERE NOT EXISTS (SELECT 1 FROM pool_touched WHERE customer_id = NEW.id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER pool_touch_owner AFTER UPDATE OF owner_id, level ON customer
WHEN (OLD.owner_id IS NOT NEW.owner_id OR OLD.level <> NEW.level) AND EXISTS (SELECT 1 FROM pool_rule)
BEGIN INSERT INTO pool_touched (customer_id) SELECT NEW.id WHERE NOT EXISTS (SELECT 1 FROM pool_touched WHERE customer_id = NEW.id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER pool_touch_stat AFTER UPDATE OF orders, last_order_on, grade ON customer_stat
WHEN (OLD.orders <> NEW.orders OR OLD.last_order_on IS NOT NEW.last_order_on OR OLD.grade <> NEW.grade) AND EXISTS (SELECT 1 FROM pool_rule)
BEGIN INSERT INTO pool_touched (customer_id) SELECT NEW.customer_id WHERE NOT EXISTS (SELECT 1 FROM pool_touched WHERE customer_id = NEW.customer_id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER pool_touch_new_stat AFTER INSERT ON customer_stat WHEN EXISTS (SELECT 1 FROM pool_rule)
BEGIN INSERT INTO pool_touched (customer_id) SELECT NEW.customer_id WHERE NOT EXISTS (SELECT 1 FROM pool_touched WHERE customer_id = NEW.customer_id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER pool_touch_followup AFTER INSERT ON followup WHEN EXISTS (SELECT 1 FROM pool_rule)
BEGIN INSERT INTO pool_touched (customer_id) SELECT NEW.customer_id WHERE NOT EXISTS (SELECT 1 FROM pool_touched WHERE customer_id = NEW.customer_id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER pool_touch_followup_change AFTER UPDATE OF customer_id, at, content ON followup WHEN EXISTS (SELECT 1 FROM pool_rule)
BEGIN INSERT INTO pool_touched (customer_id) SELECT NEW.customer_id WHERE NOT EXISTS (SELECT 1 FROM pool_touched WHERE customer_id = NEW.customer_id); INSERT INTO pool_touched (customer_id) SELECT OLD.customer_id WHERE NOT EXISTS (SELECT 1 FROM pool_touched WHERE customer_id = OLD.customer_id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER pool_touch_followup_end AFTER DELETE ON followup WHEN EXISTS (SELECT 1 FROM pool_rule) AND EXISTS (SELECT 1 FROM customer WHERE id = OLD.customer_id)
BEGIN INSERT INTO pool_touched (customer_id) SELECT OLD.customer_id WHERE NOT EXISTS (SELECT 1 FROM pool_touched WHERE customer_id = OLD.customer_id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER pool_touch_hold AFTER INSERT ON pool_hold WHEN EXISTS (SELECT 1 FROM pool_rule)
BEGIN INSERT INTO pool_touched (customer_id) SELECT NEW.customer_id WHERE NOT EXISTS (SELECT 1 FROM pool_touched WHERE customer_id = NEW.customer_id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER pool_touch_hold_change AFTER UPDATE OF customer_id, pool_id, since, locked, protect_until ON pool_hold WHEN EXISTS (SELECT 1 FROM pool_rule)
BEGIN INSERT INTO pool_touched (customer_id) SELECT NEW.customer_id WHERE NOT EXISTS (SELECT 1 FROM pool_touched WHERE customer_id = NEW.customer_id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER pool_touch_hold_end AFTER DELETE ON pool_hold WHEN EXISTS (SELECT 1 FROM pool_rule) AND EXISTS (SELECT 1 FROM customer WHERE id = OLD.customer_id)
BEGIN INSERT INTO pool_touched (customer_id) SELECT OLD.customer_id WHERE NOT EXISTS (SELECT 1 FROM pool_touched WHERE customer_id = OLD.customer_id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER pool_touch_team AFTER UPDATE OF team_id ON user WHEN OLD.team_id IS NOT NEW.team_id AND EXISTS (SELECT 1 FROM pool_rule)
BEGIN INSERT INTO pool_touched (customer_id) SELECT id FROM customer WHERE owner_id = NEW.id AND id NOT IN (SELECT customer_id FROM pool_touched); END;
-- +goose StatementEnd
