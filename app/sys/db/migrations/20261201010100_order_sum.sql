-- +goose Up
-- What was ordered on each day, by status and currency, so that no report adds up
-- orders one by one. Triggers keep it: an import, an undo and the shell write it too.
CREATE TABLE order_sum (
    id         INTEGER PRIMARY KEY,
    ordered_on TEXT NOT NULL,
    status     TEXT NOT NULL,
    currency   TEXT NOT NULL,
    orders     INTEGER NOT NULL,
    total      INTEGER NOT NULL,
    UNIQUE (ordered_on, status, currency)
) STRICT;
INSERT INTO order_sum (ordered_on, status, currency, orders, total)
SELECT ordered_on, status, currency, count(*), sum(total) FROM order_head GROUP BY 1, 2, 3;
-- +goose StatementBegin
CREATE TRIGGER order_sum_insert AFTER INSERT ON order_head BEGIN
    INSERT INTO order_sum (ordered_on, status, currency, orders, total) VALUES (NEW.ordered_on, NEW.status, NEW.currency, 1, NEW.total)
    ON CONFLICT (ordered_on, status, currency) DO UPDATE SET orders = orders + 1, total = total + excluded.total;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER order_sum_update AFTER UPDATE OF ordered_on, status, currency, total ON order_head BEGIN
    UPDATE order_sum SET orders = orders - 1, total = total - OLD.total WHERE ordered_on = OLD.ordered_on AND status = OLD.status AND currency = OLD.currency;
    INSERT INTO order_sum (ordered_on, status, currency, orders, total) VALUES (NEW.ordered_on, NEW.status, NEW.currency, 1, NEW.total)
    ON CONFLICT (ordered_on, status, currency) DO UPDATE SET orders = orders + 1, total = total + excluded.total;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER order_sum_delete AFTER DELETE ON order_head BEGIN
    UPDATE order_sum SET orders = orders - 1, total = total - OLD.total WHERE ordered_on = OLD.ordered_on AND status = OLD.status AND currency = OLD.currency;
END;
-- +goose StatementEnd
