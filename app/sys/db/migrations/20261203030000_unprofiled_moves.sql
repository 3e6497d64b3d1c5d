-- +goose Up
-- Of whoever is not to be profiled no move between stages is told that nobody decided.
DELETE FROM stage_move WHERE by_hand = 0 AND customer_id IN (SELECT id FROM customer WHERE no_profiling = 1);
DELETE FROM timeline_entry WHERE kind = 'stage.moved' AND coalesce(json_extract(data, '$.by_hand'), 0) = 0
    AND customer_id IN (SELECT id FROM customer WHERE no_profiling = 1);
DELETE FROM event WHERE kind = 'stage.moved' AND coalesce(json_extract(data, '$.by_hand'), 0) = 0
    AND customer_id IN (SELECT id FROM customer WHERE no_profiling = 1);
