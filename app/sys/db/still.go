package db

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/jmoiron/sqlx"
)

// still is one reader that sees the database as it was when it began.
type still struct{ tx *sqlx.Tx }

type stillKey struct{}

// Still runs fn over the database as it is now: whatever others write meanwhile,
// all that fn reads through Reader belongs together. It keeps one of the few
// readers to itself, so whoever calls it sees to it that not many do at once.
func (d *DB) Still(ctx context.Context, fn func(ctx context.Context) error) error {
	if From(ctx) != nil {
		return fn(ctx)
	}
	tx, err := d.reader.BeginTxx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return fmt.Errorf("begin to read: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	return fn(context.WithValue(ctx, stillKey{}, still{tx}))
}

func (s still) Get(ctx context.Context, dst any, query string, args ...any) error {
	return s.tx.GetContext(ctx, dst, query, args...)
}

func (s still) Select(ctx context.Context, dst any, query string, args ...any) error {
	return s.tx.SelectContext(ctx, dst, query, args...)
}

func (s still) Each(ctx context.Context, query string, args []any, fn func(*sqlx.Rows) error) error {
	rows, err := s.tx.QueryxContext(ctx, query, args...)
	return each(rows, err, fn)
}
