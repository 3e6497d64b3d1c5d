-- +goose Up
-- What was paid on each day by each way of paying, so that no report adds up payments
-- one by one. Triggers keep it: an import, an undo and the shell write it too.
CREATE TABLE payment_sum (
    paid_on  TEXT NOT NULL,
    method   TEXT NOT NULL,
    payments INTEGER NOT NULL,
    amount   INTEGER NOT NULL, -- minor units, in whatever currency
    PRIMARY KEY (paid_on, method)
) STRICT, WITHOUT ROWID;
INSERT INTO payment_sum (paid_on, method, payments, amount) SELECT paid_on, method, count(*), sum(amount) FROM payment GROUP BY 1, 2;
-- +goose StatementBegin
CREATE TRIGGER payment_sum_insert AFTER INSERT ON payment BEGIN
    INSERT INTO payment_sum (paid_on, method, payments, amount) VALUES (NEW.paid_on, NEW.method, 1, NEW.amount)
    ON CONFLICT DO UPDATE SET payments = payments + 1, amount = amount + excluded.amount;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER payment_sum_update AFTER UPDATE OF paid_on, method, amount ON payment
WHEN NEW.paid_on <> OLD.paid_on OR NEW.method <> OLD.method OR NEW.amount <> OLD.amount BEGIN
    UPDATE payment_sum SET payments = payments - 1, amount = amount - OLD.amount WHERE paid_on = OLD.paid_on AND method = OLD.method;
    INSERT INTO payment_sum (paid_on, method, payments, amount) VALUES (NEW.paid_on, NEW.method, 1, NEW.amount)
    ON CONFLICT DO UPDATE SET payments = payments + 1, amount = amount + excluded.amount;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER payment_sum_delete AFTER DELETE ON payment BEGIN
    UPDATE payment_sum SET payments = payments - 1, amount = amount - OLD.amount WHERE paid_on = OLD.paid_on AND method = OLD.method;
END;
-- +goose StatementEnd
