package product

import (
	"context"
	"encoding/json"
	"fmt"

	"regulars/app/sys/db"
)

var (
	sqlUnitsOf = db.SQL(`SELECT product_id, name, factor, price FROM product_unit WHERE product_id IN (SELECT value FROM json_each(?)) ORDER BY product_id, factor, id`)
	sqlNoUnits = db.SQL(`DELETE FROM product_unit WHERE product_id = ?`)
	sqlAddUnit = db.SQL(`INSERT INTO product_unit (product_id, name, factor, price) VALUES (?, ?, ?, ?)`)
)

// addUnits reads the further units of products at once.
func addUnits(ctx context.Context, q db.Q, list []*Product) error {
	ids, at := make([]int64, len(list)), map[int64]*Product{}
	for i, p := range list {
		ids[i], at[p.ID] = p.ID, p
	}
	raw, err := json.Marshal(ids)
	if err != nil {
		return fmt.Errorf("read units: %w", err)
	}
	var rows []struct {
		Product int64 `db:"product_id"`
		Unit
	}
	if err := q.Select(ctx, &rows, sqlUnitsOf, string(raw)); err != nil {
		return fmt.Errorf("read units: %w", err)
	}
	for _, r := range rows {
		at[r.Product].Units = append(at[r.Product].Units, r.Unit)
	}
	return nil
}

// putUnits puts these units in the place of those that are there; nil leaves
// them, and the same ones write nothing.
func putUnits(ctx context.Context, tx *db.Tx, id int64, units []Unit) error {
	if units == nil {
		return nil
	}
	before := Product{ID: id}
	if err := addUnits(ctx, tx, []*Product{&before}); err != nil || sameUnits(before.Units, units) {
		return err
	}
	if _, err := tx.Exec(ctx, sqlNoUnits, id); err != nil {
		return fmt.Errorf("store the units of product %d: %w", id, err)
	}
	for _, u := range units {
		if _, err := tx.Insert(ctx, sqlAddUnit, id, u.Name, u.Factor, u.Price); err != nil {
			return fmt.Errorf("store the units of product %d: %w", id, err)
		}
	}
	return nil
}
