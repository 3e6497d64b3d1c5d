package duplicate

import (
	"context"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"

	"regulars/app/sys/db"
)

// crowd is how many records may share a value before it says little.
const crowd = 20

var (
	sqlDirty   = db.SQL(`SELECT customer_id FROM duplicate_dirty ORDER BY customer_id LIMIT ?`)
	sqlMark    = db.SQL(`INSERT INTO duplicate_dirty (customer_id, since) SELECT id, ? FROM customer WHERE id = ? ON CONFLICT DO NOTHING`)
	sqlUnmark  = db.SQL(`DELETE FROM duplicate_dirty WHERE customer_id <= ?`)
	sqlLast    = db.SQL(`SELECT coalesce(max(id), 0) FROM customer`)
	sqlMarkAll = db.SQL(`
		INSERT INTO duplicate_dirty (customer_id, since)
		SELECT c.id, ?1 FROM customer c WHERE c.id > ?2 AND c.id <= ?3 AND (
			(c.name_key <> '' AND EXISTS (SELECT 1 FROM customer o WHERE o.name_key = c.name_key AND o.id <> c.id))
			OR (c.wechat <> '' AND EXISTS (SELECT 1 FROM customer o WHERE o.wechat = c.wechat AND o.wechat <> '' AND o.id <> c.id))
			OR (c.external_id IS NOT NULL AND EXISTS (SELECT 1 FROM customer o WHERE o.external_id = c.external_id AND o.external_id IS NOT NULL AND o.id <> c.id))
			OR EXISTS (SELECT 1 FROM customer_phone p JOIN customer_phone q ON q.e164 = p.e164 AND q.e164 <> '' AND q.customer_id <> p.customer_id WHERE p.customer_id = c.id AND p.e164 <> '')
			OR EXISTS (SELECT 1 FROM customer_email p JOIN customer_email q ON q.email = p.email AND q.customer_id <> p.customer_id WHERE p.customer_id = c.id)
			OR EXISTS (SELECT 1 FROM invoice_title p JOIN invoice_title q ON q.tax_id = p.tax_id AND q.tax_id <> '' AND q.customer_id <> p.customer_id WHERE p.customer_id = c.id AND p.tax_id <> '')
			OR EXISTS (SELECT 1 FROM duplicate_pair p WHERE p.a_id = c.id))
		ON CONFLICT DO NOTHING`)
	sqlSharing = map[string]string{
		ByName:     db.SQL(`SELECT id FROM customer WHERE name_key = ? ORDER BY id LIMIT 21`),
		ByPhone:    db.SQL(`SELECT DISTINCT customer_id FROM customer_phone WHERE e164 = ? AND e164 <> '' ORDER BY customer_id LIMIT 21`),
		ByEmail:    db.SQL(`SELECT DISTINCT customer_id FROM customer_email WHERE email = ? ORDER BY customer_id LIMIT 21`),
		ByWeChat:   db.SQL(`SELECT id FROM customer WHERE wechat = ? AND wechat <> '' ORDER BY id LIMIT 21`),
		ByTax:      db.SQL(`SELECT DISTINCT customer_id FROM invoice_title WHERE tax_id = ? AND tax_id <> '' ORDER BY customer_id LIMIT 21`),
		ByExternal: db.SQL(`SELECT id FROM customer WHERE external_id = ? AND external_id IS NOT NULL ORDER BY id LIMIT 21`),
	}
	sqlPutPair = db.SQL(`
		INSERT INTO duplicate_pair (a_id, b_id, score, reasons, state, found_at)
		VALUES (?1, ?2, ?3, ?4, iif(EXISTS (SELECT 1 FROM duplicate_apart WHERE a_id = ?1 AND b_id = ?2), 'separate', 'open'), ?5)
		ON CONFLICT (a_id, b_id) DO UPDATE SET score = excluded.score, reasons = excluded.reasons
		WHERE score <> excluded.score OR reasons <> excluded.reasons`)
	sqlDropPair = db.SQL(`DELETE FROM duplicate_pair WHERE a_id = ? AND b_id = ?`)
	sqlForget   = db.SQL(`DELETE FROM duplicate_moved WHERE at < ?`)
)

const (
	sqlRecords = `SELECT id, kind, name_key, wechat, birthday, external_id, external_src FROM customer WHERE id IN (?)`
	sqlNumbers = `SELECT customer_id, e164 FROM customer_phone WHERE customer_id IN (?) AND e164 <> ''`
	sqlMails   = `SELECT customer_id, email FROM customer_email WHERE customer_id IN (?)`
	sqlTaxIDs  = `SELECT customer_id, tax_id FROM invoice_title WHERE customer_id IN (?) AND tax_id <> ''`
	sqlPairsA  = `SELECT a_id, b_id, score, reasons FROM duplicate_pair WHERE a_id IN (?)`
	sqlPairsB  = `SELECT a_id, b_id, score, reasons FROM duplicate_pair WHERE b_id IN (?)`
)

// couple is the ids of a pair, the smaller first.
type couple struct {
	A int64 `db:"a_id"`
	B int64 `db:"b_id"`
}

func coupleOf(a, b int64) couple { return couple{min(a, b), max(a, b)} }

// load adds the records of ids that are not there yet.
func load(ctx context.Context, tx *db.Tx, into map[int64]*record, ids []int64) error {
	var missing []int64
	for _, id := range ids {
		if into[id] == nil {
			missing = append(missing, id)
		}
	}
	for len(missing) > 0 {
		n := min(len(missing), 500)
		if err := loadSome(ctx, tx, into, missing[:n]); err != nil {
			return fmt.Errorf("read records to compare: %w", err)
		}
		missing = missing[n:]
	}
	return nil
}

func loadSome(ctx context.Context, tx *db.Tx, into map[int64]*record, ids []int64) error {
	err := each(ctx, tx, sqlRecords, ids, func(r *sqlx.Rows) error {
		var rec record
		err := r.StructScan(&rec)
		into[rec.ID] = &rec
		return err
	})
	if err != nil {
		return err
	}
	reach := func(add func(*record, string)) func(*sqlx.Rows) error {
		return func(r *sqlx.Rows) error {
			var id int64
			var value string
			err := r.Scan(&id, &value)
			if rec := into[id]; rec != nil {
				add(rec, value)
			}
			return err
		}
	}
	if err := each(ctx, tx, sqlNumbers, ids, reach(func(r *record, v string) { r.phones = append(r.phones, v) })); err != nil {
		return err
	}
	if err := each(ctx, tx, sqlMails, ids, reach(func(r *record, v string) { r.emails = append(r.emails, strings.ToLower(v)) })); err != nil {
		return err
	}
	return each(ctx, tx, sqlTaxIDs, ids, reach(func(r *record, v string) { r.taxIDs = append(r.taxIDs, v) }))
}

func each(ctx context.Context, tx *db.Tx, query string, ids []int64, fn func(*sqlx.Rows) error) error {
	if len(ids) == 0 {
		return nil
	}
	query, args, err := sqlx.In(query, ids)
	if err != nil {
		return err
	}
	return tx.Each(ctx, query, args, fn)
}

// verdict is what is known of a pair.
type verdict struct {
	score   int
	reasons string
}

// known are the pairs that the ids are in already.
func known(ctx context.Context, tx *db.Tx, ids []int64) (map[couple]verdict, error) {
	out := map[couple]verdict{}
	for _, query := range []string{sqlPairsA, sqlPairsB} {
		err := each(ctx, tx, query, ids, func(r *sqlx.Rows) error {
			var c couple
			var v verdict
			err := r.Scan(&c.A, &c.B, &v.score, &v.reasons)
			out[c] = v
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("read known pairs: %w", err)
		}
	}
	return out, nil
}
