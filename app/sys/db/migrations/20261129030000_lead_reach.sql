-- +goose Up
-- By which numbers and addresses a lead is found: the last seven digits of each
-- telephone number and each address. Kept by triggers, so that undo and the shell
-- keep it too; who looks for a number compares the whole of it.
CREATE TABLE lead_reach (
    value   TEXT NOT NULL,
    lead_id INTEGER NOT NULL REFERENCES lead (id) ON DELETE CASCADE,
    PRIMARY KEY (value, lead_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX lead_reach_lead ON lead_reach (lead_id);
-- +goose StatementBegin
CREATE TRIGGER lead_reach_insert AFTER INSERT ON lead WHEN NEW.phones <> '[]' OR NEW.emails <> '[]' BEGIN
    INSERT OR IGNORE INTO lead_reach (value, lead_id)
    SELECT substr(replace(replace(replace(replace(replace(value, ' ', ''), '-', ''), '(', ''), ')', ''), '.', ''), -7), NEW.id FROM json_each(NEW.phones)
    UNION SELECT lower(value), NEW.id FROM json_each(NEW.emails);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER lead_reach_update AFTER UPDATE OF phones, emails ON lead WHEN NEW.phones <> OLD.phones OR NEW.emails <> OLD.emails BEGIN
    DELETE FROM lead_reach WHERE lead_id = NEW.id;
    INSERT OR IGNORE INTO lead_reach (value, lead_id)
    SELECT substr(replace(replace(replace(replace(replace(value, ' ', ''), '-', ''), '(', ''), ')', ''), '.', ''), -7), NEW.id FROM json_each(NEW.phones)
    UNION SELECT lower(value), NEW.id FROM json_each(NEW.emails);
END;
-- +goose StatementEnd
INSERT OR IGNORE INTO lead_reach (value, lead_id)
SELECT substr(replace(replace(replace(replace(replace(p.value, ' ', ''), '-', ''), '(', ''), ')', ''), '.', ''), -7), l.id FROM lead l, json_each(l.phones) p
UNION SELECT lower(e.value), l.id FROM lead l, json_each(l.emails) e;
