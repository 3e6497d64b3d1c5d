-- +goose Up
-- Open deals are also forecast by what history says of them.
CREATE TABLE target_forecast_anew (
    month   TEXT NOT NULL,
    method  TEXT NOT NULL CHECK (method IN ('pipeline', 'history', 'pace', 'repeat')),
    made_on TEXT NOT NULL,
    p10     INTEGER NOT NULL,
    p50     INTEGER NOT NULL,
    p90     INTEGER NOT NULL,
    PRIMARY KEY (month, method)
) STRICT, WITHOUT ROWID;
INSERT INTO target_forecast_anew SELECT month, method, made_on, p10, p50, p90 FROM target_forecast;
DROP TABLE target_forecast;
ALTER TABLE target_forecast_anew RENAME TO target_forecast;
