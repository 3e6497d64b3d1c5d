-- +goose Up
-- How the scores spread over everybody, kept by triggers: a page of 100,000
-- customers reads some dozens of rows.
CREATE TABLE evaluation_spread (
    grade    TEXT NOT NULL,
    quadrant TEXT NOT NULL,
    ten      INTEGER NOT NULL, -- totals of 0-10, 10-20 …, -1 without one
    n        INTEGER NOT NULL,
    PRIMARY KEY (grade, quadrant, ten)
) STRICT, WITHOUT ROWID;

INSERT INTO evaluation_spread (grade, quadrant, ten, n)
SELECT grade, quadrant, CASE WHEN total IS NULL THEN -1 ELSE min(9, CAST(total / 10 AS INTEGER)) END, count(*) FROM evaluation GROUP BY 1, 2, 3;

-- +goose StatementBegin
CREATE TRIGGER evaluation_spread_insert AFTER INSERT ON evaluation
BEGIN
    INSERT INTO evaluation_spread (grade, quadrant, ten, n) VALUES (NEW.grade, NEW.quadrant, CASE WHEN NEW.total IS NULL THEN -1 ELSE min(9, CAST(NEW.total / 10 AS INTEGER)) END, 1)
    ON CONFLICT (grade, quadrant, ten) DO UPDATE SET n = n + 1;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evaluation_spread_delete AFTER DELETE ON evaluation
BEGIN
    UPDATE evaluation_spread SET n = n - 1 WHERE grade = OLD.grade AND quadrant = OLD.quadrant AND ten = CASE WHEN OLD.total IS NULL THEN -1 ELSE min(9, CAST(OLD.total / 10 AS INTEGER)) END;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evaluation_spread_update AFTER UPDATE OF grade, quadrant, total ON evaluation
WHEN OLD.grade <> NEW.grade OR OLD.quadrant <> NEW.quadrant OR OLD.total IS NOT NEW.total
BEGIN
    UPDATE evaluation_spread SET n = n - 1 WHERE grade = OLD.grade AND quadrant = OLD.quadrant AND ten = CASE WHEN OLD.total IS NULL THEN -1 ELSE min(9, CAST(OLD.total / 10 AS INTEGER)) END;
    INSERT INTO evaluation_spread (grade, quadrant, ten, n) VALUES (NEW.grade, NEW.quadrant, CASE WHEN NEW.total IS NULL THEN -1 ELSE min(9, CAST(NEW.total / 10 AS INTEGER)) END, 1)
    ON CONFLICT (grade, quadrant, ten) DO UPDATE SET n = n + 1;
END;
-- +goose StatementEnd
