-- +goose Up
-- Of whoever is not to be profiled no rhythm is kept, and no stage that nobody set.
UPDATE customer_stat SET gap_days = 0, expected_on = '',
    stage = iif(orders > 0 AND customer_id NOT IN (SELECT customer_id FROM stage_hold), '', stage)
WHERE customer_id IN (SELECT id FROM customer WHERE no_profiling = 1);
-- Whoever is late is looked for along what they spent, without reading the others.
DROP INDEX customer_stat_revenue;
CREATE INDEX customer_stat_revenue ON customer_stat (revenue, customer_id, expected_on);
