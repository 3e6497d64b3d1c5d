-- +goose Up
-- Records whose name or owner changed and that search has to learn anew. Noted by
-- triggers, so that imports, undo and the shell note it too; taken off before the
-- change ends, of many at once beside the work.
CREATE TABLE search_touched (
    kind       TEXT NOT NULL,
    subject_id INTEGER NOT NULL,
    PRIMARY KEY (kind, subject_id)
) STRICT, WITHOUT ROWID;
-- +goose StatementBegin
CREATE TRIGGER deal_found_insert AFTER INSERT ON deal BEGIN
    INSERT OR IGNORE INTO search_touched (kind, subject_id) VALUES ('deal', NEW.id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER deal_found_update AFTER UPDATE OF name, owner_id, external_id ON deal
WHEN NEW.name <> OLD.name OR NEW.owner_id IS NOT OLD.owner_id OR NEW.external_id IS NOT OLD.external_id BEGIN
    INSERT OR IGNORE INTO search_touched (kind, subject_id) VALUES ('deal', NEW.id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER deal_found_delete AFTER DELETE ON deal BEGIN
    INSERT OR IGNORE INTO search_touched (kind, subject_id) VALUES ('deal', OLD.id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER deal_found_join AFTER INSERT ON deal_collaborator BEGIN
    INSERT OR IGNORE INTO search_touched (kind, subject_id) VALUES ('deal', NEW.deal_id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER deal_found_leave AFTER DELETE ON deal_collaborator BEGIN
    INSERT OR IGNORE INTO search_touched (kind, subject_id) VALUES ('deal', OLD.deal_id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER product_found_insert AFTER INSERT ON product BEGIN
    INSERT OR IGNORE INTO search_touched (kind, subject_id) VALUES ('product', NEW.id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER product_found_update AFTER UPDATE OF name, code, external_id ON product
WHEN NEW.name <> OLD.name OR NEW.code IS NOT OLD.code OR NEW.external_id IS NOT OLD.external_id BEGIN
    INSERT OR IGNORE INTO search_touched (kind, subject_id) VALUES ('product', NEW.id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER product_found_delete AFTER DELETE ON product BEGIN
    INSERT OR IGNORE INTO search_touched (kind, subject_id) VALUES ('product', OLD.id);
END;
-- +goose StatementEnd
INSERT INTO search_touched (kind, subject_id) SELECT 'deal', id FROM deal;
INSERT INTO search_touched (kind, subject_id) SELECT 'product', id FROM product;
