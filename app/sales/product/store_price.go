package product

import (
	"context"
	"fmt"
	"strings"

	"regulars/app/kit/cal"
	"regulars/app/kit/pricing"
	"regulars/app/sys/db"
)

const listColumns = `l.id, l.name, l.levels, l.starts_on, l.ends_on, l.active, l.created_at, l.updated_at, l.version,
	(SELECT count(*) FROM product_list_price x WHERE x.list_id = l.id) AS prices`

var (
	sqlPriceLists = db.SQL(`SELECT ` + listColumns + ` FROM product_price_list l ORDER BY l.active DESC, l.name COLLATE NOCASE, l.id`)
	sqlPriceList  = db.SQL(`SELECT ` + listColumns + ` FROM product_price_list l WHERE l.id = ?`)
	sqlPrices     = db.SQL(`
		SELECT x.list_id, x.product_id, p.name, x.least, x.price FROM product_list_price x JOIN product p ON p.id = x.product_id
		WHERE x.list_id = ? ORDER BY p.name COLLATE NOCASE, p.id, x.least`)
	sqlOffers = db.SQL(`
		SELECT x.list_id, x.product_id, l.name, l.levels, l.starts_on, l.ends_on, x.least, x.price
		FROM product_list_price x JOIN product_price_list l ON l.id = x.list_id
		WHERE x.product_id IN (?, ?) AND l.active = 1`)
	sqlInLists = db.SQL(`
		SELECT DISTINCT p.id FROM product_list_price x JOIN product_price_list l ON l.id = x.list_id JOIN product p ON p.id = x.product_id OR p.parent_id = x.product_id
		WHERE l.active = 1`)
	sqlAddList = db.SQL(`INSERT INTO product_price_list (name, levels, starts_on, ends_on, active, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)`)
	sqlSetList = db.SQL(`
		UPDATE product_price_list SET name = ?, levels = ?, starts_on = ?, ends_on = ?, active = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlDropList = db.SQL(`DELETE FROM product_price_list WHERE id = ?`)
	sqlSetPrice = db.SQL(`
		INSERT INTO product_list_price (list_id, product_id, least, price) VALUES (?, ?, ?, ?)
		ON CONFLICT (list_id, product_id, least) DO UPDATE SET price = excluded.price WHERE price <> excluded.price`)
	sqlDropPrice = db.SQL(`DELETE FROM product_list_price WHERE list_id = ? AND product_id = ? AND least = ?`)
)

func priceLists(ctx context.Context, q db.Q) ([]PriceList, error) {
	out := []PriceList{}
	if err := q.Select(ctx, &out, sqlPriceLists); err != nil {
		return nil, fmt.Errorf("list the price lists: %w", err)
	}
	return out, nil
}

func priceList(ctx context.Context, q db.Q, id int64) (PriceList, error) {
	l := PriceList{Items: []PriceItem{}}
	if err := db.OrNotFound(q.Get(ctx, &l, sqlPriceList, id)); err != nil {
		return l, err
	}
	if err := q.Select(ctx, &l.Items, sqlPrices, id); err != nil {
		return l, fmt.Errorf("read price list %d: %w", id, err)
	}
	return l, nil
}

// storePriceList makes the list of id, or a new one for 0, what in says; prices
// that stay are not written again.
func storePriceList(ctx context.Context, tx *db.Tx, id int64, in PriceListInput) (int64, error) {
	now := db.At(tx.Now)
	var err error
	if id == 0 {
		id, err = tx.Insert(ctx, sqlAddList, in.Name, in.Levels, string(in.StartsOn), string(in.EndsOn), in.Active, now, now)
	} else {
		_, err = tx.Exec(ctx, sqlSetList, in.Name, in.Levels, string(in.StartsOn), string(in.EndsOn), in.Active, now, id)
	}
	if err != nil {
		return id, fmt.Errorf("store price list %d: %w", id, err)
	}
	before, err := priceList(ctx, tx, id)
	if err != nil {
		return id, err
	}
	for _, gone := range before.Items {
		if keeps(in.Items, gone) {
			continue
		}
		if _, err := tx.Exec(ctx, sqlDropPrice, id, gone.ProductID, gone.Least); err != nil {
			return id, fmt.Errorf("drop a price of list %d: %w", id, err)
		}
	}
	for _, item := range in.Items {
		if _, err := tx.Exec(ctx, sqlSetPrice, id, item.ProductID, item.Least, item.Price); err != nil {
			return id, fmt.Errorf("store a price of list %d: %w", id, err)
		}
	}
	return id, nil
}

func keeps(items []PriceItem, was PriceItem) bool {
	for _, i := range items {
		if i.ProductID == was.ProductID && i.Least == was.Least {
			return true
		}
	}
	return false
}

func inLists(ctx context.Context, q db.Q) (map[int64]bool, error) {
	var ids []int64
	if err := q.Select(ctx, &ids, sqlInLists); err != nil {
		return nil, fmt.Errorf("look for products in price lists: %w", err)
	}
	out := map[int64]bool{}
	for _, id := range ids {
		out[id] = true
	}
	return out, nil
}

func dropPriceList(ctx context.Context, tx *db.Tx, id int64) error {
	if _, err := tx.Exec(ctx, sqlDropList, id); err != nil {
		return fmt.Errorf("delete price list %d: %w", id, err)
	}
	return nil
}

// offersFor are the prices of the lists in use for a product; in a list that says
// nothing of it, those of the product that it is a variant of.
func offersFor(ctx context.Context, q db.Q, p Product) ([]pricing.Offer, error) {
	var rows []struct {
		PriceItem
		Levels   string   `db:"levels"`
		StartsOn cal.Date `db:"starts_on"`
		EndsOn   cal.Date `db:"ends_on"`
	}
	if err := q.Select(ctx, &rows, sqlOffers, p.ID, int64(p.ParentID)); err != nil {
		return nil, fmt.Errorf("look for the prices of product %d: %w", p.ID, err)
	}
	own := map[int64]bool{}
	for _, r := range rows {
		own[r.ListID] = own[r.ListID] || r.ProductID == p.ID
	}
	var out []pricing.Offer
	for _, r := range rows {
		if own[r.ListID] && r.ProductID != p.ID {
			continue
		}
		o := pricing.Offer{List: r.ListID, Name: r.Name, From: r.StartsOn, Until: r.EndsOn, Least: r.Least, Price: r.Price}
		if r.Levels != "" {
			o.Levels = strings.Split(r.Levels, "")
		}
		out = append(out, o)
	}
	return out, nil
}
