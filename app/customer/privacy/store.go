package privacy

import (
	"context"
	"fmt"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

var (
	sqlCustomer = db.SQL(`
		SELECT c.id AS customerid, 0 AS contactid, 0 AS leadid, c.kind, c.name, '' AS company, c.language, c.created_at, c.erased_at FROM customer c
		WHERE c.id = ? AND ` + auth.CustomerSQL)
	sqlContact = db.SQL(`
		SELECT c.id AS customerid, p.id AS contactid, 0 AS leadid, 'contact' AS kind, p.name, c.name AS company, c.language, p.created_at, NULL AS erased_at
		FROM contact p JOIN customer c ON c.id = p.customer_id WHERE p.id = ? AND ` + auth.CustomerSQL)
	sqlByEmail = db.SQL(`
		SELECT DISTINCT customer_id AS customerid, coalesce(contact_id, 0) AS contactid, 0 AS leadid FROM customer_email WHERE email = ?1
		UNION SELECT 0, 0, l.id FROM lead l WHERE l.customer_id IS NULL AND l.id IN (SELECT lead_id FROM lead_reach WHERE value = lower(?1))
			AND NOT EXISTS (SELECT 1 FROM customer_email WHERE email = ?1) LIMIT 10`)
	sqlMentioned = db.SQL(`
		SELECT (SELECT count(*) FROM note n WHERE n.customer_id <> ?1 AND EXISTS (SELECT 1 FROM json_each(?2) w WHERE instr(lower(n.text), w.value) > 0))
			+ (SELECT count(*) FROM followup f WHERE f.customer_id <> ?1 AND EXISTS (SELECT 1 FROM json_each(?2) w WHERE instr(lower(f.content), w.value) > 0))`)
)

const sqlAlive = `SELECT count(*) FROM %s WHERE id IN (SELECT value FROM json_each(?))`

// counts tells how many rows of each table belong to the person now.
func (r reach) counts(ctx context.Context, q db.Q) ([]Count, error) {
	var out []Count
	for _, table := range shown {
		if len(r.rows[table]) == 0 {
			continue
		}
		c := Count{Table: table, Fate: classes[table].Fate}
		if err := q.Get(ctx, &c.N, fmt.Sprintf(sqlAlive, quote(table)), list(r.rows[table])); err != nil {
			return nil, fmt.Errorf("count the rows of %s: %w", table, err)
		}
		if c.N > 0 {
			out = append(out, c)
		}
	}
	return out, nil
}

// mentions counts what is written about others and names the person.
func mentions(ctx context.Context, q db.Q, customer int64, words []string) (n int, err error) {
	if err := q.Get(ctx, &n, sqlMentioned, customer, list(spellings(words))); err != nil {
		return 0, fmt.Errorf("count who else speaks of them: %w", err)
	}
	return n, nil
}
