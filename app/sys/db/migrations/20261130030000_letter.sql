-- +goose Up
-- The owner's letter about a week or a month, with the figures as they stood when
-- it was made. They are never counted again. People stand in them as numbers only.
CREATE TABLE owner_letter (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    kind        TEXT NOT NULL CHECK (kind IN ('weekly', 'monthly')),
    slot        TEXT NOT NULL, -- 2026-W47, 2026-11, or by hand the minute in which it was made
    team_id     INTEGER REFERENCES team (id) ON DELETE CASCADE, -- NULL is the whole shop
    first_day   TEXT NOT NULL,
    last_day    TEXT NOT NULL,
    figures     TEXT NOT NULL CHECK (json_valid(figures)),
    user_id     INTEGER REFERENCES user (id) ON DELETE SET NULL, -- who made it by hand
    made_at     INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX owner_letter_slot ON owner_letter (kind, slot, coalesce(team_id, 0));
CREATE INDEX owner_letter_team ON owner_letter (team_id) WHERE team_id IS NOT NULL;
CREATE INDEX owner_letter_user ON owner_letter (user_id) WHERE user_id IS NOT NULL;

-- Who bought when is read without the rows, and who came first when without
-- everybody.
DROP INDEX order_head_customer;
CREATE INDEX order_head_customer ON order_head (customer_id, ordered_on, id, status, total);
DROP INDEX order_head_ordered;
CREATE INDEX order_head_ordered ON order_head (ordered_on, id, status, total, customer_id);
CREATE INDEX customer_stat_first_order ON customer_stat (first_order_on, customer_id) WHERE first_order_on <> '';
