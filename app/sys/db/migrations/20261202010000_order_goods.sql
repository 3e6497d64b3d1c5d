-- +goose Up
-- What was ordered of each product on each day, by status and currency, so that no
-- report adds up the lines of orders one by one. Triggers keep it.
CREATE TABLE order_goods (
    ordered_on TEXT NOT NULL,
    product_id INTEGER NOT NULL, -- 0 for lines without one
    status     TEXT NOT NULL,
    currency   TEXT NOT NULL,
    lines      INTEGER NOT NULL,
    quantity   INTEGER NOT NULL, -- thousandths
    total      INTEGER NOT NULL, -- minor units
    PRIMARY KEY (ordered_on, product_id, status, currency)
) STRICT, WITHOUT ROWID;
INSERT INTO order_goods (ordered_on, product_id, status, currency, lines, quantity, total)
SELECT o.ordered_on, coalesce(l.product_id, 0), o.status, o.currency, count(*), sum(l.quantity), sum(l.total)
FROM order_line l JOIN order_head o ON o.id = l.order_id GROUP BY 1, 2, 3, 4;
-- A line counts as long as there is its order: an order that goes takes its lines'
-- sums with it before they go themselves, one that comes back brings them.
-- +goose StatementBegin
CREATE TRIGGER order_goods_line_insert AFTER INSERT ON order_line BEGIN
    INSERT INTO order_goods (ordered_on, product_id, status, currency, lines, quantity, total)
    SELECT o.ordered_on, coalesce(NEW.product_id, 0), o.status, o.currency, 1, NEW.quantity, NEW.total FROM order_head o WHERE o.id = NEW.order_id
    ON CONFLICT DO UPDATE SET lines = lines + 1, quantity = quantity + excluded.quantity, total = total + excluded.total;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER order_goods_line_delete AFTER DELETE ON order_line BEGIN
    INSERT INTO order_goods (ordered_on, product_id, status, currency, lines, quantity, total)
    SELECT o.ordered_on, coalesce(OLD.product_id, 0), o.status, o.currency, -1, -OLD.quantity, -OLD.total FROM order_head o WHERE o.id = OLD.order_id
    ON CONFLICT DO UPDATE SET lines = lines - 1, quantity = quantity + excluded.quantity, total = total + excluded.total;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER order_goods_line_update AFTER UPDATE OF order_id, product_id, quantity, total ON order_line
WHEN NEW.order_id <> OLD.order_id OR NEW.product_id IS NOT OLD.product_id OR NEW.quantity <> OLD.quantity OR NEW.total <> OLD.total BEGIN
    INSERT INTO order_goods (ordered_on, product_id, status, currency, lines, quantity, total)
    SELECT o.ordered_on, coalesce(OLD.product_id, 0), o.status, o.currency, -1, -OLD.quantity, -OLD.total FROM order_head o WHERE o.id = OLD.order_id
    ON CONFLICT DO UPDATE SET lines = lines - 1, quantity = quantity + excluded.quantity, total = total + excluded.total;
    INSERT INTO order_goods (ordered_on, product_id, status, currency, lines, quantity, total)
    SELECT o.ordered_on, coalesce(NEW.product_id, 0), o.status, o.currency, 1, NEW.quantity, NEW.total FROM order_head o WHERE o.id = NEW.order_id
    ON CONFLICT DO UPDATE SET lines = lines + 1, quantity = quantity + excluded.quantity, total = total + excluded.total;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER order_goods_insert AFTER INSERT ON order_head BEGIN
    INSERT INTO order_goods (ordered_on, product_id, status, currency, lines, quantity, total)
    SELECT NEW.ordered_on, coalesce(l.product_id, 0), NEW.status, NEW.currency, 1, l.quantity, l.total FROM order_line l WHERE l.order_id = NEW.id
    ON CONFLICT DO UPDATE SET lines = lines + 1, quantity = quantity + excluded.quantity, total = total + excluded.total;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER order_goods_delete BEFORE DELETE ON order_head BEGIN
    INSERT INTO order_goods (ordered_on, product_id, status, currency, lines, quantity, total)
    SELECT OLD.ordered_on, coalesce(l.product_id, 0), OLD.status, OLD.currency, -1, -l.quantity, -l.total FROM order_line l WHERE l.order_id = OLD.id
    ON CONFLICT DO UPDATE SET lines = lines - 1, quantity = quantity + excluded.quantity, total = total + excluded.total;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER order_goods_update AFTER UPDATE OF ordered_on, status, currency ON order_head
WHEN NEW.ordered_on <> OLD.ordered_on OR NEW.status <> OLD.status OR NEW.currency <> OLD.currency BEGIN
    INSERT INTO order_goods (ordered_on, product_id, status, currency, lines, quantity, total)
    SELECT OLD.ordered_on, coalesce(l.product_id, 0), OLD.status, OLD.currency, -1, -l.quantity, -l.total FROM order_line l WHERE l.order_id = NEW.id
    ON CONFLICT DO UPDATE SET lines = lines - 1, quantity = quantity + excluded.quantity, total = total + excluded.total;
    INSERT INTO order_goods (ordered_on, product_id, status, currency, lines, quantity, total)
    SELECT NEW.ordered_on, coalesce(l.product_id, 0), NEW.status, NEW.currency, 1, l.quantity, l.total FROM order_line l WHERE l.order_id = NEW.id
    ON CONFLICT DO UPDATE SET lines = lines + 1, quantity = quantity + excluded.quantity, total = total + excluded.total;
END;
-- +goose StatementEnd
