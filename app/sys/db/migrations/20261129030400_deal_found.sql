-- +goose Up
-- Deals whose name or owner changed and that search has to learn anew. Noted by
-- triggers, so that imports, undo and the shell note it too; taken off before the
-- change ends, of many at once beside the work.
CREATE TABLE deal_touched (
    deal_id INTEGER PRIMARY KEY
) STRICT;
-- +goose StatementBegin
CREATE TRIGGER deal_touched_insert AFTER INSERT ON deal BEGIN
    INSERT OR IGNORE INTO deal_touched (deal_id) VALUES (NEW.id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER deal_touched_update AFTER UPDATE OF name, owner_id, external_id ON deal
WHEN NEW.name <> OLD.name OR NEW.owner_id IS NOT OLD.owner_id OR NEW.external_id IS NOT OLD.external_id BEGIN
    INSERT OR IGNORE INTO deal_touched (deal_id) VALUES (NEW.id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER deal_touched_delete AFTER DELETE ON deal BEGIN
    INSERT OR IGNORE INTO deal_touched (deal_id) VALUES (OLD.id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER deal_touched_join AFTER INSERT ON deal_collaborator BEGIN
    INSERT OR IGNORE INTO deal_touched (deal_id) VALUES (NEW.deal_id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER deal_touched_leave AFTER DELETE ON deal_collaborator BEGIN
    INSERT OR IGNORE INTO deal_touched (deal_id) VALUES (OLD.deal_id);
END;
-- +goose StatementEnd
INSERT INTO deal_touched (deal_id) SELECT id FROM deal;
