-- +goose Up
-- Who looks after one pool without looking after all of them: assigns, puts
-- back for others and sets its rules. Without any row only who may for all.
CREATE TABLE pool_admin (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    pool_id INTEGER NOT NULL REFERENCES pool (id) ON DELETE CASCADE,
    user_id INTEGER REFERENCES user (id) ON DELETE CASCADE,
    team_id INTEGER REFERENCES team (id) ON DELETE CASCADE,
    CHECK ((user_id IS NULL) <> (team_id IS NULL)),
    UNIQUE (pool_id, user_id),
    UNIQUE (pool_id, team_id)
) STRICT;
CREATE INDEX pool_admin_user ON pool_admin (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX pool_admin_team ON pool_admin (team_id) WHERE team_id IS NOT NULL;
