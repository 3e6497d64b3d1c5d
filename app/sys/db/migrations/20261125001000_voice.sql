-- +goose Up
-- Surveys of many questions, answers of people whom nobody knows, and cases
-- about them. The rebuilt tables reference each other, and dropping a parent
-- would empty what points to it: so all are kept aside, dropped from the
-- children upwards and filled from the parents downwards.
CREATE TABLE keep_program AS SELECT * FROM survey_program;
CREATE TABLE keep_enrolment AS SELECT * FROM survey_enrolment;
CREATE TABLE keep_invitation AS SELECT * FROM survey_invitation;
CREATE TABLE keep_response AS SELECT * FROM survey_response;
CREATE TABLE keep_trace AS SELECT * FROM survey_trace;
CREATE TABLE keep_case AS SELECT * FROM feedback_case;
CREATE TABLE keep_event AS SELECT * FROM feedback_event;
CREATE TABLE keep_content AS SELECT * FROM sharing_content;
CREATE TABLE keep_sequence AS SELECT name, seq FROM sqlite_sequence WHERE name IN ('survey_program', 'survey_enrolment', 'survey_invitation',
    'survey_response', 'survey_trace', 'feedback_case', 'feedback_event', 'sharing_content');

DROP TABLE sharing_content;
DROP TABLE feedback_event;
DROP TABLE feedback_case;
DROP TABLE survey_trace;
DROP TABLE survey_response;
DROP TABLE survey_invitation;
DROP TABLE survey_enrolment;
DROP TABLE survey_program;

ALTER TABLE survey ADD COLUMN questions TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(questions)); -- what is asked beside the score
ALTER TABLE survey ADD COLUMN scored INTEGER NOT NULL DEFAULT 1; -- 0: a survey of one's own without a score
ALTER TABLE survey ADD COLUMN stars INTEGER NOT NULL DEFAULT 0; -- stars instead of faces
ALTER TABLE survey ADD COLUMN comment TEXT NOT NULL DEFAULT 'may' CHECK (comment IN ('may', 'must', 'no'));
ALTER TABLE survey ADD COLUMN actions TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(actions)); -- the buttons of the thank-you, by band
ALTER TABLE survey ADD COLUMN draft TEXT NOT NULL DEFAULT ''; -- the document being edited, '' = none
ALTER TABLE survey ADD COLUMN anonymous INTEGER NOT NULL DEFAULT 0; -- 0 may become 1, never back
ALTER TABLE survey ADD COLUMN closes_on TEXT NOT NULL DEFAULT '';
ALTER TABLE survey ADD COLUMN closes_at_n INTEGER NOT NULL DEFAULT 0; -- 0 = at no number of answers

-- What was published, for ever: answers keep the words they were given to.
CREATE TABLE survey_version (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    survey_id  INTEGER NOT NULL REFERENCES survey (id) ON DELETE CASCADE,
    number     INTEGER NOT NULL, -- survey.revision
    document   TEXT NOT NULL CHECK (json_valid(document)),
    user_id    INTEGER REFERENCES user (id) ON DELETE SET NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (survey_id, number)
) STRICT;
CREATE INDEX survey_version_user ON survey_version (user_id) WHERE user_id IS NOT NULL;
INSERT INTO survey_version (survey_id, number, document, created_at)
    SELECT id, revision, json_object('texts', json(texts), 'scored', json('true')), updated_at FROM survey;

CREATE TABLE survey_program (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    survey_id    INTEGER NOT NULL REFERENCES survey (id) ON DELETE CASCADE,
    kind         TEXT NOT NULL CHECK (kind = 'relationship' OR kind LIKE 'after\_%' ESCAPE '\'), -- after_order, after_delivery, …
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
INSERT INTO survey_program (id, survey_id, kind, name, active, every_days, delay_days, daily_cap, remind_days, expire_days, created_at, updated_at, version)
    SELECT id, survey_id, kind, name, active, every_days, delay_days, daily_cap, remind_days, expire_days, created_at, updated_at, version FROM keep_program;

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
INSERT INTO survey_enrolment (id, program_id, customer_id, due_on, last_sent_at, reason)
    SELECT id, program_id, customer_id, due_on, last_sent_at, reason FROM keep_enrolment;

-- A place where whoever passes answers: a poster, a receipt, a tablet, a frame
-- in a web page.
CREATE TABLE poster (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    survey_id      INTEGER NOT NULL REFERENCES survey (id) ON DELETE CASCADE,
    kind           TEXT NOT NULL CHECK (kind IN ('poster', 'slip', 'kiosk', 'widget')),
    name           TEXT NOT NULL,
    place          TEXT NOT NULL DEFAULT '', -- the counter, as people call it
    product_id     INTEGER REFERENCES product (id) ON DELETE SET NULL,
    rated_id       INTEGER REFERENCES user (id) ON DELETE SET NULL, -- the person it asks about
    origins        TEXT NOT NULL DEFAULT '', -- widget: who may frame it, one a line
    repeat_minutes INTEGER NOT NULL DEFAULT 720, -- within which a device's second answer changes its first
    active         INTEGER NOT NULL DEFAULT 1,
    token_hash     TEXT NOT NULL UNIQUE,
    nonce          TEXT NOT NULL,
    user_id        INTEGER REFERENCES user (id) ON DELETE SET NULL,
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    version        INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX poster_survey ON poster (survey_id);
CREATE INDEX poster_product ON poster (product_id) WHERE product_id IS NOT NULL;
CREATE INDEX poster_rated ON poster (rated_id) WHERE rated_id IS NOT NULL;
CREATE INDEX poster_user ON poster (user_id) WHERE user_id IS NOT NULL;

-- One sending to many at once, and each of the many with why they are spared.
CREATE TABLE wave (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    survey_id  INTEGER NOT NULL REFERENCES survey (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    query      TEXT NOT NULL DEFAULT '', -- the customers' list it was made from
    state      TEXT NOT NULL CHECK (state IN ('draft', 'running', 'paused', 'stopped', 'done')),
    started_at INTEGER,
    ended_at   INTEGER,
    user_id    INTEGER REFERENCES user (id) ON DELETE SET NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX wave_survey ON wave (survey_id);
CREATE INDEX wave_user ON wave (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX wave_running ON wave (id) WHERE state = 'running';
CREATE TABLE wave_member (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    wave_id     INTEGER NOT NULL REFERENCES wave (id) ON DELETE CASCADE,
    customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    contact_id  INTEGER REFERENCES contact (id) ON DELETE SET NULL,
    state       TEXT NOT NULL CHECK (state IN ('ask', 'spared', 'asked')),
    reason      TEXT NOT NULL DEFAULT '',
    UNIQUE (wave_id, customer_id)
) STRICT;
CREATE INDEX wave_member_customer ON wave_member (customer_id);
CREATE INDEX wave_member_contact ON wave_member (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX wave_member_next ON wave_member (wave_id, id) WHERE state = 'ask';

CREATE TABLE survey_invitation (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    survey_id   INTEGER NOT NULL REFERENCES survey (id) ON DELETE CASCADE,
    program_id  INTEGER REFERENCES survey_program (id) ON DELETE SET NULL,
    customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    contact_id  INTEGER REFERENCES contact (id) ON DELETE SET NULL,
    order_id    INTEGER REFERENCES order_head (id) ON DELETE SET NULL,
    case_id     INTEGER, -- a re-ask of this feedback case
    period_key  TEXT NOT NULL, -- r:3, order:12, case:4, manual:…
    channel     TEXT NOT NULL CHECK (channel IN ('email', 'link', 'staff', 'sms')),
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
    version     INTEGER NOT NULL DEFAULT 1,
    wave_id     INTEGER REFERENCES wave (id) ON DELETE SET NULL,
    rated_id    INTEGER REFERENCES user (id) ON DELETE SET NULL -- who served
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
CREATE INDEX survey_invitation_wave ON survey_invitation (wave_id, state) WHERE wave_id IS NOT NULL;
CREATE INDEX survey_invitation_rated ON survey_invitation (rated_id) WHERE rated_id IS NOT NULL;
INSERT INTO survey_invitation (id, survey_id, program_id, customer_id, contact_id, order_id, case_id, period_key, channel, state, reason, token_hash,
        nonce, language, due_at, sent_at, reminded_at, answered_at, expires_at, user_id, created_at, updated_at, version)
    SELECT id, survey_id, program_id, customer_id, contact_id, order_id, case_id, period_key, channel, state, reason, token_hash,
        nonce, language, due_at, sent_at, reminded_at, answered_at, expires_at, user_id, created_at, updated_at, version FROM keep_invitation;

CREATE TABLE survey_response (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    invitation_id  INTEGER UNIQUE REFERENCES survey_invitation (id) ON DELETE SET NULL,
    survey_id      INTEGER NOT NULL REFERENCES survey (id) ON DELETE CASCADE,
    customer_id    INTEGER REFERENCES customer (id) ON DELETE CASCADE, -- nobody whom we know: NULL
    contact_id     INTEGER REFERENCES contact (id) ON DELETE SET NULL,
    score          INTEGER NOT NULL, -- -1 = the survey has none
    comment        TEXT NOT NULL DEFAULT '',
    answers        TEXT NOT NULL DEFAULT '{}',
    channel        TEXT NOT NULL CHECK (channel IN ('email', 'link', 'staff', 'import', 'sms', 'reply', 'qr', 'kiosk', 'widget')),
    language       TEXT NOT NULL DEFAULT '',
    revision       INTEGER NOT NULL DEFAULT 1,
    user_id        INTEGER REFERENCES user (id) ON DELETE SET NULL, -- who typed it in
    case_id        INTEGER, -- an answer to the re-ask of this case
    answered_at    INTEGER NOT NULL,
    external_id    TEXT,
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    version        INTEGER NOT NULL DEFAULT 1,
    survey_version INTEGER NOT NULL DEFAULT 0, -- the published number that was answered, 0 = unknown
    order_id       INTEGER REFERENCES order_head (id) ON DELETE SET NULL,
    product_id     INTEGER REFERENCES product (id) ON DELETE SET NULL,
    poster_id      INTEGER REFERENCES poster (id) ON DELETE SET NULL,
    rated_id       INTEGER REFERENCES user (id) ON DELETE SET NULL, -- who served
    level          TEXT NOT NULL DEFAULT '', -- the customer's, as it was then
    region         TEXT NOT NULL DEFAULT '',
    praise         INTEGER NOT NULL DEFAULT 0 -- they agreed to be quoted
) STRICT;
CREATE INDEX survey_response_survey ON survey_response (survey_id, answered_at, id, score);
CREATE INDEX survey_response_customer ON survey_response (customer_id, answered_at, id);
CREATE INDEX survey_response_answered ON survey_response (answered_at, id);
CREATE INDEX survey_response_contact ON survey_response (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX survey_response_user ON survey_response (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX survey_response_order ON survey_response (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX survey_response_product ON survey_response (product_id) WHERE product_id IS NOT NULL;
CREATE INDEX survey_response_poster ON survey_response (poster_id, answered_at) WHERE poster_id IS NOT NULL;
CREATE INDEX survey_response_rated ON survey_response (rated_id) WHERE rated_id IS NOT NULL;
INSERT INTO survey_response (id, invitation_id, survey_id, customer_id, contact_id, score, comment, answers, channel, language, revision, user_id,
        case_id, answered_at, external_id, created_at, updated_at, version, order_id, level, region)
    SELECT r.id, r.invitation_id, r.survey_id, r.customer_id, r.contact_id, r.score, r.comment, r.answers, r.channel, r.language, r.revision, r.user_id,
        r.case_id, r.answered_at, r.external_id, r.created_at, r.updated_at, r.version, i.order_id, coalesce(c.level, ''), coalesce(c.region, '')
    FROM keep_response r LEFT JOIN survey_invitation i ON i.id = r.invitation_id LEFT JOIN customer c ON c.id = r.customer_id;

-- The answers to further questions, one row for each thing said; kept by the
-- triggers below, so that undo, merge and import need not know.
CREATE TABLE survey_answer (
    id          INTEGER PRIMARY KEY,
    response_id INTEGER NOT NULL REFERENCES survey_response (id) ON DELETE CASCADE,
    survey_id   INTEGER NOT NULL,
    question    TEXT NOT NULL,
    item        TEXT NOT NULL DEFAULT '', -- a matrix's row
    position    INTEGER NOT NULL DEFAULT 0, -- a ranking's place, the best is 0
    choice      TEXT NOT NULL DEFAULT '', -- an option's key, or yes or no
    number      REAL,
    words       TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX survey_answer_response ON survey_answer (response_id);
CREATE INDEX survey_answer_question ON survey_answer (survey_id, question, choice, response_id);
CREATE VIEW survey_said (response_id, survey_id, question, item, position, choice, number, words) AS
    WITH said (response_id, survey_id, question, it) AS (
        SELECT r.id, r.survey_id, q.key, q.value FROM survey_response r, json_each(r.answers) q WHERE q.type = 'object')
    SELECT response_id, survey_id, question, '', 0, '', it ->> '$.n', '' FROM said WHERE json_type(it, '$.n') IN ('integer', 'real')
    UNION ALL SELECT response_id, survey_id, question, '', 0, '', NULL, substr(it ->> '$.text', 1, 500) FROM said WHERE json_type(it, '$.text') = 'text'
    UNION ALL SELECT response_id, survey_id, question, '', p.key, p.value, NULL, iif(p.value = 'other', coalesce(substr(it ->> '$.other', 1, 500), ''), '')
        FROM said, json_each(it, '$.picks') p WHERE p.type = 'text'
    UNION ALL SELECT response_id, survey_id, question, w.key, 0, '', w.value, '' FROM said, json_each(it, '$.rows') w WHERE w.type IN ('integer', 'real')
    UNION ALL SELECT response_id, survey_id, question, '', 0, iif(it ->> '$.yes', 'yes', 'no'), it ->> '$.yes', '' FROM said WHERE json_type(it, '$.yes') IN ('true', 'false');
-- +goose StatementBegin
CREATE TRIGGER survey_answer_insert AFTER INSERT ON survey_response WHEN NEW.answers <> '{}' BEGIN
    INSERT INTO survey_answer (response_id, survey_id, question, item, position, choice, number, words)
        SELECT response_id, survey_id, question, item, position, choice, number, words FROM survey_said WHERE response_id = NEW.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER survey_answer_update AFTER UPDATE OF answers, survey_id ON survey_response WHEN NEW.answers <> OLD.answers OR NEW.survey_id <> OLD.survey_id BEGIN
    DELETE FROM survey_answer WHERE response_id = NEW.id;
    INSERT INTO survey_answer (response_id, survey_id, question, item, position, choice, number, words)
        SELECT response_id, survey_id, question, item, position, choice, number, words FROM survey_said WHERE response_id = NEW.id;
END;
-- +goose StatementEnd
INSERT INTO survey_answer (response_id, survey_id, question, item, position, choice, number, words)
    SELECT response_id, survey_id, question, item, position, choice, number, words FROM survey_said;

-- An answer of nobody: no customer, no invitation, no order of arrival, the day
-- only. Never journaled.
CREATE TABLE survey_anonymous (
    key            TEXT PRIMARY KEY, -- random
    survey_id      INTEGER NOT NULL REFERENCES survey (id) ON DELETE CASCADE,
    survey_version INTEGER NOT NULL DEFAULT 0,
    score          INTEGER NOT NULL,
    comment        TEXT NOT NULL DEFAULT '',
    answers        TEXT NOT NULL DEFAULT '{}',
    language       TEXT NOT NULL DEFAULT '',
    day            TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX survey_anonymous_survey ON survey_anonymous (survey_id, day);

CREATE TABLE survey_trace (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    invitation_id INTEGER NOT NULL REFERENCES survey_invitation (id) ON DELETE CASCADE,
    at            INTEGER NOT NULL,
    kind          TEXT NOT NULL,
    value         TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX survey_trace_invitation ON survey_trace (invitation_id, id);
INSERT INTO survey_trace (id, invitation_id, at, kind, value) SELECT id, invitation_id, at, kind, value FROM keep_trace;

CREATE TABLE feedback_case (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id  INTEGER REFERENCES customer (id) ON DELETE CASCADE, -- nobody whom we know: NULL
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
CREATE INDEX feedback_case_respond ON feedback_case (respond_by, id) WHERE closed_at IS NULL;
INSERT INTO feedback_case (id, customer_id, response_id, survey_id, owner_id, state, red, kind, score, opened_at, clock_at, due_at, respond_by,
        resolve_by, responded_at, resolved_at, closed_at, alerted, cause, action, told, outcome, recheck_on, asked_at, recheck_response_id,
        recheck_score, reason, merged_into, created_at, updated_at, version)
    SELECT id, customer_id, response_id, survey_id, owner_id, state, red, kind, score, opened_at, clock_at, due_at, respond_by,
        resolve_by, responded_at, resolved_at, closed_at, alerted, cause, action, told, outcome, recheck_on, asked_at, recheck_response_id,
        recheck_score, reason, merged_into, created_at, updated_at, version FROM keep_case;

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
INSERT INTO feedback_event (id, case_id, at, user_id, kind, from_state, to_state, note, event_key)
    SELECT id, case_id, at, user_id, kind, from_state, to_state, note, event_key FROM keep_event;

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
INSERT INTO sharing_content (id, parcel_id, customer_id, task_id, case_id) SELECT id, parcel_id, customer_id, task_id, case_id FROM keep_content;

DELETE FROM sqlite_sequence WHERE name IN (SELECT name FROM keep_sequence);
INSERT INTO sqlite_sequence (name, seq) SELECT name, seq FROM keep_sequence;
DROP TABLE keep_program;
DROP TABLE keep_enrolment;
DROP TABLE keep_invitation;
DROP TABLE keep_response;
DROP TABLE keep_trace;
DROP TABLE keep_case;
DROP TABLE keep_event;
DROP TABLE keep_content;
DROP TABLE keep_sequence;
