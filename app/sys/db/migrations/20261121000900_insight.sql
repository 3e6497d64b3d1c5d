-- +goose Up
CREATE TABLE evaluation_model (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    weights    TEXT NOT NULL, -- JSON: dimension -> weight, sums to 100
    grades     TEXT NOT NULL, -- JSON: lower bounds of A, B, C
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE evaluation (
    customer_id INTEGER PRIMARY KEY REFERENCES customer (id) ON DELETE CASCADE,
    model_id    INTEGER NOT NULL REFERENCES evaluation_model (id),
    total       REAL, -- NULL = not enough data
    value       REAL,
    health      REAL,
    grade       TEXT NOT NULL DEFAULT '',
    settled     TEXT NOT NULL DEFAULT '', -- the grade of the last nightly run: what hysteresis leans on
    confidence  REAL NOT NULL,
    quadrant    TEXT NOT NULL DEFAULT '',
    cap         TEXT NOT NULL DEFAULT '', -- why the grade is held down, '' = it is not
    dimensions  TEXT NOT NULL, -- JSON: key, score, weight, contribution, reasons, evidence
    as_of       INTEGER NOT NULL
) STRICT;
CREATE INDEX evaluation_model_used ON evaluation (model_id);

-- What the whole shop looked like at the last nightly run: the percentile
-- tables and usual rates that every customer is compared with until the next.
CREATE TABLE evaluation_shop (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    as_of INTEGER NOT NULL,
    data  TEXT NOT NULL
) STRICT;

CREATE TABLE evaluation_snapshot (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    model_id    INTEGER NOT NULL REFERENCES evaluation_model (id),
    as_of       INTEGER NOT NULL,
    total       REAL,
    value       REAL,
    health      REAL,
    grade       TEXT NOT NULL,
    confidence  REAL NOT NULL,
    dimensions  TEXT NOT NULL
) STRICT;
CREATE INDEX evaluation_snapshot_customer ON evaluation_snapshot (customer_id, as_of);
CREATE INDEX evaluation_snapshot_model ON evaluation_snapshot (model_id);

CREATE TABLE evaluation_dirty (
    customer_id INTEGER PRIMARY KEY REFERENCES customer (id) ON DELETE CASCADE,
    since       INTEGER NOT NULL
) STRICT;

INSERT INTO evaluation_model (id, weights, grades, created_at) VALUES (1,
    '{"purchase":25,"payment":20,"cooperation":10,"satisfaction":15,"advocacy":10,"lifetime_value":20}',
    '{"A":80,"B":60,"C":40}', 0);

-- "Not needed, because": a line of the morning card that somebody put away.
CREATE TABLE today_dismissal (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id     INTEGER REFERENCES user (id) ON DELETE SET NULL,
    customer_id INTEGER REFERENCES customer (id) ON DELETE CASCADE,
    kind        TEXT NOT NULL, -- late, birthday, expected
    period      TEXT NOT NULL, -- the occasion it was about
    reason      TEXT NOT NULL DEFAULT '',
    at          INTEGER NOT NULL,
    UNIQUE (customer_id, kind, period)
) STRICT;
CREATE INDEX today_dismissal_user ON today_dismissal (user_id) WHERE user_id IS NOT NULL;
