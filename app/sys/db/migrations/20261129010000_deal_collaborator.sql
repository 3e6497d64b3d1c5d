-- +goose Up
-- Who works on a deal beside whoever has it. It widens what they see to this deal
-- alone: its customer stays as closed to them as before.
CREATE TABLE deal_collaborator (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    deal_id    INTEGER NOT NULL REFERENCES deal (id) ON DELETE CASCADE,
    user_id    INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    access     TEXT NOT NULL CHECK (access IN ('read', 'work')),
    created_at INTEGER NOT NULL,
    UNIQUE (deal_id, user_id)
) STRICT;
CREATE INDEX deal_collaborator_user ON deal_collaborator (user_id, deal_id);
