-- +goose Up
-- Why things go wrong, as a tree that the shop edits. The code is what stands in
-- a case; ours are translated, the shop's own are as they were typed.
CREATE TABLE feedback_cause (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    parent_id  INTEGER REFERENCES feedback_cause (id) ON DELETE SET NULL,
    code       TEXT NOT NULL UNIQUE,
    name_en    TEXT NOT NULL DEFAULT '', -- both empty: one of ours, or called as its code
    name_zh    TEXT NOT NULL DEFAULT '',
    active     INTEGER NOT NULL DEFAULT 1, -- 0: no longer offered, old cases keep it
    position   INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX feedback_cause_parent ON feedback_cause (parent_id) WHERE parent_id IS NOT NULL;
INSERT INTO feedback_cause (code, position, created_at, updated_at) VALUES
    ('delivery', 1, 0, 0), ('quality', 2, 0, 0), ('waiting', 3, 0, 0), ('price', 4, 0, 0), ('staff', 5, 0, 0), ('information', 6, 0, 0),
    ('billing', 7, 0, 0), ('other', 8, 0, 0);
UPDATE feedback_cause SET active = 0 WHERE EXISTS (SELECT 1 FROM setting s WHERE s.name = 'feedback' AND json_type(s.value, '$.causes') = 'array')
    AND code NOT IN (SELECT j.value FROM setting s, json_each(s.value, '$.causes') j WHERE s.name = 'feedback' AND j.type = 'text');
INSERT OR IGNORE INTO feedback_cause (code, position, created_at, updated_at)
    SELECT j.value, 100 + j.key, 0, 0 FROM setting s, json_each(s.value, '$.causes') j WHERE s.name = 'feedback' AND j.type = 'text' AND j.value <> '';
INSERT OR IGNORE INTO feedback_cause (code, active, position, created_at, updated_at)
    SELECT DISTINCT cause, 0, 500, 0, 0 FROM feedback_case WHERE cause <> '';
CREATE INDEX feedback_case_cause ON feedback_case (cause, opened_at) WHERE cause <> '';

-- What the shop changes so that a complaint does not come back, and whether it
-- helped.
CREATE TABLE improvement (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    title      TEXT NOT NULL,
    topic_id   INTEGER, -- what customers talk about, without one the cause is the theme
    cause      TEXT NOT NULL DEFAULT '', -- feedback_cause.code
    change     TEXT NOT NULL DEFAULT '',
    expected   TEXT NOT NULL DEFAULT '',
    owner_id   INTEGER REFERENCES user (id) ON DELETE SET NULL,
    state      TEXT NOT NULL CHECK (state IN ('idea', 'doing', 'live', 'judged', 'dropped')),
    live_on    TEXT,
    wait_days  INTEGER NOT NULL DEFAULT 30,
    judge_on   TEXT, -- when it is judged next
    verdict    TEXT NOT NULL DEFAULT '' CHECK (verdict IN ('', 'proven', 'not_proven', 'too_few')),
    subject_en TEXT NOT NULL DEFAULT '',
    subject_zh TEXT NOT NULL DEFAULT '',
    letter_en  TEXT NOT NULL DEFAULT '',
    letter_zh  TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX improvement_owner ON improvement (owner_id) WHERE owner_id IS NOT NULL;
CREATE INDEX improvement_judge ON improvement (judge_on) WHERE judge_on IS NOT NULL;

CREATE TABLE improvement_case (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    improvement_id INTEGER NOT NULL REFERENCES improvement (id) ON DELETE CASCADE,
    case_id        INTEGER NOT NULL REFERENCES feedback_case (id) ON DELETE CASCADE,
    UNIQUE (improvement_id, case_id)
) STRICT;
CREATE INDEX improvement_case_case ON improvement_case (case_id);

-- Every verdict that was given, with the figures behind it. Never changed.
CREATE TABLE improvement_verdict (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    improvement_id INTEGER NOT NULL REFERENCES improvement (id) ON DELETE CASCADE,
    judged_on      TEXT NOT NULL,
    verdict        TEXT NOT NULL CHECK (verdict IN ('proven', 'not_proven', 'too_few')),
    figures        TEXT NOT NULL CHECK (json_valid(figures)),
    created_at     INTEGER NOT NULL,
    UNIQUE (improvement_id, judged_on)
) STRICT;

-- Who was told what became of their complaint: once for each improvement.
CREATE TABLE improvement_letter (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    improvement_id INTEGER NOT NULL REFERENCES improvement (id) ON DELETE CASCADE,
    customer_id    INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    contact_id     INTEGER REFERENCES contact (id) ON DELETE SET NULL,
    state          TEXT NOT NULL, -- as the outbox has it
    reason         TEXT NOT NULL DEFAULT '',
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    UNIQUE (improvement_id, customer_id)
) STRICT;
CREATE INDEX improvement_letter_customer ON improvement_letter (customer_id);
CREATE INDEX improvement_letter_contact ON improvement_letter (contact_id) WHERE contact_id IS NOT NULL;
