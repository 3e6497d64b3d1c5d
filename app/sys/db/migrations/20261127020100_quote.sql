-- +goose Up
-- A quote is an offer in writing. Each version is a row of its own under the
-- same number: one that was sent is never changed.
CREATE TABLE quote (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    number          TEXT NOT NULL, -- Q-2026-0042
    revision        INTEGER NOT NULL DEFAULT 1,
    customer_id     INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    contact_id      INTEGER REFERENCES contact (id) ON DELETE SET NULL,
    deal_id         INTEGER REFERENCES deal (id) ON DELETE SET NULL,
    title           TEXT NOT NULL DEFAULT '',
    quoted_on       TEXT NOT NULL,
    valid_until     TEXT NOT NULL DEFAULT '', -- the day itself still counts, '' = no end
    state           TEXT NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'sent', 'accepted', 'declined', 'expired', 'withdrawn', 'replaced')),
    currency        TEXT NOT NULL,
    with_tax        INTEGER NOT NULL DEFAULT 1, -- the prices contain the tax
    discount_rate   INTEGER NOT NULL DEFAULT 0, -- basis points
    discount_amount INTEGER NOT NULL DEFAULT 0,
    gross           INTEGER NOT NULL DEFAULT 0, -- the sums, kept with the lines in one transaction
    discount        INTEGER NOT NULL DEFAULT 0, -- all of them together
    tax             INTEGER NOT NULL DEFAULT 0,
    total           INTEGER NOT NULL DEFAULT 0,
    intro           TEXT NOT NULL DEFAULT '',
    terms           TEXT NOT NULL DEFAULT '',
    user_id         INTEGER REFERENCES user (id) ON DELETE SET NULL,
    order_id        INTEGER REFERENCES order_head (id) ON DELETE SET NULL,
    sent_at         INTEGER,
    decided_at      INTEGER,
    signer          TEXT NOT NULL DEFAULT '',
    signature       TEXT NOT NULL DEFAULT '', -- a drawn one, as the path of an SVG
    reason          TEXT NOT NULL DEFAULT '', -- why it was declined or withdrawn
    nonce           TEXT NOT NULL,
    token_hash      TEXT NOT NULL UNIQUE,
    fields          TEXT NOT NULL DEFAULT '{}',
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    version         INTEGER NOT NULL DEFAULT 1,
    UNIQUE (number, revision)
) STRICT;
CREATE INDEX quote_customer ON quote (customer_id, quoted_on, id);
CREATE INDEX quote_quoted ON quote (quoted_on, id);
CREATE INDEX quote_total ON quote (total, id);
CREATE INDEX quote_created ON quote (created_at, id);
CREATE INDEX quote_updated ON quote (updated_at, id);
CREATE INDEX quote_contact ON quote (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX quote_deal ON quote (deal_id, id) WHERE deal_id IS NOT NULL;
CREATE INDEX quote_user ON quote (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX quote_order ON quote (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX quote_sent ON quote (valid_until) WHERE state = 'sent';

CREATE TABLE quote_line (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    quote_id        INTEGER NOT NULL REFERENCES quote (id) ON DELETE CASCADE,
    product_id      INTEGER REFERENCES product (id) ON DELETE SET NULL,
    name            TEXT NOT NULL,
    unit            TEXT NOT NULL DEFAULT '',
    quantity        INTEGER NOT NULL, -- thousandths
    unit_price      INTEGER NOT NULL,
    discount_rate   INTEGER NOT NULL DEFAULT 0,
    discount_amount INTEGER NOT NULL DEFAULT 0,
    tax_rate        INTEGER NOT NULL DEFAULT 0,
    total           INTEGER NOT NULL,
    optional        INTEGER NOT NULL DEFAULT 0, -- the customer may take it along
    chosen          INTEGER NOT NULL DEFAULT 0, -- and did
    price_list      TEXT NOT NULL DEFAULT '',   -- where the price came from
    price_least     INTEGER NOT NULL DEFAULT 0,
    position        INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX quote_line_quote ON quote_line (quote_id, position);
CREATE INDEX quote_line_product ON quote_line (product_id) WHERE product_id IS NOT NULL;

-- What happened to a quote, also behind its link: who looked, what was asked.
CREATE TABLE quote_trace (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    quote_id INTEGER NOT NULL REFERENCES quote (id) ON DELETE CASCADE,
    at       INTEGER NOT NULL,
    kind     TEXT NOT NULL CHECK (kind IN ('program', 'person', 'asked')),
    text     TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX quote_trace_quote ON quote_trace (quote_id, id);

CREATE TABLE quote_template (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL,
    intro      TEXT NOT NULL DEFAULT '',
    terms      TEXT NOT NULL DEFAULT '',
    valid_days INTEGER NOT NULL DEFAULT 14 CHECK (valid_days BETWEEN 0 AND 730),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1
) STRICT;

-- The last number given in a year. Numbers may be skipped, never given twice.
CREATE TABLE quote_number (
    year INTEGER PRIMARY KEY,
    last INTEGER NOT NULL
) STRICT;
