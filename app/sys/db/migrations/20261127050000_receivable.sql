-- +goose Up
-- How an order is to be paid: parts with a day. What is paid of each is never
-- kept: the order's payments fill them in the order of their days.
CREATE TABLE instalment (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    order_id   INTEGER NOT NULL REFERENCES order_head (id) ON DELETE CASCADE,
    due_on     TEXT NOT NULL,
    amount     INTEGER NOT NULL CHECK (amount > 0), -- minor units of the order's currency
    words      TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX instalment_order ON instalment (order_id, due_on, id);
CREATE INDEX instalment_due ON instalment (due_on, id);

-- Money of a customer that pays for several orders, or for none yet. Its parts
-- are payments; what is left of it is the customer's credit, never kept either.
CREATE TABLE receipt (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    amount      INTEGER NOT NULL CHECK (amount > 0),
    currency    TEXT NOT NULL,
    received_on TEXT NOT NULL,
    method      TEXT NOT NULL DEFAULT '',
    note        TEXT NOT NULL DEFAULT '',
    user_id     INTEGER REFERENCES user (id) ON DELETE SET NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    version     INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX receipt_customer ON receipt (customer_id, received_on);
CREATE INDEX receipt_day ON receipt (received_on, id);
CREATE INDEX receipt_user ON receipt (user_id) WHERE user_id IS NOT NULL;

-- Credit that was paid back.
CREATE TABLE receipt_back (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    receipt_id  INTEGER NOT NULL REFERENCES receipt (id) ON DELETE CASCADE,
    amount      INTEGER NOT NULL CHECK (amount > 0),
    paid_on     TEXT NOT NULL,
    method      TEXT NOT NULL DEFAULT '',
    note        TEXT NOT NULL DEFAULT '',
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    version     INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX receipt_back_receipt ON receipt_back (receipt_id);

ALTER TABLE payment ADD COLUMN receipt_id INTEGER REFERENCES receipt (id) ON DELETE SET NULL;
CREATE INDEX payment_receipt ON payment (receipt_id) WHERE receipt_id IS NOT NULL;

-- Nothing, not even an undo, gives out more of a receipt than came in.
-- +goose StatementBegin
CREATE TRIGGER payment_within_receipt AFTER INSERT ON payment WHEN NEW.receipt_id IS NOT NULL BEGIN
    SELECT RAISE(ABORT, 'more than was received') FROM receipt r WHERE r.id = NEW.receipt_id AND r.amount <
        (SELECT coalesce(sum(amount), 0) FROM payment WHERE receipt_id = r.id) + (SELECT coalesce(sum(amount), 0) FROM receipt_back WHERE receipt_id = r.id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER payment_stays_within_receipt AFTER UPDATE OF amount, receipt_id ON payment WHEN NEW.receipt_id IS NOT NULL BEGIN
    SELECT RAISE(ABORT, 'more than was received') FROM receipt r WHERE r.id = NEW.receipt_id AND r.amount <
        (SELECT coalesce(sum(amount), 0) FROM payment WHERE receipt_id = r.id) + (SELECT coalesce(sum(amount), 0) FROM receipt_back WHERE receipt_id = r.id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER receipt_back_within AFTER INSERT ON receipt_back BEGIN
    SELECT RAISE(ABORT, 'more than was received') FROM receipt r WHERE r.id = NEW.receipt_id AND r.amount <
        (SELECT coalesce(sum(amount), 0) FROM payment WHERE receipt_id = r.id) + (SELECT coalesce(sum(amount), 0) FROM receipt_back WHERE receipt_id = r.id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER receipt_stays_enough AFTER UPDATE OF amount ON receipt BEGIN
    SELECT RAISE(ABORT, 'more than was received') WHERE NEW.amount <
        (SELECT coalesce(sum(amount), 0) FROM payment WHERE receipt_id = NEW.id) + (SELECT coalesce(sum(amount), 0) FROM receipt_back WHERE receipt_id = NEW.id);
END;
-- +goose StatementEnd

-- How far a customer may go into debt, as the owner decided.
CREATE TABLE credit_limit (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id INTEGER NOT NULL UNIQUE REFERENCES customer (id) ON DELETE CASCADE,
    amount      INTEGER NOT NULL CHECK (amount >= 0),
    currency    TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    version     INTEGER NOT NULL DEFAULT 1
) STRICT;

-- Which step of reminding an overdue order, or part of one, has reached.
CREATE TABLE dunning (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id   INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    order_id      INTEGER NOT NULL REFERENCES order_head (id) ON DELETE CASCADE,
    instalment_id INTEGER REFERENCES instalment (id) ON DELETE CASCADE, -- NULL: the order, or what its plan leaves
    due_on        TEXT NOT NULL,
    step          INTEGER NOT NULL, -- counted from 1, 0 = told inside
    outbox_id     INTEGER REFERENCES outbox (id) ON DELETE SET NULL,
    created_at    INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX dunning_once ON dunning (order_id, coalesce(instalment_id, 0), due_on, step);
CREATE INDEX dunning_customer ON dunning (customer_id);
CREATE INDEX dunning_instalment ON dunning (instalment_id) WHERE instalment_id IS NOT NULL;
CREATE INDEX dunning_outbox ON dunning (outbox_id) WHERE outbox_id IS NOT NULL;

-- A receipt whose money is out with orders is not taken away under them.
-- +goose StatementBegin
CREATE TRIGGER receipt_in_use BEFORE DELETE ON receipt WHEN EXISTS (SELECT 1 FROM customer WHERE id = OLD.customer_id) BEGIN
    SELECT RAISE(ABORT, 'money of it is out') WHERE EXISTS (SELECT 1 FROM payment WHERE receipt_id = OLD.id);
END;
-- +goose StatementEnd
