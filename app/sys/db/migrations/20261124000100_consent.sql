-- +goose Up
-- What a shop asks consent for: three purposes are built in, others are its own.
-- A deleted one is only hidden, for what people agreed to stays evidence.
CREATE TABLE consent_purpose (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    key           TEXT NOT NULL UNIQUE,    -- its name in the API and in files
    built_in      INTEGER NOT NULL DEFAULT 0,
    name_en       TEXT NOT NULL DEFAULT '', -- '' = the product's word
    name_zh       TEXT NOT NULL DEFAULT '',
    about_en      TEXT NOT NULL DEFAULT '',
    about_zh      TEXT NOT NULL DEFAULT '',
    needs_word    INTEGER NOT NULL DEFAULT 1, -- only who agreed, else until they object
    double_opt_in INTEGER NOT NULL DEFAULT 0, -- a yes by e-mail counts once they confirm it
    active        INTEGER NOT NULL DEFAULT 1,
    position      INTEGER NOT NULL DEFAULT 0,
    deleted_at    INTEGER,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    version       INTEGER NOT NULL DEFAULT 1
) STRICT;
INSERT INTO consent_purpose (key, built_in, needs_word, position, created_at, updated_at) VALUES
    ('service', 1, 0, 10, 0, 0), ('survey', 1, 0, 20, 0, 0), ('marketing', 1, 1, 30, 0, 0);

-- What people are told when they are asked. A version is never changed; other
-- words are the next version.
CREATE TABLE consent_wording (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    purpose_id INTEGER NOT NULL REFERENCES consent_purpose (id) ON DELETE CASCADE,
    number     INTEGER NOT NULL, -- 1, 2, … within the purpose
    text_en    TEXT NOT NULL DEFAULT '',
    text_zh    TEXT NOT NULL DEFAULT '',
    user_id    INTEGER REFERENCES user (id) ON DELETE SET NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (purpose_id, number)
) STRICT;
CREATE INDEX consent_wording_user ON consent_wording (user_id) WHERE user_id IS NOT NULL;

-- The ledger is made anew: purposes grow, a row is about one channel or, with
-- '', about every one. What rested on the relation, and every objection, counted
-- whatever the channel; a yes to marketing was given for mail, the only way in
-- which it was ever sent. The count of ids goes on.
CREATE TABLE consent_next (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id   INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    contact_id    INTEGER REFERENCES contact (id) ON DELETE CASCADE,
    purpose       TEXT NOT NULL,
    channel       TEXT NOT NULL DEFAULT '' CHECK (channel IN ('', 'email', 'sms', 'phone', 'wechat', 'post')),
    state         TEXT NOT NULL CHECK (state IN ('allowed', 'objected', 'asked')),
    basis         TEXT NOT NULL, -- customer_relation, opt_in, contract, legitimate_interest, legal_duty, objection
    source        TEXT NOT NULL,
    wording       TEXT NOT NULL DEFAULT '', -- what was said where no version stands for it
    wording_id    INTEGER REFERENCES consent_wording (id) ON DELETE SET NULL,
    proof         TEXT NOT NULL DEFAULT '',
    attachment_id INTEGER REFERENCES attachment (id) ON DELETE SET NULL,
    user_id       INTEGER REFERENCES user (id) ON DELETE SET NULL,
    at            INTEGER NOT NULL
) STRICT;
INSERT INTO consent_next (id, customer_id, contact_id, purpose, channel, state, basis, source, wording, user_id, at)
    SELECT id, customer_id, contact_id, purpose, CASE WHEN purpose = 'marketing' AND state = 'allowed' THEN 'email' ELSE '' END,
        state, basis, source, wording, user_id, at FROM consent;
DELETE FROM sqlite_sequence WHERE name = 'consent_next';
INSERT INTO sqlite_sequence (name, seq) SELECT 'consent_next', seq FROM sqlite_sequence WHERE name = 'consent';
DROP TABLE consent;
ALTER TABLE consent_next RENAME TO consent;
CREATE INDEX consent_customer ON consent (customer_id, purpose, id);
CREATE INDEX consent_contact ON consent (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX consent_user ON consent (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX consent_wording_said ON consent (wording_id) WHERE wording_id IS NOT NULL;
CREATE INDEX consent_attachment ON consent (attachment_id) WHERE attachment_id IS NOT NULL;
CREATE INDEX consent_word ON consent (purpose, id) WHERE basis <> 'customer_relation';

-- The last word of every customer for each purpose and channel, kept by triggers
-- from the ledger, so that imports, merges, undo and the shell keep it too. What
-- rests on the relation alone is no word, and a new customer costs nothing.
CREATE TABLE consent_now (
    customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    purpose     TEXT NOT NULL,
    channel     TEXT NOT NULL,
    what        TEXT NOT NULL, -- purpose.channel
    state       TEXT NOT NULL,
    consent_id  INTEGER NOT NULL,
    PRIMARY KEY (customer_id, purpose, channel)
) STRICT;
CREATE INDEX consent_now_what ON consent_now (what, state, customer_id);

-- +goose StatementBegin
CREATE TRIGGER consent_now_insert AFTER INSERT ON consent WHEN NEW.basis <> 'customer_relation' AND NEW.contact_id IS NULL BEGIN
    DELETE FROM consent_now WHERE customer_id = NEW.customer_id AND purpose = NEW.purpose;
    INSERT INTO consent_now (customer_id, purpose, channel, what, state, consent_id)
        SELECT e.customer_id, e.purpose, h.column1, e.purpose || '.' || h.column1, e.state, e.id
        FROM (VALUES ('email'), ('sms'), ('phone'), ('wechat'), ('post')) h JOIN consent e ON e.id = (SELECT max(m.id) FROM consent m
            WHERE m.customer_id = NEW.customer_id AND m.purpose = NEW.purpose AND m.contact_id IS NULL AND m.channel IN ('', h.column1)
                AND m.basis <> 'customer_relation' AND m.state <> 'asked');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER consent_now_delete AFTER DELETE ON consent WHEN OLD.basis <> 'customer_relation' AND OLD.contact_id IS NULL BEGIN
    DELETE FROM consent_now WHERE customer_id = OLD.customer_id AND purpose = OLD.purpose;
    INSERT INTO consent_now (customer_id, purpose, channel, what, state, consent_id)
        SELECT e.customer_id, e.purpose, h.column1, e.purpose || '.' || h.column1, e.state, e.id
        FROM (VALUES ('email'), ('sms'), ('phone'), ('wechat'), ('post')) h JOIN consent e ON e.id = (SELECT max(m.id) FROM consent m
            WHERE m.customer_id = OLD.customer_id AND m.purpose = OLD.purpose AND m.contact_id IS NULL AND m.channel IN ('', h.column1)
                AND m.basis <> 'customer_relation' AND m.state <> 'asked')
        WHERE EXISTS (SELECT 1 FROM customer c WHERE c.id = OLD.customer_id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER consent_now_update AFTER UPDATE OF customer_id, contact_id, purpose, channel, state, basis ON consent
WHEN NEW.basis <> 'customer_relation' OR OLD.basis <> 'customer_relation' BEGIN
    DELETE FROM consent_now WHERE customer_id IN (OLD.customer_id, NEW.customer_id) AND purpose IN (OLD.purpose, NEW.purpose);
    INSERT INTO consent_now (customer_id, purpose, channel, what, state, consent_id)
        SELECT e.customer_id, e.purpose, h.column1, e.purpose || '.' || h.column1, e.state, e.id
        FROM (SELECT OLD.customer_id AS id UNION SELECT NEW.customer_id) w JOIN (SELECT OLD.purpose AS key UNION SELECT NEW.purpose) p
            JOIN (VALUES ('email'), ('sms'), ('phone'), ('wechat'), ('post')) h JOIN consent e ON e.id = (SELECT max(m.id) FROM consent m
            WHERE m.customer_id = w.id AND m.purpose = p.key AND m.contact_id IS NULL AND m.channel IN ('', h.column1)
                AND m.basis <> 'customer_relation' AND m.state <> 'asked')
        WHERE EXISTS (SELECT 1 FROM customer c WHERE c.id = w.id);
END;
-- +goose StatementEnd

INSERT INTO consent_now (customer_id, purpose, channel, what, state, consent_id)
    SELECT e.customer_id, e.purpose, h.column1, e.purpose || '.' || h.column1, e.state, e.id
    FROM (SELECT DISTINCT customer_id, purpose FROM consent WHERE basis <> 'customer_relation' AND contact_id IS NULL) w
        JOIN (VALUES ('email'), ('sms'), ('phone'), ('wechat'), ('post')) h JOIN consent e ON e.id = (SELECT max(m.id) FROM consent m
        WHERE m.customer_id = w.customer_id AND m.purpose = w.purpose AND m.contact_id IS NULL AND m.channel IN ('', h.column1)
            AND m.basis <> 'customer_relation' AND m.state <> 'asked');

-- A message about a purpose of the shop's own says which.
ALTER TABLE outbox ADD COLUMN topic TEXT NOT NULL DEFAULT '';
