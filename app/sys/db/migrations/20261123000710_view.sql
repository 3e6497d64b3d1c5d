-- +goose Up
-- A shared view may be one team's.
ALTER TABLE saved_view ADD COLUMN team_id INTEGER REFERENCES team (id) ON DELETE CASCADE;
CREATE INDEX saved_view_team ON saved_view (team_id) WHERE team_id IS NOT NULL;

-- What one person does with a view: theirs or one that is shared.
CREATE TABLE saved_view_use (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    view_id  INTEGER NOT NULL REFERENCES saved_view (id) ON DELETE CASCADE,
    user_id  INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    pinned   INTEGER NOT NULL DEFAULT 0, -- stands in the sidebar
    opens    INTEGER NOT NULL DEFAULT 0, -- the list opens with it
    position INTEGER NOT NULL DEFAULT 0, -- among the list's views
    UNIQUE (view_id, user_id)
) STRICT;
CREATE INDEX saved_view_use_user ON saved_view_use (user_id);
