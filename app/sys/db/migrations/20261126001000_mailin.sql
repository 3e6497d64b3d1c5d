-- +goose Up
-- Mailboxes that are read, and how far.
CREATE TABLE inbox_mailbox (
    account       TEXT PRIMARY KEY, -- server, login and folder
    validity      INTEGER NOT NULL DEFAULT 0, -- the server's UIDVALIDITY: another one means new numbers
    last_uid      INTEGER NOT NULL DEFAULT 0,
    looked_at     INTEGER,
    failing_since INTEGER, -- since when it cannot be read
    error         TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
-- What came back about something that was sent, each once. What it said is not kept here.
CREATE TABLE inbox_message (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    mark       TEXT NOT NULL UNIQUE, -- a hash of what makes it this mail and no other
    kind       TEXT NOT NULL CHECK (kind IN ('reply', 'bounce', 'automatic', 'failed')),
    outbox_id  INTEGER REFERENCES outbox (id) ON DELETE SET NULL,
    note       TEXT NOT NULL DEFAULT '', -- a stable code
    handled_at INTEGER NOT NULL
) STRICT;
CREATE INDEX inbox_message_outbox ON inbox_message (outbox_id) WHERE outbox_id IS NOT NULL;

-- Addresses that do not take mail.
CREATE TABLE outbox_suppression (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    address     TEXT NOT NULL UNIQUE, -- in lower case
    customer_id INTEGER REFERENCES customer (id) ON DELETE SET NULL,
    class       TEXT NOT NULL CHECK (class IN ('hard', 'soft')),
    count       INTEGER NOT NULL DEFAULT 1, -- bounces in a row
    code        TEXT NOT NULL DEFAULT '', -- as the other side gave it: 5.1.1
    error       TEXT NOT NULL DEFAULT '',
    outbox_id   INTEGER REFERENCES outbox (id) ON DELETE SET NULL, -- the last message that came back
    first_at    INTEGER NOT NULL,
    last_at     INTEGER NOT NULL,
    lifted_at   INTEGER, -- when a colleague said to try again
    user_id     INTEGER REFERENCES user (id) ON DELETE SET NULL
) STRICT;
CREATE INDEX outbox_suppression_customer ON outbox_suppression (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX outbox_suppression_outbox ON outbox_suppression (outbox_id) WHERE outbox_id IS NOT NULL;
CREATE INDEX outbox_suppression_user ON outbox_suppression (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX outbox_address ON outbox (lower(to_address), id) WHERE purpose IN ('service', 'survey', 'marketing');

-- What somebody wrote back to an invitation that is no answer to its question.
CREATE TABLE survey_reply (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    invitation_id INTEGER NOT NULL REFERENCES survey_invitation (id) ON DELETE CASCADE,
    customer_id   INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    words         TEXT NOT NULL,
    late          INTEGER NOT NULL DEFAULT 0, -- it came after the invitation had run out
    received_at   INTEGER NOT NULL,
    read_at       INTEGER, -- when a colleague put it away
    user_id       INTEGER REFERENCES user (id) ON DELETE SET NULL
) STRICT;
CREATE INDEX survey_reply_invitation ON survey_reply (invitation_id);
CREATE INDEX survey_reply_customer ON survey_reply (customer_id);
CREATE INDEX survey_reply_user ON survey_reply (user_id) WHERE user_id IS NOT NULL;
