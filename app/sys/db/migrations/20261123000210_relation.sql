-- +goose Up
-- How customers stand to each other, each relation once: the first is the
-- parent, supplier, dealer or referrer of the second; partners have no order.
CREATE TABLE relation (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    kind       TEXT NOT NULL CHECK (kind IN ('parent', 'supplier', 'dealer', 'partner', 'referral')),
    from_id    INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    to_id      INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    note       TEXT NOT NULL DEFAULT '',
    user_id    INTEGER REFERENCES user (id) ON DELETE SET NULL,
    created_at INTEGER NOT NULL,
    CHECK (from_id <> to_id),
    UNIQUE (kind, from_id, to_id)
) STRICT;
CREATE INDEX relation_from ON relation (from_id, id);
CREATE INDEX relation_to ON relation (to_id, id);
CREATE INDEX relation_user ON relation (user_id) WHERE user_id IS NOT NULL;
-- Whoever has one parent has no other, and is referred once.
CREATE UNIQUE INDEX relation_once ON relation (kind, to_id) WHERE kind IN ('parent', 'referral');
CREATE UNIQUE INDEX relation_partner ON relation (min(from_id, to_id), max(from_id, to_id)) WHERE kind = 'partner';
