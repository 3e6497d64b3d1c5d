-- +goose Up
-- What lists filter and sort by besides: kept like every figure of a customer.
ALTER TABLE customer_stat ADD COLUMN open_tasks INTEGER NOT NULL DEFAULT 0;
ALTER TABLE customer_stat ADD COLUMN revenue_year INTEGER NOT NULL DEFAULT 0; -- of the last 12 months, as of the last night or order
UPDATE customer_stat SET
	open_tasks = (SELECT count(*) FROM task t WHERE t.customer_id = customer_stat.customer_id AND t.done_at IS NULL),
	revenue_year = (SELECT coalesce(sum(total), 0) FROM order_head o WHERE o.customer_id = customer_stat.customer_id
		AND o.status IN ('confirmed', 'completed') AND o.ordered_on > date('now', '-12 months'));

-- Only what is known stands in them, so a new customer costs nothing.
CREATE INDEX customer_stat_nps ON customer_stat (nps, customer_id) WHERE nps >= 0;
CREATE INDEX customer_stat_csat ON customer_stat (csat, customer_id) WHERE csat >= 0;
CREATE INDEX customer_stat_cases ON customer_stat (open_cases, customer_id) WHERE open_cases > 0;
CREATE INDEX customer_stat_tasks ON customer_stat (open_tasks, customer_id) WHERE open_tasks > 0;
CREATE INDEX customer_stat_grade ON customer_stat (grade, customer_id) WHERE grade <> '';
CREATE INDEX customer_level ON customer (level, id) WHERE level <> '';
CREATE INDEX consent_marketing ON consent (state, customer_id) WHERE purpose = 'marketing' AND contact_id IS NULL;
