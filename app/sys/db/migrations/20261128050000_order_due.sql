-- +goose Up
-- Orders that are not paid in full, with what was paid for them: few, beside all
-- that were ever placed. Kept by triggers, so that imports, undo and the shell
-- keep it too.
CREATE TABLE order_due (
    order_id INTEGER PRIMARY KEY REFERENCES order_head (id) ON DELETE CASCADE,
    paid     INTEGER NOT NULL -- minor units
) STRICT;
-- +goose StatementBegin
CREATE TRIGGER order_due_insert AFTER INSERT ON order_head WHEN NEW.total > 0 AND NEW.status IN ('confirmed', 'completed') BEGIN
    INSERT OR REPLACE INTO order_due (order_id, paid) VALUES (NEW.id, 0);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER order_due_update AFTER UPDATE OF status, total ON order_head WHEN NEW.total <> OLD.total OR NEW.status <> OLD.status BEGIN
    DELETE FROM order_due WHERE order_id = NEW.id;
    INSERT INTO order_due (order_id, paid) SELECT NEW.id, p.paid FROM (SELECT coalesce(sum(amount), 0) AS paid FROM payment WHERE order_id = NEW.id) p
    WHERE NEW.total > p.paid AND NEW.total > 0 AND NEW.status IN ('confirmed', 'completed');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER order_due_paid AFTER INSERT ON payment BEGIN
    DELETE FROM order_due WHERE order_id = NEW.order_id;
    INSERT INTO order_due (order_id, paid) SELECT h.id, p.paid FROM (SELECT coalesce(sum(amount), 0) AS paid FROM payment WHERE order_id = NEW.order_id) p
    JOIN order_head h ON h.id = NEW.order_id WHERE h.total > p.paid AND h.total > 0 AND h.status IN ('confirmed', 'completed');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER order_due_repaid AFTER UPDATE OF amount, order_id ON payment BEGIN
    DELETE FROM order_due WHERE order_id IN (OLD.order_id, NEW.order_id);
    INSERT INTO order_due (order_id, paid) SELECT h.id, (SELECT coalesce(sum(amount), 0) FROM payment WHERE order_id = h.id) FROM order_head h
    WHERE h.id IN (OLD.order_id, NEW.order_id) AND h.total > 0 AND h.status IN ('confirmed', 'completed')
        AND h.total > (SELECT coalesce(sum(amount), 0) FROM payment WHERE order_id = h.id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER order_due_unpaid AFTER DELETE ON payment BEGIN
    DELETE FROM order_due WHERE order_id = OLD.order_id;
    INSERT INTO order_due (order_id, paid) SELECT h.id, p.paid FROM (SELECT coalesce(sum(amount), 0) AS paid FROM payment WHERE order_id = OLD.order_id) p
    JOIN order_head h ON h.id = OLD.order_id WHERE h.total > p.paid AND h.total > 0 AND h.status IN ('confirmed', 'completed');
END;
-- +goose StatementEnd
INSERT INTO order_due (order_id, paid)
SELECT id, paid FROM (
    SELECT h.id, h.total, (SELECT coalesce(sum(p.amount), 0) FROM payment p WHERE p.order_id = h.id) AS paid
    FROM order_head h WHERE h.total > 0 AND h.status IN ('confirmed', 'completed'))
WHERE total > paid;
