-- +goose Up
-- What speaks for a lead, in points that the owner sets.
CREATE TABLE lead_score_rule (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    field      TEXT NOT NULL, -- one of the code's list, or fields. and the key of an own one
    test       TEXT NOT NULL CHECK (test IN ('given', 'missing', 'is', 'has', 'least', 'most', 'yes', 'no')),
    value      TEXT NOT NULL DEFAULT '',
    points     INTEGER NOT NULL CHECK (points BETWEEN -100 AND 100 AND points <> 0),
    active     INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1
) STRICT;

-- What the rules learned from the leads that ended; derived, one row.
CREATE TABLE lead_score_fit (
    id        INTEGER PRIMARY KEY CHECK (id = 1),
    fit       TEXT NOT NULL CHECK (json_valid(fit)),
    fitted_at INTEGER NOT NULL
) STRICT;

-- By whom new leads are answered: the first line that fits.
CREATE TABLE lead_route (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL,
    position   INTEGER NOT NULL DEFAULT 0,
    sources    TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(sources)), -- none: any
    regions    TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(regions)),
    product_id INTEGER REFERENCES product (id) ON DELETE CASCADE,
    form_id    INTEGER REFERENCES lead_form (id) ON DELETE CASCADE,
    people     TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(people)), -- none: everybody who may have leads
    method     TEXT NOT NULL DEFAULT 'turns' CHECK (method IN ('turns', 'load')),
    at_once    INTEGER NOT NULL DEFAULT 0, -- also while the shop is closed
    active     INTEGER NOT NULL DEFAULT 1,
    last_id    INTEGER REFERENCES user (id) ON DELETE SET NULL, -- whose turn was last, derived
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX lead_route_product ON lead_route (product_id) WHERE product_id IS NOT NULL;
CREATE INDEX lead_route_form ON lead_route (form_id) WHERE form_id IS NOT NULL;
CREATE INDEX lead_route_last ON lead_route (last_id) WHERE last_id IS NOT NULL;

-- In the pool only until somebody works.
ALTER TABLE lead ADD COLUMN waiting INTEGER NOT NULL DEFAULT 0;
CREATE INDEX lead_waiting ON lead (id) WHERE waiting = 1;
-- When its owner was told that it soon goes back to the pool.
ALTER TABLE lead ADD COLUMN warned_at INTEGER;
