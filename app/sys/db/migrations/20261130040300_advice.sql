-- +goose Up
-- What somebody was not to be told again of a customer for a while, and why.
CREATE TABLE prediction_dismissal (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id     INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    kind        TEXT NOT NULL,
    reason      TEXT NOT NULL DEFAULT '', -- '' = it was done
    until_on    TEXT NOT NULL,
    at          INTEGER NOT NULL,
    UNIQUE (user_id, customer_id, kind)
) STRICT;
CREATE INDEX prediction_dismissal_customer ON prediction_dismissal (customer_id);
CREATE INDEX prediction_buyer_expected ON prediction_buyer (expected_on, customer_id);
