-- +goose Up
CREATE TABLE tag (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL UNIQUE COLLATE NOCASE,
    colour     INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE customer (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    kind           TEXT NOT NULL CHECK (kind IN ('company', 'person')),
    name           TEXT NOT NULL,
    name_key       TEXT NOT NULL, -- folded, without company suffixes: the duplicate check
    sort_key       TEXT NOT NULL, -- pinyin or folded Latin: the order by name
    owner_id       INTEGER REFERENCES user (id) ON DELETE SET NULL,
    level          TEXT NOT NULL DEFAULT '', -- A to D set by hand, '' = the computed grade
    wechat         TEXT NOT NULL DEFAULT '',
    address        TEXT NOT NULL DEFAULT '',
    region         TEXT NOT NULL DEFAULT '',
    source         TEXT NOT NULL DEFAULT '',
    birthday       TEXT NOT NULL DEFAULT '',
    birthday_lunar INTEGER NOT NULL DEFAULT 0,
    language       TEXT NOT NULL DEFAULT '', -- '' = the shop's
    timezone       TEXT NOT NULL DEFAULT '',
    notes          TEXT NOT NULL DEFAULT '',
    rhythm_days    INTEGER NOT NULL DEFAULT 0, -- keep in touch every n days, 0 = as the level says
    external_id    TEXT,
    external_src   TEXT NOT NULL DEFAULT '',
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    version        INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX customer_owner ON customer (owner_id, id);
CREATE INDEX customer_name_key ON customer (name_key);
CREATE INDEX customer_sort ON customer (sort_key, id);
CREATE INDEX customer_created ON customer (created_at, id);
CREATE INDEX customer_updated ON customer (updated_at, id);
CREATE UNIQUE INDEX customer_external ON customer (external_src, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX customer_wechat ON customer (wechat) WHERE wechat <> '';
CREATE INDEX customer_birthday ON customer (substr(birthday, -5)) WHERE birthday <> '';
CREATE INDEX customer_region ON customer (region, id) WHERE region <> '';
CREATE INDEX customer_source ON customer (source, id) WHERE source <> '';

CREATE TABLE contact (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    name        TEXT NOT NULL,
    title       TEXT NOT NULL DEFAULT '',
    wechat      TEXT NOT NULL DEFAULT '',
    birthday    TEXT NOT NULL DEFAULT '',
    birthday_lunar INTEGER NOT NULL DEFAULT 0,
    is_primary  INTEGER NOT NULL DEFAULT 0,
    notes       TEXT NOT NULL DEFAULT '',
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    version     INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX contact_customer ON contact (customer_id, id);

-- Phones and e-mails of a customer (contact_id NULL) or of one of its contacts.
CREATE TABLE customer_phone (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    contact_id  INTEGER REFERENCES contact (id) ON DELETE CASCADE,
    raw         TEXT NOT NULL,
    e164        TEXT NOT NULL DEFAULT '',
    ext         TEXT NOT NULL DEFAULT '',
    label       TEXT NOT NULL DEFAULT '',
    position    INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX customer_phone_customer ON customer_phone (customer_id, contact_id, position);
CREATE INDEX customer_phone_contact ON customer_phone (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX customer_phone_e164 ON customer_phone (e164) WHERE e164 <> '';

CREATE TABLE customer_email (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    contact_id  INTEGER REFERENCES contact (id) ON DELETE CASCADE,
    email       TEXT NOT NULL COLLATE NOCASE,
    position    INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX customer_email_customer ON customer_email (customer_id, contact_id, position);
CREATE INDEX customer_email_contact ON customer_email (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX customer_email_email ON customer_email (email);

CREATE TABLE customer_tag (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    tag_id      INTEGER NOT NULL REFERENCES tag (id) ON DELETE CASCADE,
    UNIQUE (customer_id, tag_id)
) STRICT;
CREATE INDEX customer_tag_tag ON customer_tag (tag_id, customer_id);

-- What is derived of a customer: kept by events, rebuilt by the nightly job.
-- No version, so that an order never makes an edit stale. Never NULL where a
-- list sorts by it.
CREATE TABLE customer_stat (
    customer_id     INTEGER PRIMARY KEY REFERENCES customer (id) ON DELETE CASCADE,
    orders          INTEGER NOT NULL DEFAULT 0,
    revenue         INTEGER NOT NULL DEFAULT 0, -- minor units, confirmed and completed orders
    paid            INTEGER NOT NULL DEFAULT 0,
    first_order_on  TEXT NOT NULL DEFAULT '',
    last_order_on   TEXT NOT NULL DEFAULT '',
    gap_days        REAL NOT NULL DEFAULT 0, -- median days between purchases, 0 = unknown
    expected_on     TEXT NOT NULL DEFAULT '', -- when they are due by their own rhythm
    last_contact_at INTEGER NOT NULL DEFAULT 0,
    next_contact_on TEXT NOT NULL DEFAULT '', -- keep-in-touch rhythm
    next_task_at    INTEGER NOT NULL DEFAULT 0,
    open_cases      INTEGER NOT NULL DEFAULT 0,
    nps             INTEGER NOT NULL DEFAULT -1,
    csat            INTEGER NOT NULL DEFAULT -1,
    score           REAL NOT NULL DEFAULT -1,
    grade           TEXT NOT NULL DEFAULT '',
    value_score     REAL NOT NULL DEFAULT -1,
    health_score    REAL NOT NULL DEFAULT -1
) STRICT;
CREATE INDEX customer_stat_revenue ON customer_stat (revenue, customer_id);
CREATE INDEX customer_stat_last_order ON customer_stat (last_order_on, customer_id);
CREATE INDEX customer_stat_expected ON customer_stat (expected_on, customer_id) WHERE expected_on <> '';
CREATE INDEX customer_stat_last_contact ON customer_stat (last_contact_at, customer_id);
CREATE INDEX customer_stat_next_contact ON customer_stat (next_contact_on, customer_id) WHERE next_contact_on <> '';
CREATE INDEX customer_stat_score ON customer_stat (score, customer_id);

CREATE TABLE customer_visit ( -- recently viewed, an access trace
    user_id     INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    at          INTEGER NOT NULL,
    PRIMARY KEY (user_id, customer_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_visit_customer ON customer_visit (customer_id);

CREATE TABLE note (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    user_id     INTEGER REFERENCES user (id) ON DELETE SET NULL,
    text        TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    version     INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX note_customer ON note (customer_id, id);
CREATE INDEX note_user ON note (user_id) WHERE user_id IS NOT NULL;

CREATE TABLE attachment (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    subject_kind TEXT NOT NULL,
    subject_id   INTEGER NOT NULL,
    customer_id  INTEGER REFERENCES customer (id) ON DELETE CASCADE,
    user_id      INTEGER REFERENCES user (id) ON DELETE SET NULL,
    name         TEXT NOT NULL,
    mime         TEXT NOT NULL,
    size         INTEGER NOT NULL,
    sha256       TEXT NOT NULL,
    created_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX attachment_subject ON attachment (subject_kind, subject_id);
CREATE INDEX attachment_customer ON attachment (customer_id, id) WHERE customer_id IS NOT NULL;
CREATE INDEX attachment_sha ON attachment (sha256);
CREATE INDEX attachment_user ON attachment (user_id) WHERE user_id IS NOT NULL;

CREATE TABLE saved_view (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    kind       TEXT NOT NULL,
    user_id    INTEGER REFERENCES user (id) ON DELETE CASCADE, -- NULL = shared with everybody
    name       TEXT NOT NULL,
    query      TEXT NOT NULL,
    pinned     INTEGER NOT NULL DEFAULT 0,
    position   INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX saved_view_user ON saved_view (user_id, kind);

-- Search: tokens made in Go (app/kit/text), see app/sys/search.
CREATE TABLE search_doc (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    kind       TEXT NOT NULL,
    subject_id INTEGER NOT NULL,
    owner_id   INTEGER,
    title      TEXT NOT NULL,
    sub        TEXT NOT NULL DEFAULT '',
    words      TEXT NOT NULL DEFAULT '', -- further names, phones and e-mails, one a line
    version    INTEGER NOT NULL, -- of the token scheme it was indexed with
    UNIQUE (kind, subject_id)
) STRICT;
CREATE INDEX search_doc_version ON search_doc (version, id);
CREATE VIRTUAL TABLE search_index USING fts5 (tokens, content = '', prefix = '2 3 4', contentless_delete = 1, detail = none,
    tokenize = "unicode61 remove_diacritics 0 categories 'L* N* Co Cn'"); -- Cn: characters younger than SQLite's tables
