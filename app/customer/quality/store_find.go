package quality

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"regulars/app/sys/db"
)

var (
	sqlLast    = db.SQL(`SELECT coalesce(max(id), 0) FROM customer`)
	sqlMark    = db.SQL(`INSERT INTO quality_dirty (customer_id, since) SELECT id, ? FROM customer WHERE id = ? ON CONFLICT DO NOTHING`)
	sqlMarkAll = db.SQL(`INSERT INTO quality_dirty (customer_id, since) SELECT id, ? FROM customer WHERE id > ? AND id <= ? ON CONFLICT DO NOTHING`)
	sqlDirty   = db.SQL(`SELECT customer_id FROM quality_dirty ORDER BY customer_id LIMIT ?`)
	sqlUnmark  = db.SQL(`DELETE FROM quality_dirty WHERE customer_id = ?`)
	sqlAlone   = db.SQL(`SELECT count(*) < 2 FROM user WHERE status <> 'disabled'`)

	sqlAdd  = db.SQL(`INSERT INTO quality_finding (customer_id, kind, detail, found_at) VALUES (?, ?, ?, ?)`)
	sqlAlso = db.SQL(`UPDATE quality_finding SET detail = ? WHERE customer_id = ? AND kind = ?`)
	sqlDrop = db.SQL(`DELETE FROM quality_finding WHERE customer_id = ? AND kind = ?`)
)

// What is read of a batch of customers.
const (
	sqlRecords = `
		SELECT c.id, c.kind, c.name, c.owner_id, c.level, c.wechat, c.source, c.birthday, c.updated_at, nullif(s.last_contact_at, 0) AS last_contact_at,
			coalesce(s.last_order_on, '') AS last_order_on, (SELECT count(*) FROM contact k WHERE k.customer_id = c.id) AS contacts
		FROM customer c LEFT JOIN customer_stat s ON s.customer_id = c.id WHERE c.id IN (?)`
	sqlPhonesOf  = `SELECT customer_id, raw, e164 FROM customer_phone WHERE customer_id IN (?) ORDER BY id`
	sqlEmailsOf  = `SELECT customer_id, email, '' FROM customer_email WHERE customer_id IN (?) ORDER BY id`
	sqlBouncedOf = `
		SELECT DISTINCT e.customer_id, e.email, '' FROM outbox o JOIN customer_email e ON e.customer_id = o.customer_id AND e.email = o.to_address
		WHERE o.state = 'failed' AND o.error_class = 'permanent' AND o.channel = 'email' AND o.customer_id IN (?)
			AND NOT EXISTS (SELECT 1 FROM outbox l WHERE l.customer_id = o.customer_id AND l.to_address = o.to_address AND l.state = 'sent' AND l.id > o.id)`
	sqlTaxIDsOf   = `SELECT customer_id, tax_id, '' FROM invoice_title WHERE customer_id IN (?) AND tax_id <> ''`
	sqlRightsOf   = `SELECT customer_id, kind, detail FROM quality_right WHERE customer_id IN (?)`
	sqlFindingsOf = `SELECT customer_id, kind, detail FROM quality_finding WHERE customer_id IN (?)`
)

// load reads customers; those that are gone are missing.
func load(ctx context.Context, q db.Q, ids []int64) (map[int64]*record, error) {
	out := map[int64]*record{}
	query, args, err := sqlx.In(sqlRecords, ids)
	if err != nil {
		return nil, fmt.Errorf("read customers to check: %w", err)
	}
	var rows []record
	if err := q.Select(ctx, &rows, query, args...); err != nil {
		return nil, fmt.Errorf("read customers to check: %w", err)
	}
	for i := range rows {
		rows[i].rights = map[string]string{}
		out[rows[i].ID] = &rows[i]
	}
	parts := []struct {
		query string
		add   func(r *record, a, b string)
	}{
		{sqlPhonesOf, func(r *record, raw, e164 string) {
			if e164 == "" {
				r.badly = append(r.badly, raw)
				return
			}
			r.phones = append(r.phones, e164)
		}},
		{sqlEmailsOf, func(r *record, email, _ string) { r.emails = append(r.emails, email) }},
		{sqlBouncedOf, func(r *record, email, _ string) { r.bounced = append(r.bounced, email) }},
		{sqlTaxIDsOf, func(r *record, id, _ string) { r.taxIDs = append(r.taxIDs, id) }},
		{sqlRightsOf, func(r *record, kind, detail string) { r.rights[kind] = detail }},
	}
	for _, p := range parts {
		err := each(ctx, q, p.query, ids, func(id int64, a, b string) {
			if r := out[id]; r != nil {
				p.add(r, a, b)
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// each reads rows of a customer's id and two texts.
func each(ctx context.Context, q db.Q, query string, ids []int64, fn func(id int64, a, b string)) error {
	query, args, err := sqlx.In(query, ids)
	if err != nil {
		return fmt.Errorf("read what hangs on customers: %w", err)
	}
	err = q.Each(ctx, query, args, func(r *sqlx.Rows) error {
		var id int64
		var a, b string
		err := r.Scan(&id, &a, &b)
		fn(id, a, b)
		return err
	})
	if err != nil {
		return fmt.Errorf("read what hangs on customers: %w", err)
	}
	return nil
}

// settle makes the findings of customers what they are now.
func settle(ctx context.Context, tx *db.Tx, ids []int64, by rules) error {
	records, err := load(ctx, tx, ids)
	if err != nil {
		return err
	}
	have := map[int64]map[string]string{}
	err = each(ctx, tx, sqlFindingsOf, ids, func(id int64, kind, detail string) {
		if have[id] == nil {
			have[id] = map[string]string{}
		}
		have[id][kind] = detail
	})
	if err != nil {
		return err
	}
	for _, id := range ids {
		if r := records[id]; r != nil {
			if err := put(ctx, tx, id, have[id], examine(*r, by)); err != nil {
				return fmt.Errorf("keep what was found of customer %d: %w", id, err)
			}
		}
		if _, err := tx.Exec(ctx, sqlUnmark, id); err != nil {
			return err
		}
	}
	return nil
}

func put(ctx context.Context, tx *db.Tx, id int64, have, want map[string]string) error {
	for kind, detail := range want {
		old, known := have[kind]
		var err error
		switch {
		case !known:
			_, err = tx.Insert(ctx, sqlAdd, id, kind, detail, db.At(tx.Now))
		case old != detail:
			_, err = tx.Exec(ctx, sqlAlso, detail, id, kind)
		}
		if err != nil {
			return err
		}
	}
	for kind := range have {
		if _, still := want[kind]; still {
			continue
		}
		if _, err := tx.Exec(ctx, sqlDrop, id, kind); err != nil {
			return err
		}
	}
	return nil
}
