-- +goose Up
-- Who bought in each month, and what came of it: by whether it was somebody's first
-- purchase, so that nobody is counted order by order. A month that something
-- touched is counted from its orders until it is counted anew beside the work.
CREATE TABLE order_month (
    month TEXT PRIMARY KEY, -- 2026-03
    state INTEGER NOT NULL DEFAULT 0 CHECK (state IN (0, 1, 2)) -- 1 counted, 2 being counted
) STRICT, WITHOUT ROWID;
CREATE TABLE order_buyers (
    month  TEXT NOT NULL REFERENCES order_month (month) ON DELETE CASCADE,
    class  TEXT NOT NULL CHECK (class IN ('first', 'later', 'early', 'none')), -- on the day of the first purchase, after it, before it, of whoever never bought
    orders INTEGER NOT NULL,
    total  INTEGER NOT NULL, -- minor units
    buyers BLOB NOT NULL, -- ids of customers, as app/kit/crowd packs them
    PRIMARY KEY (month, class)
) STRICT;
INSERT INTO order_month (month) SELECT DISTINCT substr(ordered_on, 1, 7) FROM order_head WHERE status IN ('confirmed', 'completed');
-- +goose StatementBegin
CREATE TRIGGER order_month_insert AFTER INSERT ON order_head WHEN NEW.status IN ('confirmed', 'completed') BEGIN
    INSERT INTO order_month (month) VALUES (substr(NEW.ordered_on, 1, 7)) ON CONFLICT DO UPDATE SET state = 0 WHERE state <> 0;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER order_month_delete AFTER DELETE ON order_head WHEN OLD.status IN ('confirmed', 'completed') BEGIN
    UPDATE order_month SET state = 0 WHERE month = substr(OLD.ordered_on, 1, 7) AND state <> 0;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER order_month_update AFTER UPDATE OF ordered_on, status, total, customer_id ON order_head
WHEN NEW.ordered_on <> OLD.ordered_on OR NEW.status <> OLD.status OR NEW.total <> OLD.total OR NEW.customer_id <> OLD.customer_id BEGIN
    UPDATE order_month SET state = 0 WHERE month = substr(OLD.ordered_on, 1, 7) AND state <> 0;
    INSERT INTO order_month (month) SELECT substr(NEW.ordered_on, 1, 7) WHERE NEW.status IN ('confirmed', 'completed')
    ON CONFLICT DO UPDATE SET state = 0 WHERE state <> 0;
END;
-- +goose StatementEnd
-- Whose first purchase is another day now is another kind of buyer in all their months.
-- +goose StatementBegin
CREATE TRIGGER order_month_first AFTER UPDATE OF first_order_on ON customer_stat WHEN NEW.first_order_on <> OLD.first_order_on BEGIN
    UPDATE order_month SET state = 0 WHERE state <> 0 AND month IN (SELECT substr(o.ordered_on, 1, 7) FROM order_head o WHERE o.customer_id = NEW.customer_id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER order_month_stat AFTER INSERT ON customer_stat BEGIN
    UPDATE order_month SET state = 0 WHERE state <> 0 AND month IN (SELECT substr(o.ordered_on, 1, 7) FROM order_head o WHERE o.customer_id = NEW.customer_id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER order_month_gone AFTER DELETE ON customer_stat BEGIN
    UPDATE order_month SET state = 0 WHERE state <> 0 AND month IN (SELECT substr(o.ordered_on, 1, 7) FROM order_head o WHERE o.customer_id = OLD.customer_id);
END;
-- +goose StatementEnd
