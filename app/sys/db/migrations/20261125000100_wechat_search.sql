-- +goose Up
-- WeChat names get lines of their own among what a customer is found by, so that
-- they can be told from names: a role that sees them masked finds them only whole.
UPDATE search_doc SET words = (
    WITH RECURSIVE
        names (n, name) AS (
            SELECT row_number() OVER (), wechat FROM (
                SELECT c.wechat FROM customer c WHERE c.id = search_doc.subject_id AND c.wechat <> ''
                UNION SELECT k.wechat FROM contact k WHERE k.customer_id = search_doc.subject_id AND k.wechat <> '')),
        step (n, words) AS (
            SELECT 0, char(10) || search_doc.words
            UNION ALL SELECT s.n + 1, replace(s.words, char(10) || 'n' || x.name || char(10), char(10) || 'w' || x.name || char(10))
                FROM step s JOIN names x ON x.n = s.n + 1)
    SELECT substr(words, 2) FROM step ORDER BY n DESC LIMIT 1)
WHERE kind = 'customer' AND subject_id IN (SELECT id FROM customer WHERE wechat <> '' UNION SELECT customer_id FROM contact WHERE wechat <> '');
