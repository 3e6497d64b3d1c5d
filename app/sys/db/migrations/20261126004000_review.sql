-- +goose Up
-- What people wrote about the shop elsewhere: on a map, a shopping site, a
-- booking page. Nobody was asked, so it is counted apart from answers.
CREATE TABLE review (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    platform    TEXT NOT NULL COLLATE NOCASE,
    stars       REAL, -- NULL = words only
    most        INTEGER NOT NULL DEFAULT 5, -- stars of the best review there
    author      TEXT NOT NULL DEFAULT '',
    words       TEXT NOT NULL DEFAULT '',
    language    TEXT NOT NULL DEFAULT '',
    url         TEXT NOT NULL DEFAULT '',
    posted_on   TEXT NOT NULL,
    replied_at  INTEGER, -- when the shop answered there
    praise      INTEGER NOT NULL DEFAULT 0, -- it stands on the wall of praise
    customer_id INTEGER REFERENCES customer (id) ON DELETE SET NULL, -- who wrote it, when somebody knows
    case_id     INTEGER REFERENCES feedback_case (id) ON DELETE SET NULL, -- the complaint that it opened or joined
    external_id TEXT NOT NULL, -- what the platform knows it by, else # and a digest of what it says
    user_id     INTEGER REFERENCES user (id) ON DELETE SET NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    version     INTEGER NOT NULL DEFAULT 1,
    UNIQUE (platform, external_id)
) STRICT;
CREATE INDEX review_posted ON review (posted_on, id);
CREATE INDEX review_customer ON review (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX review_case ON review (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX review_user ON review (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX review_praise ON review (posted_on, id) WHERE praise = 1;

-- Topics count what reviews say too.
ALTER TABLE topic_hit ADD COLUMN review_id INTEGER REFERENCES review (id) ON DELETE CASCADE;
CREATE UNIQUE INDEX topic_hit_review ON topic_hit (review_id, topic_id) WHERE review_id IS NOT NULL;
CREATE INDEX topic_hit_review_any ON topic_hit (review_id);
CREATE TABLE topic_review_due (review_id INTEGER PRIMARY KEY REFERENCES review (id) ON DELETE CASCADE) STRICT;
-- +goose StatementBegin
CREATE TRIGGER topic_review_insert AFTER INSERT ON review WHEN NEW.words <> '' BEGIN
    INSERT OR IGNORE INTO topic_review_due (review_id) VALUES (NEW.id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER topic_review_update AFTER UPDATE OF words ON review WHEN NEW.words <> OLD.words BEGIN
    INSERT OR IGNORE INTO topic_review_due (review_id) VALUES (NEW.id);
END;
-- +goose StatementEnd
