-- +goose Up
-- A customer has one photo. Where a merge had left two, the one that was shown
-- stays. The journal's trigger is made again at the start: what goes here is
-- nobody's change.
DROP TRIGGER IF EXISTS journal_customer_photo_delete;
DELETE FROM customer_photo WHERE id < (SELECT max(o.id) FROM customer_photo o WHERE o.customer_id = customer_photo.customer_id);
DROP INDEX customer_photo_customer;
CREATE UNIQUE INDEX customer_photo_customer ON customer_photo (customer_id);
