-- +goose Up
-- One row for everybody who ever bought and may be looked at: what retention,
-- win-back and the models are made of. Made at night; only rows that changed
-- are written.
CREATE TABLE prediction_buyer (
    customer_id  INTEGER PRIMARY KEY REFERENCES customer (id) ON DELETE CASCADE,
    cohort       TEXT NOT NULL, -- month of the first purchase
    first_on     TEXT NOT NULL,
    second_on    TEXT NOT NULL DEFAULT '', -- the second day on which they bought
    last_on      TEXT NOT NULL,
    days         INTEGER NOT NULL, -- on which they bought
    recent_days  INTEGER NOT NULL, -- of the last two years
    recent_total INTEGER NOT NULL, -- of the last two years less returns, minor units
    year_total   INTEGER NOT NULL, -- of the 365 days up to the last purchase less returns: what stands to be lost
    gap_days     REAL NOT NULL DEFAULT 0, -- own median, 0 below three days
    expected_on  TEXT NOT NULL DEFAULT '',
    gone_on      TEXT NOT NULL, -- from this day on they count as gone
    state        TEXT NOT NULL CHECK (state IN ('once', 'steady', 'late', 'gone'))
) STRICT;
CREATE INDEX prediction_buyer_cohort ON prediction_buyer (cohort, customer_id);
CREATE INDEX prediction_buyer_state ON prediction_buyer (state, year_total, customer_id);
CREATE INDEX prediction_buyer_second ON prediction_buyer (second_on, customer_id);
-- How many of those who first bought in a month bought in the months after.
CREATE TABLE prediction_cohort (
    cohort TEXT NOT NULL,
    month  INTEGER NOT NULL, -- since the first one, 0 is the first itself
    buyers INTEGER NOT NULL,
    PRIMARY KEY (cohort, month)
) STRICT, WITHOUT ROWID;
-- What a night found about the shop as a whole, by name, as JSON.
CREATE TABLE prediction_figure (
    name  TEXT PRIMARY KEY,
    as_of INTEGER NOT NULL,
    data  TEXT NOT NULL
) STRICT, WITHOUT ROWID;
