-- +goose Up
-- The day on which an order is promised, and the way it went since.
ALTER TABLE order_head ADD COLUMN deliver_on TEXT NOT NULL DEFAULT '';
CREATE INDEX order_head_deliver ON order_head (deliver_on) WHERE deliver_on <> '' AND status = 'confirmed';

CREATE TABLE order_move (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    order_id    INTEGER NOT NULL REFERENCES order_head (id) ON DELETE CASCADE,
    from_status TEXT NOT NULL,
    to_status   TEXT NOT NULL,
    user_id     INTEGER REFERENCES user (id) ON DELETE SET NULL,
    at          INTEGER NOT NULL
) STRICT;
CREATE INDEX order_move_order ON order_move (order_id);
CREATE INDEX order_move_user ON order_move (user_id) WHERE user_id IS NOT NULL;
