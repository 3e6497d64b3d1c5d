-- +goose Up
-- Who looks after what: a complaint about it is theirs when nobody looks after
-- the customer. One line is about one thing and leads to a department or a person.
CREATE TABLE feedback_route (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    kind       TEXT NOT NULL CHECK (kind IN ('product', 'category', 'poster', 'topic', 'cause')),
    category   TEXT NOT NULL DEFAULT '', -- of products
    product_id INTEGER REFERENCES product (id) ON DELETE CASCADE,
    poster_id  INTEGER REFERENCES poster (id) ON DELETE CASCADE,
    topic_id   INTEGER REFERENCES topic (id) ON DELETE CASCADE,
    cause_id   INTEGER REFERENCES feedback_cause (id) ON DELETE CASCADE,
    team_id    INTEGER REFERENCES team (id) ON DELETE CASCADE,
    user_id    INTEGER REFERENCES user (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX feedback_route_about ON feedback_route (kind, category, coalesce(product_id, poster_id, topic_id, cause_id, 0));
CREATE INDEX feedback_route_product ON feedback_route (product_id) WHERE product_id IS NOT NULL;
CREATE INDEX feedback_route_poster ON feedback_route (poster_id) WHERE poster_id IS NOT NULL;
CREATE INDEX feedback_route_topic ON feedback_route (topic_id) WHERE topic_id IS NOT NULL;
CREATE INDEX feedback_route_cause ON feedback_route (cause_id) WHERE cause_id IS NOT NULL;
CREATE INDEX feedback_route_team ON feedback_route (team_id) WHERE team_id IS NOT NULL;
CREATE INDEX feedback_route_user ON feedback_route (user_id) WHERE user_id IS NOT NULL;

-- How many working days a department may take for its part of a case.
CREATE TABLE feedback_team (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    team_id    INTEGER NOT NULL UNIQUE REFERENCES team (id) ON DELETE CASCADE,
    days       INTEGER NOT NULL DEFAULT 3,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1
) STRICT;

ALTER TABLE feedback_case ADD COLUMN owner_why TEXT NOT NULL DEFAULT ''; -- customer, poster:3, product:7, category:Coffee, topic:2, turn, given
ALTER TABLE feedback_case ADD COLUMN source TEXT NOT NULL DEFAULT ''; -- of a complaint: call, visit, ticket, …; '' = an answer, or not said
ALTER TABLE feedback_case ADD COLUMN team_id INTEGER REFERENCES team (id) ON DELETE SET NULL; -- the department whose turn it is
ALTER TABLE feedback_case ADD COLUMN team_at INTEGER; -- since when
ALTER TABLE feedback_case ADD COLUMN team_by INTEGER; -- until when it may take
ALTER TABLE feedback_case ADD COLUMN team_alerted INTEGER NOT NULL DEFAULT 0; -- 0 none, 2 told its lead, 3 the business owner
CREATE INDEX feedback_case_team ON feedback_case (team_id, team_by) WHERE team_id IS NOT NULL;
ALTER TABLE feedback_event ADD COLUMN channel TEXT NOT NULL DEFAULT ''; -- of a contact: call, email, …
