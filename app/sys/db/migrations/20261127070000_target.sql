-- +goose Up
-- What somebody is to reach in a month or a quarter.
CREATE TABLE target (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    period     TEXT NOT NULL, -- 2026-11 or 2026-Q4
    metric     TEXT NOT NULL CHECK (metric IN ('won', 'received', 'new_customers', 'contacts')),
    subject    TEXT NOT NULL CHECK (subject IN ('company', 'person', 'team', 'product', 'region')),
    user_id    INTEGER REFERENCES user (id) ON DELETE CASCADE,
    team_id    INTEGER REFERENCES team (id) ON DELETE CASCADE,
    product_id INTEGER REFERENCES product (id) ON DELETE CASCADE,
    region     TEXT NOT NULL DEFAULT '',
    amount     INTEGER NOT NULL CHECK (amount > 0), -- minor units of the shop's currency, or a number
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX target_what ON target (period, subject, metric, coalesce(user_id, team_id, product_id, 0), region);
CREATE INDEX target_user ON target (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX target_team ON target (team_id) WHERE team_id IS NOT NULL;
CREATE INDEX target_product ON target (product_id) WHERE product_id IS NOT NULL;

-- What was expected of a month on its first day, kept to see how well it was.
CREATE TABLE target_forecast (
    month   TEXT NOT NULL,
    method  TEXT NOT NULL CHECK (method IN ('pipeline', 'pace', 'repeat')),
    made_on TEXT NOT NULL,
    p10     INTEGER NOT NULL,
    p50     INTEGER NOT NULL,
    p90     INTEGER NOT NULL,
    PRIMARY KEY (month, method)
) STRICT, WITHOUT ROWID;

-- What somebody gets for what they sold: the rate of the highest band that
-- they reached of their target.
CREATE TABLE commission_rule (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    metric       TEXT NOT NULL CHECK (metric IN ('won', 'received')),
    product_id   INTEGER REFERENCES product (id) ON DELETE CASCADE, -- NULL: whatever has no rule of its own
    from_percent INTEGER NOT NULL DEFAULT 0 CHECK (from_percent BETWEEN 0 AND 1000),
    rate         INTEGER NOT NULL CHECK (rate BETWEEN 1 AND 10000), -- hundredths of a percent
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    version      INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX commission_rule_what ON commission_rule (metric, coalesce(product_id, 0), from_percent);
CREATE INDEX commission_rule_product ON commission_rule (product_id) WHERE product_id IS NOT NULL;

-- A month that was closed: what each person gets, as it was then.
CREATE TABLE commission_sheet (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    month      TEXT NOT NULL UNIQUE,
    lines      TEXT NOT NULL CHECK (json_valid(lines)),
    user_id    INTEGER REFERENCES user (id) ON DELETE SET NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX commission_sheet_user ON commission_sheet (user_id) WHERE user_id IS NOT NULL;
