-- +goose Up
CREATE TABLE team (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL UNIQUE COLLATE NOCASE,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE user (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    name          TEXT NOT NULL,
    email         TEXT NOT NULL UNIQUE COLLATE NOCASE,
    role          TEXT NOT NULL CHECK (role IN ('owner', 'manager', 'member')),
    team_id       INTEGER REFERENCES team (id) ON DELETE SET NULL,
    status        TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('invited', 'active', 'disabled')),
    locale        TEXT NOT NULL DEFAULT '',
    timezone      TEXT NOT NULL DEFAULT '',
    theme         TEXT NOT NULL DEFAULT '',
    density       TEXT NOT NULL DEFAULT '',
    shortcuts     INTEGER NOT NULL DEFAULT 1,
    digest_at     TEXT NOT NULL DEFAULT '08:00', -- local time of the daily digest, '' = none
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    version       INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX user_team ON user (team_id);

-- What proves who somebody is; never journaled, never exported.
CREATE TABLE user_secret (
    user_id       INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
    password_hash TEXT NOT NULL DEFAULT '',
    generation    INTEGER NOT NULL DEFAULT 1,
    totp_secret   TEXT NOT NULL DEFAULT '', -- sealed
    totp_step     INTEGER NOT NULL DEFAULT 0,
    totp_on       INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE user_recovery (
    user_id   INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    code_hash TEXT NOT NULL,
    used_at   INTEGER,
    PRIMARY KEY (user_id, code_hash)
) STRICT, WITHOUT ROWID;

-- Invitations and password resets: one use, short life.
CREATE TABLE user_link (
    token_hash TEXT PRIMARY KEY,
    user_id    INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    kind       TEXT NOT NULL CHECK (kind IN ('invite', 'reset')),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX user_link_user ON user_link (user_id);

-- What the owner decided about a role.
CREATE TABLE role (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL UNIQUE,
    reach      TEXT NOT NULL CHECK (reach IN ('own', 'team', 'all')),
    updated_at INTEGER NOT NULL
) STRICT;
INSERT INTO role (name, reach, updated_at) VALUES ('owner', 'all', 0), ('manager', 'all', 0), ('member', 'all', 0);

CREATE TABLE role_permission (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    role       TEXT NOT NULL,
    permission TEXT NOT NULL,
    allowed    INTEGER NOT NULL,
    UNIQUE (role, permission)
) STRICT;

CREATE TABLE token (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id      INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    name         TEXT NOT NULL,
    token_hash   TEXT NOT NULL UNIQUE,
    scope        TEXT NOT NULL CHECK (scope IN ('read', 'write')),
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER,
    last_used_at INTEGER,
    revoked_at   INTEGER
) STRICT;
CREATE INDEX token_user ON token (user_id, id);

CREATE TABLE notification (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id      INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    kind         TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id   INTEGER,
    customer_id  INTEGER,
    label        TEXT NOT NULL DEFAULT '',
    data         TEXT NOT NULL DEFAULT '{}',
    dedupe_key   TEXT NOT NULL UNIQUE,
    created_at   INTEGER NOT NULL,
    read_at      INTEGER
) STRICT;
CREATE INDEX notification_user ON notification (user_id, id);
CREATE INDEX notification_unread ON notification (user_id) WHERE read_at IS NULL;
