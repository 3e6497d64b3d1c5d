-- +goose Up
-- Who works with a customer beside the owner, and who wants to hear of them.
CREATE TABLE sharing (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    user_id     INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    access      TEXT NOT NULL DEFAULT '' CHECK (access IN ('', 'read', 'edit')), -- '' = follows, and sees what they saw anyway
    follows     INTEGER NOT NULL DEFAULT 0,
    created_at  INTEGER NOT NULL,
    UNIQUE (customer_id, user_id)
) STRICT;
CREATE INDEX sharing_user ON sharing (user_id, customer_id) WHERE access <> '';
CREATE INDEX sharing_person ON sharing (user_id);

-- Somebody asks for a share of a customer, or for all of them.
CREATE TABLE sharing_request (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    user_id     INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    wants       TEXT NOT NULL CHECK (wants IN ('join', 'transfer')),
    note        TEXT NOT NULL DEFAULT '',
    state       TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'accepted', 'refused')),
    decided_by  INTEGER REFERENCES user (id) ON DELETE SET NULL,
    at          INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX sharing_request_open ON sharing_request (customer_id, user_id) WHERE state = 'open';
CREATE INDEX sharing_request_customer ON sharing_request (customer_id);
CREATE INDEX sharing_request_user ON sharing_request (user_id);
CREATE INDEX sharing_request_decided ON sharing_request (decided_by) WHERE decided_by IS NOT NULL;

-- A hand-over: what went from one person to another, and until when.
CREATE TABLE sharing_parcel (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    from_id     INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    to_id       INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    user_id     INTEGER REFERENCES user (id) ON DELETE SET NULL,
    note        TEXT NOT NULL DEFAULT '',
    until       TEXT NOT NULL DEFAULT '', -- the day on which it goes back, '' = for good
    returned_at INTEGER,
    at          INTEGER NOT NULL
) STRICT;
CREATE INDEX sharing_parcel_from ON sharing_parcel (from_id);
CREATE INDEX sharing_parcel_to ON sharing_parcel (to_id);
CREATE INDEX sharing_parcel_user ON sharing_parcel (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX sharing_parcel_until ON sharing_parcel (until) WHERE until <> '' AND returned_at IS NULL;

-- What was in it, so that the same comes back.
CREATE TABLE sharing_content (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    parcel_id   INTEGER NOT NULL REFERENCES sharing_parcel (id) ON DELETE CASCADE,
    customer_id INTEGER REFERENCES customer (id) ON DELETE CASCADE,
    task_id     INTEGER REFERENCES task (id) ON DELETE CASCADE,
    case_id     INTEGER REFERENCES feedback_case (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX sharing_content_parcel ON sharing_content (parcel_id);
CREATE INDEX sharing_content_customer ON sharing_content (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX sharing_content_task ON sharing_content (task_id) WHERE task_id IS NOT NULL;
CREATE INDEX sharing_content_case ON sharing_content (case_id) WHERE case_id IS NOT NULL;

-- With whom a searchable record is shared: ",4,7,".
ALTER TABLE search_doc ADD COLUMN shared TEXT NOT NULL DEFAULT '';
