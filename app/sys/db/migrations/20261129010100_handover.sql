-- +goose Up
-- A record that was given to a colleague, with what they should know. It goes with
-- its record.
CREATE TABLE handover (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    deal_id  INTEGER REFERENCES deal (id) ON DELETE CASCADE,
    lead_id  INTEGER REFERENCES lead (id) ON DELETE CASCADE,
    case_id  INTEGER REFERENCES feedback_case (id) ON DELETE CASCADE,
    task_id  INTEGER REFERENCES task (id) ON DELETE CASCADE,
    from_id  INTEGER REFERENCES user (id) ON DELETE SET NULL,
    to_id    INTEGER REFERENCES user (id) ON DELETE SET NULL,
    user_id  INTEGER REFERENCES user (id) ON DELETE SET NULL, -- who did it
    note     TEXT NOT NULL,
    tasks    INTEGER NOT NULL DEFAULT 0, -- how many went along
    promises INTEGER NOT NULL DEFAULT 0,
    quotes   INTEGER NOT NULL DEFAULT 0,
    kept     TEXT NOT NULL DEFAULT '', -- as what the giver stays on it
    at       INTEGER NOT NULL,
    CHECK ((deal_id IS NOT NULL) + (lead_id IS NOT NULL) + (case_id IS NOT NULL) + (task_id IS NOT NULL) = 1)
) STRICT;
CREATE INDEX handover_deal ON handover (deal_id, id) WHERE deal_id IS NOT NULL;
CREATE INDEX handover_lead ON handover (lead_id, id) WHERE lead_id IS NOT NULL;
CREATE INDEX handover_case ON handover (case_id, id) WHERE case_id IS NOT NULL;
CREATE INDEX handover_task ON handover (task_id, id) WHERE task_id IS NOT NULL;
CREATE INDEX handover_from ON handover (from_id) WHERE from_id IS NOT NULL;
CREATE INDEX handover_to ON handover (to_id) WHERE to_id IS NOT NULL;
CREATE INDEX handover_user ON handover (user_id) WHERE user_id IS NOT NULL;
