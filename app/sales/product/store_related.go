package product

import (
	"context"
	"fmt"

	"regulars/app/sys/db"
)

var (
	sqlVariants = db.SQL(`SELECT ` + columns + ` FROM product p WHERE p.parent_id = ? ORDER BY p.id LIMIT 200`)
	sqlRelated  = db.SQL(`
		SELECT ` + columns + ` FROM product p
		WHERE p.id IN (SELECT related_id FROM product_relation WHERE product_id = ? UNION SELECT product_id FROM product_relation WHERE related_id = ?)
		ORDER BY p.name COLLATE NOCASE, p.id LIMIT 100`)
	sqlRelate   = db.SQL(`INSERT INTO product_relation (product_id, related_id) VALUES (?, ?) ON CONFLICT DO NOTHING`)
	sqlUnrelate = db.SQL(`DELETE FROM product_relation WHERE product_id = ? AND related_id = ? OR product_id = ? AND related_id = ?`)
	sqlPicture  = db.SQL(`SELECT sha256 FROM product_picture WHERE product_id = ?`)
	sqlPaint    = db.SQL(`
		INSERT INTO product_picture (product_id, sha256, created_at) VALUES (?, ?, ?)
		ON CONFLICT (product_id) DO UPDATE SET sha256 = excluded.sha256, created_at = excluded.created_at`)
	sqlUnpaint = db.SQL(`DELETE FROM product_picture WHERE product_id = ?`)
)

func several(ctx context.Context, q db.Q, query string, args ...any) ([]Product, error) {
	out := []Product{}
	if err := q.Select(ctx, &out, query, args...); err != nil {
		return nil, fmt.Errorf("read products beside another: %w", err)
	}
	for i := range out {
		out[i].Cost = 0 // for one product's own page only
	}
	return out, nil
}

// relate goes both ways: one row for a pair.
func relate(ctx context.Context, tx *db.Tx, a, b int64) error {
	if _, err := tx.Exec(ctx, sqlRelate, min(a, b), max(a, b)); err != nil {
		return fmt.Errorf("relate products %d and %d: %w", a, b, err)
	}
	return nil
}

func unrelate(ctx context.Context, tx *db.Tx, a, b int64) error {
	if _, err := tx.Exec(ctx, sqlUnrelate, a, b, b, a); err != nil {
		return fmt.Errorf("part products %d and %d: %w", a, b, err)
	}
	return nil
}

func picture(ctx context.Context, q db.Q, product int64) (sha string, err error) {
	_, err = db.Found(q.Get(ctx, &sha, sqlPicture, product))
	return sha, err
}

func setPicture(ctx context.Context, tx *db.Tx, product int64, sha string) error {
	if _, err := tx.Exec(ctx, sqlPaint, product, sha, db.At(tx.Now)); err != nil {
		return fmt.Errorf("store the picture of product %d: %w", product, err)
	}
	return nil
}

func dropPicture(ctx context.Context, tx *db.Tx, product int64) error {
	if _, err := tx.Exec(ctx, sqlUnpaint, product); err != nil {
		return fmt.Errorf("drop the picture of product %d: %w", product, err)
	}
	return nil
}
