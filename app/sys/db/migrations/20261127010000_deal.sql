-- +goose Up
-- Chances of a sale on their way through the stages of a pipeline.
CREATE TABLE deal_pipeline (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL,
    standard   INTEGER NOT NULL DEFAULT 0, -- where a deal begins that names none
    position   INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE deal_stage (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    pipeline_id INTEGER NOT NULL REFERENCES deal_pipeline (id) ON DELETE CASCADE,
    name        TEXT NOT NULL,
    probability INTEGER NOT NULL DEFAULT 0 CHECK (probability BETWEEN 0 AND 100), -- percent, as the owner judges
    rot_days    INTEGER NOT NULL DEFAULT 0, -- so long may a deal stand here, 0 = as long as it likes
    warn        INTEGER NOT NULL DEFAULT 1, -- whoever has it is told when it stood too long
    playbook    TEXT NOT NULL DEFAULT '', -- what to do here
    checklist   TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(checklist)), -- what to tick off
    required    TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(required)), -- what must be known to leave
    position    INTEGER NOT NULL DEFAULT 0,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    version     INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX deal_stage_pipeline ON deal_stage (pipeline_id, position);

-- Why deals are won and lost.
CREATE TABLE deal_reason (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    result     TEXT NOT NULL CHECK (result IN ('won', 'lost')),
    name       TEXT NOT NULL,
    active     INTEGER NOT NULL DEFAULT 1, -- offered when a deal is closed
    position   INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE deal (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    name           TEXT NOT NULL,
    customer_id    INTEGER REFERENCES customer (id) ON DELETE CASCADE, -- NULL: nobody knows yet
    contact_id     INTEGER REFERENCES contact (id) ON DELETE SET NULL,
    pipeline_id    INTEGER NOT NULL REFERENCES deal_pipeline (id),
    stage_id       INTEGER NOT NULL REFERENCES deal_stage (id),
    amount         INTEGER NOT NULL DEFAULT 0, -- the sum of the lines once there are some
    currency       TEXT NOT NULL,
    probability    INTEGER CHECK (probability BETWEEN 0 AND 100), -- its own, NULL = the stage's
    expected_close TEXT NOT NULL DEFAULT '',
    opened_on      TEXT NOT NULL,
    owner_id       INTEGER REFERENCES user (id) ON DELETE SET NULL,
    agent          TEXT NOT NULL DEFAULT '', -- who had it elsewhere and has no account here
    result         TEXT NOT NULL DEFAULT 'open' CHECK (result IN ('open', 'won', 'lost')),
    reason_id      INTEGER REFERENCES deal_reason (id) ON DELETE SET NULL,
    reason_note    TEXT NOT NULL DEFAULT '',
    closed_on      TEXT NOT NULL DEFAULT '',
    position       REAL NOT NULL DEFAULT 0, -- its place in the column
    moved_at       INTEGER NOT NULL, -- stands in its stage since
    source         TEXT NOT NULL DEFAULT '',
    notes          TEXT NOT NULL DEFAULT '',
    external_id    TEXT,
    external_src   TEXT NOT NULL DEFAULT '',
    fields         TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(fields)),
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    version        INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX deal_board ON deal (stage_id, position, id) WHERE result = 'open';
-- the heads of the columns without the rows
CREATE INDEX deal_sums ON deal (pipeline_id, stage_id, currency, owner_id, customer_id, amount, probability) WHERE result = 'open';
CREATE INDEX deal_customer ON deal (customer_id, result) WHERE customer_id IS NOT NULL;
CREATE INDEX deal_contact ON deal (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX deal_pipeline_any ON deal (pipeline_id, result, closed_on);
CREATE INDEX deal_stage_any ON deal (stage_id);
CREATE INDEX deal_owner ON deal (owner_id, result) WHERE owner_id IS NOT NULL;
CREATE INDEX deal_reason_any ON deal (reason_id) WHERE reason_id IS NOT NULL;
CREATE INDEX deal_name ON deal (name COLLATE NOCASE, id);
CREATE INDEX deal_amount ON deal (amount, id);
CREATE INDEX deal_close ON deal (expected_close, id);
CREATE INDEX deal_closed ON deal (closed_on, id);
CREATE INDEX deal_opened ON deal (opened_on, id);
CREATE INDEX deal_created ON deal (created_at, id);
CREATE INDEX deal_updated ON deal (updated_at, id);
CREATE INDEX deal_moved ON deal (moved_at, id);
CREATE UNIQUE INDEX deal_external ON deal (external_src, external_id) WHERE external_id IS NOT NULL;

CREATE TABLE deal_line (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    deal_id    INTEGER NOT NULL REFERENCES deal (id) ON DELETE CASCADE,
    product_id INTEGER REFERENCES product (id) ON DELETE SET NULL,
    name       TEXT NOT NULL,
    unit       TEXT NOT NULL DEFAULT '',
    quantity   INTEGER NOT NULL, -- thousandths
    unit_price INTEGER NOT NULL,
    discount   INTEGER NOT NULL DEFAULT 0 CHECK (discount BETWEEN 0 AND 10000), -- of the line, in hundredths of a percent
    total      INTEGER NOT NULL,
    position   INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX deal_line_deal ON deal_line (deal_id, position);
CREATE INDEX deal_line_product ON deal_line (product_id) WHERE product_id IS NOT NULL;

-- Through which stages a deal went, and when.
CREATE TABLE deal_move (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    deal_id  INTEGER NOT NULL REFERENCES deal (id) ON DELETE CASCADE,
    stage_id INTEGER NOT NULL REFERENCES deal_stage (id) ON DELETE CASCADE,
    user_id  INTEGER REFERENCES user (id) ON DELETE SET NULL,
    at       INTEGER NOT NULL
) STRICT;
CREATE INDEX deal_move_deal ON deal_move (deal_id, at);
CREATE INDEX deal_move_stage ON deal_move (stage_id, deal_id);
CREATE INDEX deal_move_user ON deal_move (user_id) WHERE user_id IS NOT NULL;

-- What of a stage's checklist is ticked off for a deal.
CREATE TABLE deal_check (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    deal_id  INTEGER NOT NULL REFERENCES deal (id) ON DELETE CASCADE,
    stage_id INTEGER NOT NULL REFERENCES deal_stage (id) ON DELETE CASCADE,
    item     TEXT NOT NULL,
    user_id  INTEGER REFERENCES user (id) ON DELETE SET NULL,
    at       INTEGER NOT NULL,
    UNIQUE (deal_id, stage_id, item)
) STRICT;
CREATE INDEX deal_check_stage ON deal_check (stage_id);
CREATE INDEX deal_check_user ON deal_check (user_id) WHERE user_id IS NOT NULL;

-- Who else offers.
CREATE TABLE deal_rival (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    deal_id    INTEGER NOT NULL REFERENCES deal (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    note       TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX deal_rival_deal ON deal_rival (deal_id);

-- For which stay in a stage its owner was told that it stood too long.
CREATE TABLE deal_warned (
    deal_id  INTEGER PRIMARY KEY REFERENCES deal (id) ON DELETE CASCADE,
    moved_at INTEGER NOT NULL
) STRICT;

-- What a task is about besides a customer: the next step of a deal, a quote, a contract.
ALTER TABLE task ADD COLUMN about_kind TEXT NOT NULL DEFAULT '';
ALTER TABLE task ADD COLUMN about_id INTEGER;
CREATE INDEX task_about ON task (about_kind, about_id, due_sort, id) WHERE about_id IS NOT NULL;
