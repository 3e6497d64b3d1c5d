-- +goose Up
-- Targets add up what was paid back of credit on some days.
CREATE INDEX receipt_back_day ON receipt_back (paid_on);

-- Returns that became credit before the two rows knew each other.
UPDATE receipt SET set_off_id = (SELECT p.id FROM payment p JOIN order_head o ON o.id = p.order_id
    WHERE p.customer_id = receipt.customer_id AND o.number = receipt.note AND p.amount = -receipt.amount AND p.method = 'other' AND p.created_at = receipt.created_at)
WHERE method = 'other' AND note <> '';
