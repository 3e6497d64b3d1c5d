package consent

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"regulars/app/sys/db"
)

var sqlAnyWord = db.SQL(`SELECT EXISTS (SELECT 1 FROM consent_now WHERE what = ?)`)

const sqlLastWords = `SELECT customer_id, what, state FROM consent_now WHERE customer_id IN (?)`

// anyWord tells whether any customer said something about purpose.channel.
func anyWord(ctx context.Context, q db.Q, what string) (some bool, err error) {
	if err := q.Get(ctx, &some, sqlAnyWord, what); err != nil {
		return false, fmt.Errorf("look for a word about %s: %w", what, err)
	}
	return some, nil
}

// lastWord is what a customer said last about purpose.channel.
type lastWord struct {
	ID    int64  `db:"customer_id"`
	What  string `db:"what"`
	State string `db:"state"`
}

func lastWords(ctx context.Context, q db.Q, customers []int64) ([]lastWord, error) {
	query, args, err := sqlx.In(sqlLastWords, customers)
	if err != nil {
		return nil, fmt.Errorf("list what customers said: %w", err)
	}
	var rows []lastWord
	if err := q.Select(ctx, &rows, query, args...); err != nil {
		return nil, fmt.Errorf("list what customers said: %w", err)
	}
	return rows, nil
}
