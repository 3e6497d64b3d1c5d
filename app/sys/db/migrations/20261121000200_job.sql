-- +goose Up
-- Scheduled work: one row per run, one run per slot. See app/sys/job.
CREATE TABLE job_run (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    job         TEXT NOT NULL,
    slot        TEXT NOT NULL,
    due_at      INTEGER,
    started_at  INTEGER NOT NULL,
    finished_at INTEGER,
    outcome     TEXT NOT NULL CHECK (outcome IN ('ok', 'failed', 'skipped', 'running')),
    attempt     INTEGER NOT NULL DEFAULT 1,
    runner      TEXT NOT NULL,
    error       TEXT NOT NULL DEFAULT '',
    UNIQUE (job, slot)
) STRICT;
CREATE INDEX job_run_job ON job_run (job, id);
CREATE INDEX job_run_due ON job_run (job, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX job_run_running ON job_run (job) WHERE outcome = 'running';

-- The latest time the runner ever saw: a clock that shows less was set back.
CREATE TABLE job_clock (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    seen_at INTEGER NOT NULL
) STRICT;
