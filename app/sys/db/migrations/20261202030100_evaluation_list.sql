-- +goose Up
-- The best of a grade or a quadrant, without passing over everybody else.
CREATE INDEX customer_stat_graded ON customer_stat (grade, score, customer_id) WHERE grade <> '';
CREATE INDEX customer_stat_quadrant ON customer_stat (
    (CASE WHEN value_score < 0 OR health_score < 0 THEN '' WHEN value_score >= 50 AND health_score >= 50 THEN 'protect' WHEN value_score >= 50 THEN 'rescue' WHEN health_score >= 50 THEN 'grow' ELSE 'watch' END),
    score, customer_id);
-- Those who are not to be judged are few.
CREATE INDEX customer_silent ON customer (id) WHERE no_profiling = 1;
-- Answers by the day on which they end.
CREATE INDEX evaluation_check_ends ON evaluation_check (until, id);
