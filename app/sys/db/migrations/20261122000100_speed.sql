-- +goose Up
-- What was sold on each day, so that no page sums orders. Triggers keep it: an
-- import, an undo and the shell write it too.
CREATE TABLE order_day (
    day    TEXT PRIMARY KEY,
    orders INTEGER NOT NULL, -- confirmed and completed
    total  INTEGER NOT NULL  -- minor units
) STRICT, WITHOUT ROWID;
INSERT INTO order_day (day, orders, total)
SELECT ordered_on, count(*), sum(total) FROM order_head WHERE status IN ('confirmed', 'completed') GROUP BY ordered_on;
-- +goose StatementBegin
CREATE TRIGGER order_day_insert AFTER INSERT ON order_head WHEN NEW.status IN ('confirmed', 'completed') BEGIN
    INSERT INTO order_day (day, orders, total) VALUES (NEW.ordered_on, 1, NEW.total)
    ON CONFLICT (day) DO UPDATE SET orders = orders + 1, total = total + excluded.total;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER order_day_update AFTER UPDATE OF ordered_on, status, total ON order_head BEGIN
    UPDATE order_day SET orders = orders - 1, total = total - OLD.total
    WHERE day = OLD.ordered_on AND OLD.status IN ('confirmed', 'completed');
    INSERT INTO order_day (day, orders, total) SELECT NEW.ordered_on, 1, NEW.total WHERE NEW.status IN ('confirmed', 'completed')
    ON CONFLICT (day) DO UPDATE SET orders = orders + 1, total = total + excluded.total;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER order_day_delete AFTER DELETE ON order_head WHEN OLD.status IN ('confirmed', 'completed') BEGIN
    UPDATE order_day SET orders = orders - 1, total = total - OLD.total WHERE day = OLD.ordered_on;
END;
-- +goose StatementEnd
-- Answers are counted and open cases are ordered without reading their rows.
DROP INDEX survey_response_survey;
CREATE INDEX survey_response_survey ON survey_response (survey_id, answered_at, id, score);
CREATE INDEX feedback_case_respond ON feedback_case (respond_by, id) WHERE closed_at IS NULL;
