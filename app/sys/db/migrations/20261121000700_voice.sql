-- +goose Up
CREATE TABLE survey (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    kind       TEXT NOT NULL CHECK (kind IN ('nps', 'csat', 'ces', 'custom')),
    name       TEXT NOT NULL,
    texts      TEXT NOT NULL, -- JSON: language -> question, low, high, follow-up and thanks per band
    words      TEXT NOT NULL DEFAULT '', -- comment words that open a case at any score, one a line
    active     INTEGER NOT NULL DEFAULT 1,
    revision   INTEGER NOT NULL DEFAULT 1, -- grows when the texts change after an answer
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE survey_program (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    survey_id    INTEGER NOT NULL REFERENCES survey (id) ON DELETE CASCADE,
    kind         TEXT NOT NULL CHECK (kind IN ('relationship', 'after_order')),
    name         TEXT NOT NULL,
    active       INTEGER NOT NULL DEFAULT 1,
    every_days   INTEGER NOT NULL DEFAULT 90,
    delay_days   INTEGER NOT NULL DEFAULT 3,
    daily_cap    INTEGER NOT NULL DEFAULT 0, -- 0 = computed from the audience
    remind_days  INTEGER NOT NULL DEFAULT 5, -- 0 = no reminder
    expire_days  INTEGER NOT NULL DEFAULT 21,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    version      INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX survey_program_survey ON survey_program (survey_id);

-- Who is next in a relationship program, and why somebody is not.
CREATE TABLE survey_enrolment (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    program_id   INTEGER NOT NULL REFERENCES survey_program (id) ON DELETE CASCADE,
    customer_id  INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    due_on       TEXT NOT NULL,
    last_sent_at INTEGER,
    reason       TEXT NOT NULL DEFAULT '', -- why not asked at the last look
    UNIQUE (program_id, customer_id)
) STRICT;
CREATE INDEX survey_enrolment_due ON survey_enrolment (program_id, due_on);
CREATE INDEX survey_enrolment_customer ON survey_enrolment (customer_id);

CREATE TABLE survey_invitation (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    survey_id   INTEGER NOT NULL REFERENCES survey (id) ON DELETE CASCADE,
    program_id  INTEGER REFERENCES survey_program (id) ON DELETE SET NULL,
    customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    contact_id  INTEGER REFERENCES contact (id) ON DELETE SET NULL,
    order_id    INTEGER REFERENCES order_head (id) ON DELETE SET NULL,
    case_id     INTEGER, -- a re-ask of this feedback case
    period_key  TEXT NOT NULL, -- r:3, order:12, case:4, manual:…
    channel     TEXT NOT NULL CHECK (channel IN ('email', 'link', 'staff')),
    state       TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'deferred', 'refused', 'answered', 'expired', 'failed', 'unknown', 'cancelled')),
    reason      TEXT NOT NULL DEFAULT '',
    token_hash  TEXT UNIQUE,
    nonce       TEXT NOT NULL DEFAULT '',
    language    TEXT NOT NULL DEFAULT '',
    due_at      INTEGER NOT NULL,
    sent_at     INTEGER,
    reminded_at INTEGER,
    answered_at INTEGER,
    expires_at  INTEGER,
    user_id     INTEGER REFERENCES user (id) ON DELETE SET NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    version     INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX survey_invitation_period ON survey_invitation (survey_id, customer_id, period_key);
CREATE INDEX survey_invitation_customer ON survey_invitation (customer_id, id);
CREATE INDEX survey_invitation_due ON survey_invitation (due_at) WHERE state IN ('queued', 'deferred');
CREATE INDEX survey_invitation_sent ON survey_invitation (sent_at) WHERE state = 'sent';
CREATE INDEX survey_invitation_expiry ON survey_invitation (expires_at) WHERE state IN ('sent', 'unknown');
CREATE INDEX survey_invitation_survey ON survey_invitation (survey_id, sent_at);
CREATE INDEX survey_invitation_program ON survey_invitation (program_id, created_at) WHERE program_id IS NOT NULL;
CREATE INDEX survey_invitation_created ON survey_invitation (created_at, id);
CREATE INDEX survey_invitation_contact ON survey_invitation (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX survey_invitation_order ON survey_invitation (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX survey_invitation_user ON survey_invitation (user_id) WHERE user_id IS NOT NULL;

CREATE TABLE survey_response (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    invitation_id INTEGER UNIQUE REFERENCES survey_invitation (id) ON DELETE SET NULL,
    survey_id     INTEGER NOT NULL REFERENCES survey (id) ON DELETE CASCADE,
    customer_id   INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    contact_id    INTEGER REFERENCES contact (id) ON DELETE SET NULL,
    score         INTEGER NOT NULL,
    comment       TEXT NOT NULL DEFAULT '',
    answers       TEXT NOT NULL DEFAULT '{}',
    channel       TEXT NOT NULL CHECK (channel IN ('email', 'link', 'staff', 'import')),
    language      TEXT NOT NULL DEFAULT '',
    revision      INTEGER NOT NULL DEFAULT 1,
    user_id       INTEGER REFERENCES user (id) ON DELETE SET NULL, -- who typed it in
    case_id       INTEGER, -- an answer to the re-ask of this case
    answered_at   INTEGER NOT NULL,
    external_id   TEXT,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    version       INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX survey_response_survey ON survey_response (survey_id, answered_at, id);
CREATE INDEX survey_response_customer ON survey_response (customer_id, answered_at, id);
CREATE INDEX survey_response_answered ON survey_response (answered_at, id);
CREATE INDEX survey_response_contact ON survey_response (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX survey_response_user ON survey_response (user_id) WHERE user_id IS NOT NULL;

-- What happened to a link: opened, preselected, submitted, scanner. Append-only.
CREATE TABLE survey_trace (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    invitation_id INTEGER NOT NULL REFERENCES survey_invitation (id) ON DELETE CASCADE,
    at            INTEGER NOT NULL,
    kind          TEXT NOT NULL,
    value         TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX survey_trace_invitation ON survey_trace (invitation_id, id);

CREATE TABLE feedback_case (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id  INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    response_id  INTEGER UNIQUE REFERENCES survey_response (id) ON DELETE SET NULL,
    survey_id    INTEGER REFERENCES survey (id) ON DELETE SET NULL,
    owner_id     INTEGER REFERENCES user (id) ON DELETE SET NULL,
    state        TEXT NOT NULL CHECK (state IN ('new', 'acknowledged', 'working', 'resolved', 'awaiting_recheck',
                     'recovered', 'improved', 'unchanged', 'worse', 'no_answer', 'closed', 'dismissed', 'merged', 'reopened')),
    red          INTEGER NOT NULL DEFAULT 0, -- a very low score or an A customer: 4 working hours
    kind         TEXT NOT NULL DEFAULT '', -- of the survey: nps, csat, ces, custom
    score        INTEGER NOT NULL DEFAULT -1,
    opened_at    INTEGER NOT NULL,
    clock_at     INTEGER NOT NULL, -- when the running clock began: opened or reopened
    due_at       INTEGER NOT NULL, -- the next deadline: reply, put right, ask again, give up waiting
    respond_by   INTEGER NOT NULL,
    resolve_by   INTEGER NOT NULL,
    responded_at INTEGER,
    resolved_at  INTEGER,
    closed_at    INTEGER,
    alerted      INTEGER NOT NULL DEFAULT 0, -- 0 none, 1 warned at 75 %, 2 escalated, 3 to the business owner
    cause        TEXT NOT NULL DEFAULT '',
    action       TEXT NOT NULL DEFAULT '',
    told         INTEGER,
    outcome      TEXT NOT NULL DEFAULT '', -- recovered, improved, unchanged, worse, no_answer
    recheck_on   TEXT NOT NULL DEFAULT '',
    asked_at     INTEGER, -- when the question was asked again
    recheck_response_id INTEGER,
    recheck_score INTEGER NOT NULL DEFAULT -1,
    reason       TEXT NOT NULL DEFAULT '', -- of a dismissal or reopening
    merged_into  INTEGER REFERENCES feedback_case (id) ON DELETE SET NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    version      INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX feedback_case_customer ON feedback_case (customer_id, id);
CREATE INDEX feedback_case_open ON feedback_case (due_at, id) WHERE closed_at IS NULL;
CREATE INDEX feedback_case_due ON feedback_case (due_at, id);
CREATE INDEX feedback_case_opened ON feedback_case (opened_at, id);
CREATE INDEX feedback_case_owner ON feedback_case (owner_id, due_at) WHERE closed_at IS NULL;
CREATE INDEX feedback_case_owner_any ON feedback_case (owner_id);
CREATE INDEX feedback_case_recheck ON feedback_case (recheck_on) WHERE state = 'resolved';
CREATE INDEX feedback_case_asked ON feedback_case (asked_at) WHERE state = 'awaiting_recheck';
CREATE INDEX feedback_case_survey ON feedback_case (survey_id);
CREATE INDEX feedback_case_merged ON feedback_case (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE feedback_event (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id    INTEGER NOT NULL REFERENCES feedback_case (id) ON DELETE CASCADE,
    at         INTEGER NOT NULL,
    user_id    INTEGER,
    kind       TEXT NOT NULL, -- state, contact, note, owner, escalated, answer
    from_state TEXT NOT NULL DEFAULT '',
    to_state   TEXT NOT NULL DEFAULT '',
    note       TEXT NOT NULL DEFAULT '',
    event_key  TEXT UNIQUE
) STRICT;
CREATE INDEX feedback_event_case ON feedback_event (case_id, id);

-- When the house last looked for people to ask, and until when it waits after
-- a long absence. Machinery, never journaled.
CREATE TABLE survey_wave (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    last_at    INTEGER NOT NULL,
    held_until INTEGER NOT NULL
) STRICT;
