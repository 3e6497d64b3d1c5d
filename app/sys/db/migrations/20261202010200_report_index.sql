-- +goose Up
-- Reports walk along the days of exchanges, answers and promises: what they count
-- stands in the index.
DROP INDEX followup_at;
CREATE INDEX followup_at ON followup (at, id, user_id, channel, customer_id);
DROP INDEX survey_response_answered;
CREATE INDEX survey_response_answered ON survey_response (answered_at, id, survey_id, score, customer_id);
DROP INDEX promise_due;
CREATE INDEX promise_due ON promise (due_on, id, state, side, kind);
