package main

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite"

	"regulars/app/sys/db"
)

// fill makes a shop of 100,000 customers out of plain SQL: only sizes and
// skews matter here, nobody reads the rows. A tenth of the customers has most
// of the orders.
var fill = []string{
	`CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) SELECT i FROM n`,
	`INSERT INTO team (id, name, created_at, updated_at) SELECT i, 'team ' || i, 0, 0 FROM n WHERE i <= 4`,
	`INSERT INTO user (id, name, email, role, team_id, created_at, updated_at) SELECT i, 'user ' || i, 'u' || i || '@example.com', 'member', 1 + i % 4, 0, 0 FROM n WHERE i <= 30`,
	`INSERT INTO tag (id, name, created_at, updated_at) SELECT i, 'tag ' || i, 0, 0 FROM n WHERE i <= 40`,
	`INSERT INTO customer (id, kind, name, name_key, sort_key, owner_id, wechat, region, source, birthday, external_id, created_at, updated_at)
		SELECT i, CASE i % 3 WHEN 0 THEN 'company' ELSE 'person' END, 'Customer ' || i, 'customer' || i, 'customer' || i, nullif(i % 31, 0),
		CASE i % 4 WHEN 0 THEN 'wx' || i ELSE '' END, CASE i % 2 WHEN 0 THEN 'region ' || (i % 60) ELSE '' END, CASE i % 2 WHEN 0 THEN 'source ' || (i % 9) ELSE '' END,
		CASE i % 3 WHEN 1 THEN printf('%04d-%02d-%02d', 1950 + i % 50, 1 + i % 12, 1 + i % 28) ELSE '' END,
		CASE i % 5 WHEN 0 THEN 'x' || i END, 1700000000000 + i * 700000, 1700000000000 + i * 710000 FROM n WHERE i <= 100000`,
	`INSERT INTO customer_stat (customer_id, orders, revenue, last_order_on, expected_on, last_contact_at, next_contact_on, open_cases, score, grade)
		SELECT i, i % 40, (i * 7919) % 5000000, CASE i % 5 WHEN 0 THEN '' ELSE date('2024-01-01', '+' || (i % 800) || ' days') END,
		CASE i % 3 WHEN 0 THEN '' ELSE date('2026-01-01', '+' || (i % 200) || ' days') END, 1700000000000 + (i * 7919) % 100000 * 700000,
		CASE i % 10 WHEN 0 THEN date('2026-01-01', '+' || (i % 100) || ' days') ELSE '' END, i % 200 = 0, (i * 31) % 1000 / 10.0, substr('ABCD', 1 + i % 4, 1) FROM n WHERE i <= 100000`,
	`INSERT INTO contact (customer_id, name, created_at, updated_at) SELECT i * 3 % 100000 + 1, 'Contact ' || i, 0, 0 FROM n WHERE i <= 50000`,
	`INSERT INTO customer_phone (customer_id, raw, e164) SELECT i % 100000 + 1, '138' || i, '+86138' || printf('%08d', i) FROM n WHERE i <= 130000`,
	`INSERT INTO customer_email (customer_id, email) SELECT i % 100000 + 1, 'c' || i || '@example.com' FROM n WHERE i <= 80000`,
	`INSERT OR IGNORE INTO customer_tag (customer_id, tag_id) SELECT i * 7 % 100000 + 1, 1 + i * i % 40 FROM n WHERE i <= 120000`,
	`INSERT INTO note (customer_id, user_id, text, created_at, updated_at) SELECT i * 13 % 100000 + 1, 1 + i % 30, 'note', 0, 0 FROM n WHERE i <= 100000`,
	`INSERT INTO followup (customer_id, user_id, channel, content, at, created_at, updated_at) SELECT i * 17 % 10000 + 1, 1 + i % 30, 'call', 'x', 1700000000000 + i * 300000, 0, 0 FROM n WHERE i <= 200000`,
	`INSERT INTO task (title, customer_id, owner_id, creator_id, due_at, done_at, done_by, source_key, created_at, updated_at)
		SELECT 'task', i * 19 % 100000 + 1, 1 + i % 30, 1 + i % 30, 1700000000000 + i * 600000, CASE WHEN i % 12 THEN 1700000000000 + i * 600000 END, CASE WHEN i % 12 THEN 1 + i % 30 END, 'k' || i, 0, 0 FROM n WHERE i <= 100000`,
	`INSERT INTO product (id, code, name, price, category, created_at, updated_at) SELECT i, 'P' || i, 'Product ' || i, i * 100, 'cat ' || (i % 20), i, i FROM n WHERE i <= 1000`,
	`INSERT INTO order_head (id, number, customer_id, ordered_on, status, currency, total, user_id, created_at, updated_at)
		SELECT i, 'O-' || i, CASE i % 2 WHEN 0 THEN i % 10000 ELSE i % 80000 END + 1, date('2024-01-01', '+' || (i % 800) || ' days'),
		CASE i % 20 WHEN 0 THEN 'draft' WHEN 1 THEN 'cancelled' ELSE 'completed' END, 'USD', (i * 7919) % 90000, 1 + i % 30, 1700000000000 + i * 170000, 1700000000000 + i * 170000 FROM n WHERE i <= 400000`,
	`INSERT INTO order_line (order_id, product_id, name, quantity, unit_price, total) SELECT i % 400000 + 1, 1 + i % 1000, 'p', 1000, 100, 100 FROM n WHERE i <= 900000`,
	`INSERT INTO payment (order_id, customer_id, amount, paid_on, created_at, updated_at) SELECT i, o.customer_id, 1 + o.total, o.ordered_on, o.created_at, 0 FROM n JOIN order_head o ON o.id = i WHERE i <= 300000`,
	`INSERT INTO survey (id, kind, name, texts, created_at, updated_at) SELECT i, 'nps', 's', '{}', 0, 0 FROM n WHERE i <= 3`,
	`INSERT INTO survey_program (id, survey_id, kind, name, created_at, updated_at) SELECT i, i, 'relationship', 'p', 0, 0 FROM n WHERE i <= 2`,
	`INSERT INTO survey_enrolment (program_id, customer_id, due_on) SELECT 1, i, date('2026-01-01', '+' || (i % 90) || ' days') FROM n WHERE i <= 100000`,
	`INSERT INTO survey_invitation (id, survey_id, program_id, customer_id, period_key, channel, state, token_hash, due_at, sent_at, created_at, updated_at)
		SELECT i, 1 + i % 2, 1 + i % 2, i % 100000 + 1, 'r:' || (i / 100000) || ':' || i, 'email', CASE i % 100 WHEN 0 THEN 'queued' WHEN 1 THEN 'sent' WHEN 2 THEN 'failed' ELSE CASE i % 3 WHEN 0 THEN 'answered' ELSE 'expired' END END,
		'h' || i, 1700000000000 + i * 350000, 1700000000000 + i * 350000, 1700000000000 + i * 350000, 0 FROM n WHERE i <= 200000`,
	`INSERT INTO survey_response (id, invitation_id, survey_id, customer_id, score, channel, answered_at, created_at, updated_at)
		SELECT i, i * 3, 1 + i % 2, i * 3 % 100000 + 1, i % 11, 'email', 1700000000000 + i * 1100000, 0, 0 FROM n WHERE i <= 60000`,
	`INSERT INTO feedback_case (customer_id, response_id, survey_id, owner_id, state, opened_at, clock_at, due_at, respond_by, resolve_by, closed_at, created_at, updated_at)
		SELECT i * 15 % 100000 + 1, i * 10, 1, 1 + i % 30, CASE WHEN i % 20 THEN 'recovered' ELSE 'working' END, i * 1000000, 0, i * 1000000, 0, 0, CASE WHEN i % 20 THEN i * 1000000 END, 0, 0 FROM n WHERE i <= 6000`,
	`INSERT INTO timeline_entry (customer_id, at, kind, subject_kind, subject_id, user_id) SELECT CASE i % 2 WHEN 0 THEN i % 10000 ELSE i % 100000 END + 1, 1700000000000 + i * 70000, 'order.placed', 'order', i, 1 + i % 30 FROM n`,
	`INSERT INTO event (kind, set_id, customer_id, subject_kind, subject_id, occurred_at, recorded_at, data) SELECT 'order.placed', i, i % 100000 + 1, 'order', i, 1700000000000 + i * 70000, 1700000000000 + i * 70000, '{}' FROM n`,
	`INSERT INTO journal_set (id, group_id, at, user_id, via, op, subject_kind, subject_id, rows, digest, hash) SELECT i, i, 1700000000000 + i * 70000, 1 + i % 30, 'page', 'order.create', 'order', i % 400000, 2, 'd', 'h' FROM n`,
	`INSERT INTO journal_change (set_id, tbl, row_id, op) SELECT i, CASE i % 3 WHEN 0 THEN 'order_head' WHEN 1 THEN 'order_line' ELSE 'customer' END, i % 100000 + 1, 'U' FROM n`,
	`INSERT INTO outbox (dedupe_key, channel, purpose, to_address, customer_id, subject_kind, subject_id, payload, state, next_attempt_at, created_at)
		SELECT 'k' || i, 'email', 'survey', 'a@example.com', 1 + i % 100000, 'survey_invitation', i, '{}', CASE WHEN i % 500 THEN 'sent' ELSE 'queued' END, CASE WHEN i % 500 THEN NULL ELSE i END, 1700000000000 + i * 70000 FROM n WHERE i <= 200000`,
	`INSERT INTO notification (user_id, kind, subject_kind, subject_id, dedupe_key, created_at, read_at) SELECT 1 + i % 30, 'task_due', 'task', i, 'k' || i, 1700000000000 + i * 70000, CASE WHEN i % 100 THEN 1 END FROM n WHERE i <= 100000`,
	`INSERT INTO search_doc (kind, subject_id, owner_id, title, version) SELECT 'customer', i, nullif(i % 31, 0), 'Customer ' || i, 1 FROM n WHERE i <= 100000`,
	`INSERT INTO consent (customer_id, purpose, state, basis, source, at) SELECT i, 'marketing', 'allowed', 'opt_in', 'form', 1700000000000 + i FROM n WHERE i <= 100000`,
	`INSERT INTO consent (customer_id, purpose, channel, state, basis, source, at) SELECT i * 3 % 100000 + 1, CASE i % 4 WHEN 0 THEN 'service' WHEN 1 THEN 'survey' ELSE 'marketing' END,
		CASE i % 3 WHEN 0 THEN '' WHEN 1 THEN 'email' ELSE 'sms' END, CASE i % 5 WHEN 0 THEN 'objected' ELSE 'allowed' END, CASE i % 5 WHEN 0 THEN 'objection' ELSE 'opt_in' END, 'preferences', 1700000000000 + i FROM n WHERE i <= 30000`,
	`INSERT INTO pool (id, name, created_at, updated_at) SELECT i, 'pool ' || i, 0, 0 FROM n WHERE i <= 3`,
	`INSERT INTO pool_rule (pool_id, kind, days) SELECT p.id, k.column1, 60 FROM pool p, (VALUES ('contact'), ('purchase')) k WHERE 1 ON CONFLICT DO NOTHING`,
	`INSERT INTO pool_hold (customer_id, pool_id, since, claimed, previous_id) SELECT i, CASE i % 2 WHEN 0 THEN (SELECT min(id) FROM pool) END, 1700000000000 + i, i % 2, 1 + i % 30 FROM n WHERE i <= 30000`,
	`INSERT INTO pool_due (customer_id, owner_id, pool_id, kind, days, workdays, warn_at, at) SELECT i, 1 + i % 30, (SELECT min(id) FROM pool), 'contact', 60, 0, 1790000000000 + i * 90000, 1790300000000 + i * 90000 FROM n WHERE i > 30000 AND i <= 90000`,
	`INSERT INTO pool_ledger (customer_id, from_id, to_id, how, pool_id, user_id, at) SELECT i % 60000 + 1, 1 + i % 30, 1 + (i + 1) % 30, 'transfer', (SELECT min(id) FROM pool), 1 + i % 30, 1700000000000 + i * 90000 FROM n WHERE i <= 80000`,
	`UPDATE customer_stat SET stage = CASE customer_id % 7 WHEN 0 THEN 'prospect' WHEN 1 THEN 'new' WHEN 2 THEN 'at_risk' WHEN 3 THEN 'lost' ELSE 'regular' END`,
	`INSERT INTO stage_hold (customer_id, stage, user_id, created_at) SELECT i * 50, 'regular', 1 + i % 30, 0 FROM n WHERE i <= 2000`,
	`INSERT INTO stage_move (customer_id, from_stage, to_stage, at) SELECT i % 100000 + 1, 'new', 'regular', 1700000000000 + i * 90000 FROM n WHERE i <= 250000`,
	`INSERT INTO relation (kind, from_id, to_id, created_at) SELECT CASE i % 2 WHEN 0 THEN 'parent' ELSE 'referral' END, i % 5000 + 1, i + 5001, 0 FROM n WHERE i <= 20000`,
	`INSERT INTO invoice_title (customer_id, title, tax_id, created_at, updated_at) SELECT i * 3, 'Title ' || i, CASE i % 4 WHEN 0 THEN '' ELSE 'T' || i END, 0, 0 FROM n WHERE i <= 30000`,
	`INSERT INTO duplicate_pair (a_id, b_id, score, reasons, state, found_at) SELECT i * 20, i * 20 + 1, 40 + i % 60, 'name,phone', CASE i % 10 WHEN 0 THEN 'separate' ELSE 'open' END, 0 FROM n WHERE i <= 4000`,
	`INSERT INTO quality_finding (customer_id, kind, found_at) SELECT i * 3, CASE i % 4 WHEN 0 THEN 'no_phone' WHEN 1 THEN 'email' ELSE 'stale' END, 0 FROM n WHERE i <= 30000`,
	`INSERT INTO attachment (subject_kind, subject_id, customer_id, user_id, name, mime, size, sha256, created_at)
		SELECT CASE i % 4 WHEN 0 THEN 'note' ELSE 'customer' END, i, i * 7 % 100000 + 1, 1 + i % 30, 'a.pdf', 'application/pdf', 9, 'h' || i, 0 FROM n WHERE i <= 20000`,
	`INSERT INTO customer_photo (customer_id, sha256, created_at) SELECT i * 10, 'h' || i, 0 FROM n WHERE i <= 10000`,
	`INSERT INTO sharing (customer_id, user_id, access, follows, created_at) SELECT i * 9, 1 + i % 30, CASE i % 2 WHEN 0 THEN 'read' ELSE 'edit' END, i % 3 = 0, 0 FROM n WHERE i <= 10000`,
	`INSERT INTO saved_view (kind, user_id, name, query, created_at, updated_at) SELECT 'customers', nullif(i % 31, 0), 'v', 'sort=name', 0, 0 FROM n WHERE i <= 200`,
	`DROP TABLE n`,
	`ANALYZE`,
}

// writeStat1 prints what ANALYZE says of the filled database as SQL, for the
// test that looks at query plans.
func writeStat1(ctx context.Context, dir string, out io.Writer) error {
	path := filepath.Join(dir, "plans.db")
	d, err := db.Open(db.Options{Path: path, NoSync: true})
	if err != nil {
		return err
	}
	if err := d.Migrate(ctx); err != nil {
		return err
	}
	if err := d.Close(); err != nil {
		return err
	}
	raw, err := sql.Open("sqlite", "file:"+path+"?_pragma=synchronous(0)")
	if err != nil {
		return err
	}
	defer raw.Close()
	raw.SetMaxOpenConns(1)
	for _, q := range fill {
		if _, err := raw.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("%.90s: %w", q, err)
		}
	}
	return dumpStat1(ctx, raw, out)
}

func dumpStat1(ctx context.Context, raw *sql.DB, out io.Writer) error {
	rows, err := raw.QueryContext(ctx, `SELECT tbl, ifnull(idx, ''), stat FROM sqlite_stat1 s WHERE tbl NOT LIKE 'goose%' AND tbl NOT LIKE 'search_index%'
		AND (stat NOT LIKE '0 %' OR NOT EXISTS (SELECT 1 FROM sqlite_stat1 o WHERE o.tbl = s.tbl AND o.stat NOT LIKE '0 %')) ORDER BY tbl, idx`)
	if err != nil {
		return err
	}
	defer rows.Close()
	w := bufio.NewWriter(out)
	fmt.Fprintln(w, "-- What ANALYZE says of a shop with 100,000 customers. Made by: go run ./bench -stat1 app/testdata/stat1.sql")
	for rows.Next() { // an index in which the made-up shop has nothing says nothing of a real one
		var tbl, idx, stat string
		if err := rows.Scan(&tbl, &idx, &stat); err != nil {
			return err
		}
		index := "'" + idx + "'"
		if idx == "" {
			index = "NULL"
		}
		fmt.Fprintf(w, "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('%s', %s, '%s');\n", tbl, index, strings.ReplaceAll(stat, "'", "''"))
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return w.Flush()
}
