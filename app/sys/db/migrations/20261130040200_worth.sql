-- +goose Up
-- What each customer is expected to buy within twelve months, while the model
-- is worth showing. Made every week; only rows that changed are written.
CREATE TABLE prediction_worth (
    customer_id INTEGER PRIMARY KEY REFERENCES customer (id) ON DELETE CASCADE,
    orders      REAL NOT NULL,
    worth       INTEGER NOT NULL, -- minor units, discounted
    alive       REAL NOT NULL     -- chance that they still are a customer, below 0 = not told
) STRICT;
CREATE INDEX prediction_worth_worth ON prediction_worth (worth, customer_id);
