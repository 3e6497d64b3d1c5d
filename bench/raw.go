package main

import (
	"context"
	"database/sql"
	"fmt"

	_ "modernc.org/sqlite"
)

// raws are statements on a connection of its own that reads what the product
// reads for the same page: the floor below which no program gets.
type raws struct {
	db   *sql.DB
	kept map[string]*sql.Stmt
}

func openRaw(path string) (*raws, error) {
	pool, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=cache_size(-12000)")
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(1)
	r := &raws{db: pool, kept: map[string]*sql.Stmt{}}
	for _, q := range []string{
		`CREATE TABLE IF NOT EXISTS bench_row (id INTEGER PRIMARY KEY, name TEXT, phone TEXT, email TEXT, region TEXT, source TEXT, owner_id INTEGER, created_at INTEGER)`,
		// One customer with ten thousand entries, the busiest record there is.
		`INSERT INTO timeline_entry (customer_id, at, kind, subject_kind, subject_id, user_id, words, data)
			WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
			SELECT 77, 1700000000000 + i * 5000000, 'followup.happened', 'follow_up', 1 + i, 1, 'They spoke about the next order.', '{"channel":"call"}' FROM n`,
	} {
		if _, err := pool.Exec(q); err != nil {
			return nil, fmt.Errorf("prepare the raw side: %w", err)
		}
	}
	return r, nil
}

func (r *raws) Close() error { return r.db.Close() }

// read runs a query and looks at every value.
func (r *raws) read(query string, args ...any) error {
	stmt := r.kept[query]
	if stmt == nil {
		var err error
		if stmt, err = r.db.Prepare(query); err != nil {
			return err
		}
		r.kept[query] = stmt
	}
	rows, err := stmt.Query(args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	cells := make([]any, len(columns))
	for i := range cells {
		cells[i] = new(sql.RawBytes)
	}
	for rows.Next() {
		if err := rows.Scan(cells...); err != nil {
			return err
		}
	}
	return rows.Err()
}

// insert writes n rows in one transaction.
func (r *raws) insert(ctx context.Context, n int) error {
	tx, err := r.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	stmt, err := tx.PrepareContext(ctx, `INSERT INTO bench_row (name, phone, email, region, source, owner_id, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)`)
	if err != nil {
		return err
	}
	for i := range n {
		if _, err := stmt.ExecContext(ctx, fmt.Sprintf("Customer %d", i), "07700 900123", fmt.Sprintf("c%d@example.com", i), "Bristol", "Website", 1, i); err != nil {
			return err
		}
	}
	return tx.Commit()
}
