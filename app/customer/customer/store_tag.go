package customer

import (
	"context"
	"fmt"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// What the tags' own slice asks of the customers who carry them.

var (
	sqlTagged       = db.SQL(`SELECT count(*) FROM customer_tag WHERE tag_id = ?`)
	sqlTaggedScope  = db.SQL(`SELECT count(*) FROM customer_tag x JOIN customer c ON c.id = x.customer_id WHERE x.tag_id = ? AND ` + auth.CustomerSQL)
	sqlTaggedBoth   = db.SQL(`SELECT count(*) FROM customer_tag a JOIN customer_tag b ON b.customer_id = a.customer_id AND b.tag_id = ? WHERE a.tag_id = ?`)
	sqlRetag        = db.SQL(`UPDATE customer_tag SET tag_id = ?1 WHERE tag_id = ?2 AND NOT EXISTS (SELECT 1 FROM customer_tag b WHERE b.customer_id = customer_tag.customer_id AND b.tag_id = ?1)`)
	sqlRetaggedMost = db.SQL(`SELECT EXISTS (SELECT 1 FROM customer_tag WHERE tag_id = ? LIMIT 1 OFFSET ?)`)
)

// maxRetag is how many customers one merge of tags moves: so many are moved,
// and taken back, within one request.
const maxRetag = 200000

// Tagged counts the customers of a scope that carry a tag.
func Tagged(ctx context.Context, q db.Q, scope auth.Scope, tag int64) (int, error) {
	sql, args := sqlTagged, []any{tag}
	if !scope.Everything() {
		sql, args = sqlTaggedScope, append(args, scope.Args()...)
	}
	var n int
	if err := q.Get(ctx, &n, sql, args...); err != nil {
		return 0, fmt.Errorf("count who carries tag %d: %w", tag, err)
	}
	return n, nil
}

// TaggedBoth counts the customers that carry two tags.
func TaggedBoth(ctx context.Context, q db.Q, one, other int64) (int, error) {
	var n int
	if err := q.Get(ctx, &n, sqlTaggedBoth, one, other); err != nil {
		return 0, fmt.Errorf("count who carries tags %d and %d: %w", one, other, err)
	}
	return n, nil
}

// Retag gives everybody with one tag another instead; who carries both keeps
// theirs, and loses the first when it goes.
func Retag(ctx context.Context, tx *db.Tx, from, to int64) error {
	var many bool
	if err := tx.Get(ctx, &many, sqlRetaggedMost, from, maxRetag); err != nil {
		return fmt.Errorf("count who carries tag %d: %w", from, err)
	}
	if many {
		return errs.New(errs.Invalid, "tag.error.many", "max", maxRetag)
	}
	if _, err := tx.Exec(ctx, sqlRetag, to, from); err != nil {
		return fmt.Errorf("put tag %d in the place of %d: %w", to, from, err)
	}
	return nil
}
