-- +goose Up
-- The exemption of a reminder and of the one question after a complaint was one
-- word; only the latter may reach somebody whose complaint is still open. What
-- waits in the outbox gets its second word.
UPDATE outbox SET payload = json_set(payload, '$.exempt_case', json('true'))
WHERE state IN ('queued', 'deferred', 'held') AND purpose = 'survey' AND dedupe_key LIKE 'survey:%:ask' AND json_valid(payload)
	AND json_extract(payload, '$.exempt_budget') = 1;
