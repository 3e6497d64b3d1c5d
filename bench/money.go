package main

import "net/url"

const (
	rawOwed = `SELECT h.id, h.number, h.customer_id, c.name, h.currency, h.due_on, h.total - (SELECT coalesce(sum(p.amount), 0) FROM payment p WHERE p.order_id = h.id) AS open
		FROM order_head h JOIN customer c ON c.id = h.customer_id
		WHERE h.status IN ('confirmed', 'completed') AND h.total > 0 AND h.total > (SELECT coalesce(sum(p.amount), 0) FROM payment p WHERE p.order_id = h.id)`
	rawParts = `SELECT i.id, o.number, c.name, i.due_on, i.amount FROM instalment i JOIN order_head o ON o.id = i.order_id JOIN customer c ON c.id = o.customer_id
		ORDER BY i.due_on, i.id LIMIT 51`
	rawAccount = `SELECT ordered_on, number, total FROM order_head WHERE customer_id = ?1 UNION ALL
		SELECT paid_on, method, -amount FROM payment WHERE customer_id = ?1 ORDER BY 1`
)

// moneys measures the pages about money that is to come: who owes how much for how
// long, the instalments, and a customer's statement.
func moneys(s *server, raw *raws, t *table) error {
	asks := func(path string) func(int) error {
		return func(int) error { _, err := s.get(path, gzip...); return err }
	}
	if err := t.compare("receivables by age", asks("/receivables"), func(int) error { return raw.read(rawOwed) }); err != nil {
		return err
	}
	late := "/instalments?" + url.Values{"filter[unpaid][eq]": {"true"}}.Encode()
	if err := t.compare("instalments, not paid", asks(late), func(int) error { return raw.read(rawParts) }); err != nil {
		return err
	}
	return t.compare("statement of a customer", asks("/customers/1/statement?from=2000-01-01"), func(int) error { return raw.read(rawAccount, 1) })
}
