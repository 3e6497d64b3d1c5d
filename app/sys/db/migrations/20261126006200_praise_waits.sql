-- +goose Up
-- Praise of nobody whom we know waits for a colleague's yes: anybody may write
-- it at a poster. It lies with what is left off, without a colleague, and again
-- whenever its words change.
INSERT OR IGNORE INTO praise_hidden (response_id, created_at) SELECT id, updated_at FROM survey_response WHERE praise = 1 AND customer_id IS NULL;
-- +goose StatementBegin
CREATE TRIGGER survey_response_praise_waits AFTER INSERT ON survey_response WHEN NEW.praise = 1 AND NEW.customer_id IS NULL BEGIN
    INSERT OR IGNORE INTO praise_hidden (response_id, created_at) VALUES (NEW.id, NEW.updated_at);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER survey_response_praise_waits_again AFTER UPDATE OF praise, comment, customer_id ON survey_response
    WHEN NEW.praise = 1 AND NEW.customer_id IS NULL AND (OLD.praise <> 1 OR NEW.comment <> OLD.comment OR OLD.customer_id IS NOT NULL) BEGIN
    INSERT OR IGNORE INTO praise_hidden (response_id, created_at) VALUES (NEW.id, NEW.updated_at);
END;
-- +goose StatementEnd
